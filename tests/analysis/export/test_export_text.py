"""What people write is never more than text in a spreadsheet."""

import pytest

from analysis.export.plain import LONGEST, inert, plain

FORMULAS = [
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(1,1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    " =1+1",
    "\u3000=1+1",
    "\xa0=1+1",
    "\u200b=1+1",
    "\ufeff=1+1",
    "＝1+1",
    "＋1+1",
    "－1+1",
    "＠SUM(1,1)",
    " ＝1+1",
    '=HYPERLINK("http://evil.example","click")',
    "=cmd|' /C calc'!A0",
    "=\x001+1",
    "\x07=1+1",
    "-2+3+cmd|' /C calc'!A0",
]
HARMLESS = ["1+1", "a=b", "R&D", "很好", "'quoted", "2026-11-22", "a - b", "mail@example.com", ""]


@pytest.mark.parametrize("text", FORMULAS)
def test_what_begins_like_a_formula_gets_an_apostrophe(text):
    assert inert(text).startswith("'")
    assert inert(text).replace("'", "") == plain(text).replace("'", "")


@pytest.mark.parametrize("text", HARMLESS)
def test_other_text_stays_as_it_is(text):
    assert inert(text) == text


@pytest.mark.parametrize("mark", [";", "\t", "\n", "\r\n", "\r"])
def test_what_another_country_takes_for_a_cell_is_guarded_too(mark):
    assert inert(f"so; {mark}{'=1+1'}").endswith("'=1+1")
    assert inert(f"x{mark} =1+1").endswith("' =1+1")


def test_what_no_cell_may_hold_is_dropped():
    assert plain("a\x00b\x1bc\ud800d\ufffee\x85f") == "abcdef"
    assert plain("one\r\ntwo\rthree\tfour") == "one\ntwo\nthree\tfour"
    assert plain("𠮷 👍🏽 \u202e") == "𠮷 👍🏽 \u202e"


def test_what_is_longer_than_a_cell_is_cut_visibly():
    assert plain("字" * LONGEST) == "字" * LONGEST
    assert plain("字" * (LONGEST + 1)) == "字" * (LONGEST - 1) + "…"
