"""The list of ASVS requirements is whole, names tests that exist, and counts what it says."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "asvs.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| (\d+\.\d+\.\d+) \| ([12]) \| (.+?) \| (.+?) \| (.+?) \| (.+?) \|$", re.M)
ROWS = ROW.findall(PAGE)
MET = ("met", "met by setup")
VERDICTS = {*MET, "not met", "not applicable"}
# Requirements of levels 1 and 2 in each chapter of the standard.
CHAPTERS = (27, 11, 19, 10, 9, 35, 18, 7, 7, 29, 14, 9, 13, 9, 13, 16, 7)
PROGRAMS = {"make", "grep", "git"}


def test_every_requirement_of_both_levels_stands_there_once():
    identities = [row[0] for row in ROWS]
    assert len(set(identities)) == len(identities) == 253
    found = Counter(int(identity.split(".")[0]) for identity in identities)
    assert tuple(found[chapter] for chapter in range(1, 18)) == CHAPTERS
    assert Counter(row[1] for row in ROWS) == {"1": 70, "2": 183}


def test_every_requirement_is_said_in_a_few_words_and_has_a_verdict():
    assert {row[3] for row in ROWS} == VERDICTS
    assert [row[0] for row in ROWS if len(row[2].split()) > 12] == []


def test_every_verdict_has_its_reason():
    silent = [row[0] for row in ROWS if row[4] == "–" and row[5] == "–" and row[3] != "met"]
    assert silent == []


@pytest.mark.parametrize("shown", sorted({row[5] for row in ROWS} - {"–"}))
def test_what_shows_it_exists(shown):
    name = shown.strip("`")
    if name.split()[0] in PROGRAMS:
        target = name.removeprefix("make ")
        makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
        assert not name.startswith("make ") or re.search(rf"^{target}:", makefile, re.M)
        return
    file, _, function = name.partition("::")
    text = (ROOT / "tests" / file).read_text(encoding="utf-8")
    assert not function or f"\ndef {function}(" in text


@pytest.mark.parametrize("level", ["1", "2"])
def test_the_counts_at_the_head_follow_from_the_rows(level):
    verdicts = Counter(row[3] for row in ROWS if row[1] == level)
    applicable = verdicts.total() - verdicts["not applicable"]
    met = sum(verdicts[word] for word in MET)
    counts = (verdicts.total(), applicable, met, verdicts["met by setup"])
    line = " | ".join([f"| L{level}", *map(str, counts), f"{100 * met / applicable:.1f} % |"])
    assert line in PAGE


def test_what_is_not_met_is_named_at_the_head():
    missing = ", ".join(row[0] for row in ROWS if row[3] == "not met")
    assert f"**not met**: {missing}." in PAGE
