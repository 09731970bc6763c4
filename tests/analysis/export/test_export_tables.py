"""What stands in an export is what was published, and words where nothing was."""

import math
import re
from dataclasses import replace
from pathlib import Path

import pytest

from analysis.disclosure import GroupScore
from analysis.export import export_of, to_xlsx
from analysis.export.tables import FILES, SHEETS
from analysis.export.wording import EN, ZH
from analysis.release_guard import published_numbers
from analysis.summaries import statistics_json, summary
from tests.analysis.cycles import comment, competency, item, questionnaire, rows
from tests.analysis.export.exported import (
    ANSWERS,
    files,
    lines,
    named,
    opened,
    records,
    results,
    unzipped,
    workbook,
)

ROOT = Path(__file__).parents[3]
NAMES = {"Competency trust": "trust", "Competency speed": "speed", "Overall": "overall"}
GROUPS = {
    "Self": "SELF",
    "Supervisor": "SUPERVISOR",
    "Peers": "PEER",
    "Customers": "CUSTOMER",
    "Peers and customers (merged)": "PEER+CUSTOMER",
    "Others": "OTHERS",
}


@pytest.fixture(scope="module")
def found():
    return results()


@pytest.fixture(scope="module")
def book(found):
    return workbook(found)


@pytest.fixture(scope="module")
def tidy(found):
    return files(found)


def analysed(found):
    """Mean and n of each competency and group in the JSON of ``analyse``."""
    for ratee in summary(found)["ratees"]:
        scales = ratee["competencies"] | {"overall": ratee["overall"]}
        for key, row in scales.items():
            for group, cell in (row["groups"] | {"OTHERS": row["others"]}).items():
                yield (ratee["ratee"], key, group), (cell.get("mean"), cell.get("n"))


def test_the_competencies_are_those_of_the_analysis(found, tidy):
    shown = {
        (line["ratee"], line["competency"], line["group"]): (
            float(line["score"]) if line["score"] else None,
            int(line["n"]) if line["n"] else None,
        )
        for line in records(tidy["scores.csv"])
        if line["level"] != "item"
    }
    assert shown == dict(analysed(found))


def test_the_workbook_says_the_same_to_sixteen_digits(found, book):
    expected = dict(analysed(found))
    for line in lines(book, "Competencies"):
        mean, n = expected.pop((line["ID"], NAMES[line["Competency"]], GROUPS[line["Group"]]))
        assert line["n"] == n
        if mean is None:
            assert line["Score"] in {"too few", "not answered"}
        else:
            assert line["Score"] == pytest.approx(mean, rel=1e-15)
    assert expected == {}


def test_the_items_are_exactly_the_numbers_that_the_guard_saw(found, tidy):
    exported = {
        f"{line['ratee']}/{line['group']}/{line['item']}"
        for line in records(tidy["scores.csv"])
        if line["level"] == "item" and line["score"] and line["group"] != "OTHERS"
    }
    seen = {number.id for number in published_numbers(found) if number.kind == "mean"}
    assert exported == seen


def test_every_score_is_told_as_it_was_published(found, tidy):
    for line in records(tidy["scores.csv"]):
        if line["level"] != "item" or line["group"] == "OTHERS":
            continue
        of = found.ratees[line["ratee"]]
        place = [group.key for group in of.groups].index(line["group"])
        cell = of.items[line["item"]].cells[place]
        if isinstance(cell, GroupScore):
            assert (float(line["score"]), int(line["n"])) == (cell.mean, cell.n)
        else:
            assert (line["score"], line["n"]) == ("", "")
            assert line["score_note"] in {"too few", "not answered", "not asked"}


def test_a_number_that_is_hidden_is_replaced_by_words(book):
    said = {(line["ID"], line["Group"]): line["Score"] for line in lines(book, "Items")}
    assert said["c", "Peers"] == "too few"
    assert said["b", "Supervisor"] == "not answered"


def test_a_range_holds_its_middle_and_shows_its_words(book):
    sheet = opened(book)["Items"]
    cells = [cell for row in sheet.iter_rows() for cell in row if "≥" in cell.number_format]
    assert {(cell.value, cell.number_format) for cell in cells} == {(4.9, '"≥ 4.5"')}


def test_answers_that_publish_the_same_give_the_same_bytes():
    """Hidden answers, and who ticked what within a group, are nowhere in an export."""
    other = {
        "a": ANSWERS["a"] | {"PEER": [[4, 4, 4, 4], [4, 5, 3, 3], [5, 4, 3, 3], [4, 4, 2, 2]]},
        "b": ANSWERS["b"],
        "c": {"PEER": rows(5, 4)},
    }
    assert workbook(results(other)) == workbook()
    assert files(results(other)) == files()


def test_hidden_comments_and_ids_are_in_no_byte(found, book, tidy):
    secret = [comment("a", "PEER", "kept-for-four-peers"), comment("c", "PEER", "kept-for-two")]
    shown = comment("a", "CUSTOMER", "may be read")
    given = [replace(each, id=f"5ec2e7{place}") for place, each in enumerate((*secret, shown))]
    content = workbook(results(comments=given))
    everything = b"".join(unzipped(content).values()) + b"".join(
        files(results(comments=given)).values()
    )
    assert b"may be read" in everything
    assert b"kept-for" not in everything
    assert b"5ec2e7" not in everything


def test_comments_stand_in_the_order_of_their_random_ids(tidy):
    shown = [(line["group"], line["comment"]) for line in records(tidy["comments.csv"])]
    assert shown == [
        ("SELF", "I try"),
        ("CUSTOMER", "Very good"),
        ("CUSTOMER", "Bad"),
        ("CUSTOMER", "很好\n第二行"),
    ]


def test_no_group_has_more_than_one_row_for_an_item(tidy):
    keys = [(row["ratee"], row["item"], row["competency"], row["group"])
            for row in records(tidy["scores.csv"])]  # fmt: skip
    assert len(keys) == len(set(keys))


def test_a_count_below_the_threshold_is_told_in_words(book, tidy):
    answered = {(line["ID"], line["Group"]): line["Answered"] for line in lines(book, "Response")}
    assert answered["c", "Peers"] == "fewer than 3"
    assert answered["b", "Supervisor"] == 0
    assert answered["a", "Customers"] == 5
    hidden = [line for line in records(tidy["response.csv"]) if line["ratee"] == "c"][-1]
    assert (hidden["answered"], hidden["answered_note"]) == ("", "fewer than 3")
    assert (hidden["named"], hidden["shown"]) == ("false", "false")


def company():
    """Twelve managers, so that there are coefficients, an order and tiers."""
    answers = {
        f"m{n:02}": {
            "SELF": [[3 + n % 3] * 4],
            "PEER": [
                [1 + (n + p) % 5, 1 + (n + p * 2) % 5, 2 + n % 4, 1 + n % 5] for p in range(6)
            ],
        }
        for n in range(12)
    }
    return results(answers, comments=(), invited={})


def test_the_coefficients_are_those_of_the_analysis():
    found = company()
    names = {"trust": "Competency trust", "speed": "Competency speed", "overall": "All items"}
    shown = {(line["Competency"], line["Relation"]): line
             for line in lines(workbook(found), "Reliability")}  # fmt: skip
    scales = statistics_json(found)["scales"]
    assert len(shown) == len(scales) > 0
    for scale in scales:
        line = shown[names[scale["scale"]], "Peers"]
        assert line["alpha"] == scale["alpha"].get("value")
        assert line["ICC(1)"] == scale["icc"]["icc1"]
        assert line["ICC(1) to"] == scale["icc"]["high"]
        assert line["Raters for .80"] == scale["raters_needed"]["0.8"]


def test_the_order_is_told_as_correlations_and_tiers_only():
    found = company()
    values = {line["figure"]: line["value"] for line in records(files(found)["cycle.csv"])}
    order = statistics_json(found)["order"]
    assert values["order_shrunken"] == str(order["shrunken"]["value"])
    tiers = {line["ID"]: line["Tier"] for line in lines(workbook(found), "Overview")}
    assert tiers == {key: EN.tier.get(tier) for key, tier in order["tiers"].items()}
    assert list(tiers) == sorted(tiers)


def test_managers_with_other_questionnaires_stand_in_one_workbook():
    short = questionnaire([competency("calm", [item("c1")])])
    other = results({"d": {"PEER": [[2]] * 3}}, of=short, comments=(), invited={})
    book = to_xlsx(export_of([results(), other], "en"))
    overview = {line["ID"]: line for line in lines(book, "Overview")}
    assert overview["d"]["Competency calm"] == 2
    assert overview["d"]["Competency trust"] is None
    assert overview["a"]["Competency trust"] == pytest.approx(4.4)


@pytest.mark.parametrize("words", [ZH, EN])
def test_every_column_and_sheet_is_named_and_explained_once(words):
    used = {key for keys in (*SHEETS.values(), *FILES.values()) for key in keys}
    assert used == set(words.column)
    assert set(SHEETS) | set(FILES) == set(words.table)
    for keys in SHEETS.values():
        names = [words.column[key][0] for key in keys]
        assert len(names) == len(set(names))


def test_nan_and_infinity_are_in_no_file():
    gaps = {"a": {"SELF": [[math.nan] * 4], "PEER": [[math.nan, 3, 3, math.nan]] * 3}}
    text = b"".join(files(results(gaps, comments=())).values()).lower()
    assert b"nan," not in text
    assert b"inf," not in text


def test_results_of_nobody_are_no_export():
    with pytest.raises(ValueError, match="no results"):
        export_of([], "en")


def test_the_name_is_a_column_and_stands_in_no_item():
    content = workbook(named(results(), name="Zhao Min"))
    assert {line["Item"] for line in lines(content, "Items")} == {
        "… does t1", "… does t2", "… does s1", "… does s2"
    }  # fmt: skip


def test_the_cycle_is_named_in_every_file_of_rows(tidy):
    for name, content in tidy.items():
        if name != "about.csv":
            assert {line["cycle"] for line in records(content)} == {"2026q3"}


def test_every_column_of_every_file_is_documented(tidy):
    text = (ROOT / "docs/exports.md").read_text(encoding="utf-8")
    parts = dict(re.findall(r"^### (\S+)\n(.*?)(?=^### |\Z)", text, re.MULTILINE | re.DOTALL))
    for name, content in tidy.items():
        header = content.decode().splitlines()[0].split(",")
        columns = re.findall(r"^\| (`.*?`) \|", parts[name], re.MULTILINE) or [parts[name]]
        told = [word for cell in columns for word in re.findall(r"`([a-z_0-9]+)`", cell)]
        assert told == header, name


def test_every_figure_of_the_cycle_is_documented():
    text = (ROOT / "docs/exports.md").read_text(encoding="utf-8")
    assert all(f"`{figure}`" in text for figure in EN.figure)
