"""Own sentences of this trade, labelled before the engine was tuned."""

import csv
from pathlib import Path

import pytest

from analysis.sentiment import score_comments

PROBES = Path(__file__).parent / "probes"
LANGUAGES = pytest.mark.parametrize("language", ["zh", "en"])


def probes(language):
    with (PROBES / f"{language}.tsv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def scored(language):
    rows = probes(language)
    polarities = [row["polarity"] or None for row in rows]
    said = score_comments([row["text"] for row in rows], polarities=polarities)
    return list(zip(rows, said, strict=True))


@LANGUAGES
def test_nine_labels_of_ten_are_right(language):
    right = [said.label == row["label"] for row, said in scored(language)]
    assert len(right) >= 150
    assert sum(right) >= 0.9 * len(right)


@LANGUAGES
def test_two_sided_sentences_are_mixed_with_a_clause_on_each_side(language):
    two_sided = [(row, said) for row, said in scored(language) if row["label"] == "mixed"]
    assert len(two_sided) >= 20
    for row, said in two_sided:
        scores = [clause.score for clause in said.clauses]
        assert said.label == "mixed", row["text"]
        assert min(scores) < 0 < max(scores), row["text"]


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("响应很快，但是报价经常拖延", "mixed"), ("不是很专业", "negative"),
        ("没什么不好", "positive"), ("从来没有让人失望", "positive"), ("贵但是值", "positive"),
        ("挑不出毛病", "positive"), ("真是快啊，等了三天", "negative"),
        ("not bad at all", "positive"), ("can't fault", "positive"),
        ("无", "none"), ("N/A", "none"), ("没有意见", "none"), ("没什么特别的。", "none"),
        ("承诺之前最好先和交付部门确认一下资源。", "negative"), ("🚀 ⁇", "none"),
    ],
)  # fmt: skip
def test_what_simple_programs_get_wrong(text, label):
    assert score_comments([text])[0].label == label


@pytest.mark.parametrize("text", ["报价", "pricing"])
def test_the_question_says_what_a_bare_noun_means(text):
    asked = [score_comments([text], polarities=[p])[0] for p in ("negative", "positive", None)]
    assert [said.label for said in asked] == ["negative", "positive", "neutral"]


def test_clauses_point_into_the_text_as_it_was_written():
    text = "ＲＥＳＰＯＮＳＥ很快，但是報價太慢！"
    (said,) = score_comments([text], themes={"pricing": ["报价"], "speed": ["快"]})
    found = {theme: text[c.start : c.end] for c in said.clauses for theme in c.themes}
    assert "很快" in found["speed"]
    assert "報價" in found["pricing"]


HOSTILE = [
    "", " ", "\x00\x07", "\ud800 lone \udfff", "‮مرحبا‬", "a" * 100_000, "不" * 100_000,
    "但是，" * 30_000, "not " * 30_000, "?!" * 50_000, "👍" * 20_000, "真" + "啊" * 5_000,
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_no_text_breaks_it(text):
    (said,) = score_comments([text])
    assert said.score is None or -1 <= said.score <= 1
    assert 0 <= said.confidence <= 1
    assert all(0 <= clause.start < clause.end <= len(text) for clause in said.clauses)


def test_a_text_is_scored_alike_alone_and_among_others():
    texts = [row["text"] for row in probes("zh")[:40] + probes("en")[:40]]
    together = score_comments(texts)
    for text, said in zip(texts, together, strict=True):
        (alone,) = score_comments([text])
        assert alone.label == said.label
        assert alone.score == pytest.approx(said.score)
