"""The cast: one small company that many tests share."""

from __future__ import annotations

from datetime import UTC, datetime

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)

HEADER = "id,name,email,language,position,supervisor,peers,account,rates\n"

# Li Wen is an account manager with a supervisor, four peers and five customers of two accounts;
# Bao Yu has too few peers and customers to be shown apart, but enough to be merged.
ROSTER = HEADER + "\n".join(
    [
        "AM1,李文,li@example.com,zh,key,B1,P1|P2|P3|P4,,",
        "AM2,Bao Yu,bao@example.com,en,key,B1,P1|P2,,",
        "B1,Boss Sun,boss@example.com,en,,,,,",
        "P1,Peer One,p1@example.com,en,,,,,",
        "P2,同事二,p2@example.com,zh,,,,,",
        "P3,Peer Three,p3@example.com,en,,,,,",
        "P4,Peer Four,p4@example.com,en,,,,,",
        "C1,客户一,c1@harbour.example,zh,,,,Harbour,AM1",
        "C2,Customer Two,c2@harbour.example,en,,,,Harbour,AM1",
        "C3,Customer Three,c3@harbour.example,en,,,,Harbour,AM1",
        "C4,Customer Four,c4@foods.example,en,,,,Foods,AM1|AM2",
        "C5,Customer Five,c5@foods.example,en,,,,Foods,AM1|AM2",
        "",
    ]
)

TINY = """\
key: tiny
version: "1"
languages: [zh, en]
title: {zh: 小问卷, en: Tiny}
scales:
  frequency:
    cannot_judge: {zh: 无法评价, en: Cannot judge}
    points:
      - {value: 1, label: {zh: 从不, en: Never}}
      - {value: 2, label: {zh: 很少, en: Rarely}}
      - {value: 3, label: {zh: 有时, en: Sometimes}}
      - {value: 4, label: {zh: 经常, en: Often}}
      - {value: 5, label: {zh: 总是, en: Always}}
competencies:
  - id: service
    name: {zh: 服务, en: Service}
    description: {zh: 服务客户, en: Serving clients}
    items:
      - {id: quick, text: {default: {zh: "{ratee}回复很快。", en: "{ratee} answers quickly."}, SELF: {zh: 我回复很快。, en: I answer quickly.}}}
      - {id: slow, reverse: true, text: {default: {zh: "{ratee}回复很慢。", en: "{ratee} answers slowly."}, SELF: {zh: 我回复很慢。, en: I answer slowly.}}}
      - {id: clear, text: {default: {zh: "{ratee}讲得清楚。", en: "{ratee} is clear."}, SELF: {zh: 我讲得清楚。, en: I am clear.}}}
open_questions:
  - {id: wish, polarity: neutral, text: {zh: 您还想说什么？, en: Anything else?}}
weights: {SUPERVISOR: 40, PEER: 20, CUSTOMER: 40}
"""
