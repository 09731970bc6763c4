"""A small valid questionnaire, and the ways to break it."""

from questionnaires import Mistake, loader
from questionnaires.model import Questionnaire

TINY = """\
key: tiny
version: "1"
languages: [zh, en]
title: {zh: 小问卷, en: Tiny}
scales:
  agreement:
    points:
      - {value: 1, label: {zh: 不同意, en: Disagree}}
      - {value: 2, label: {zh: 一般, en: Neutral}}
      - {value: 3, label: {zh: 同意, en: Agree}}
    cannot_judge: {zh: 无法评价, en: Cannot judge}
  likelihood:
    kind: recommendation
    points:
      - {value: 0, label: {zh: 不会, en: Unlikely}}
      - {value: 10, label: {zh: 会, en: Likely}}
    cannot_judge: {zh: 无法评价, en: Cannot judge}
weights: {SUPERVISOR: 60, CUSTOMER: 40}
competencies:
  - id: service
    name: {zh: 服务, en: Service}
    description: {zh: 回复及时。, en: Answers in time.}
    items:
      - id: replies
        text: {zh: "{ratee}回复及时。", en: "{ratee} replies in time."}
      - id: chased
        text:
          default: {zh: "要催{ratee}。", en: "{ratee} has to be chased."}
          SELF: {zh: 别人要催我。, en: I have to be chased.}
        relations: [SELF, SUPERVISOR]
        reverse: true
      - id: recommend
        scale: likelihood
        text: {zh: 会推荐吗？, en: "Would you recommend us?"}
        relations: [CUSTOMER]
    keywords: {zh: [慢], en: [slow, late]}
    suggestions:
      - {zh: 当天回复。, en: Reply the same day.}
open_questions:
  - id: wish
    text: {zh: 还有什么想说的？, en: "Anything else?"}
    polarity: neutral
"""


def edited(old: str, new: str) -> str:
    """The small questionnaire with one edit; an edit that hits nothing is a mistake in the test."""
    assert old in TINY, f"{old!r} does not stand in the tiny questionnaire"
    return TINY.replace(old, new, 1)


def tiny(old: str = "", new: str = "") -> Questionnaire:
    result = loader.parse(edited(old, new).encode(), "tiny.yaml")
    assert isinstance(result, Questionnaire), result
    return result


def mistakes_in(text: str | bytes) -> tuple[Mistake, ...]:
    """The mistakes found; a text without any fails the test."""
    content = text.encode() if isinstance(text, str) else text
    result = loader.parse(content, "tiny.yaml")
    assert isinstance(result, tuple), "no mistake found"
    return result


def only_mistake_in(text: str | bytes) -> Mistake:
    found = mistakes_in(text)
    assert len(found) == 1, found
    return found[0]
