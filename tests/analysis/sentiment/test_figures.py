"""Comments are read right, as surely as they say, and about the right thing: the report, small."""

import importlib
import re
import sys
from pathlib import Path

import pytest

from analysis.comments import keywords
from analysis.sentiment import score_comments
from questionnaires import load

BENCH = Path(__file__).parents[3] / "bench" / "sentiment"


@pytest.fixture
def bench(monkeypatch):
    """The modules of bench/sentiment by name."""
    monkeypatch.setattr(sys, "path", [str(BENCH), *sys.path])
    return importlib.import_module


def two_classes(bench):
    """Scores and labels of own texts that the weights were not fitted on."""
    rows = [row for _, rows in bench("texts").own_files("held") for row in rows if row[1] != "neu"]
    said = score_comments([text for text, _ in rows])
    return [each.score for each in said], [label for _, label in rows]


def test_sentences_for_training_are_not_those_that_are_measured(bench):
    def runs(text, size=5):
        said = re.findall(r"[a-z0-9']+", text.lower())
        return {tuple(said[at : at + size]) for at in range(max(1, len(said) - size + 1))}

    texts = bench("texts")
    measured = {
        run
        for folder in ("dev", "held", "fresh", "another")
        for name, rows in texts.own_files(folder)
        if name.startswith("en")
        for text, _ in rows
        for run in runs(text)
    }
    new = [
        each
        for each in bench("own_sentences").sentences("en")
        if each.kind in ("criticism", "customer")
    ]
    assert len(new) > 1400
    assert [each.text for each in new if runs(each.text) & measured] == []


def test_comments_are_right_as_often_as_their_scores_say(bench):
    scores, labels = two_classes(bench)
    right = [(score > 0) == (label == "pos") for score, label in zip(scores, labels, strict=True)]
    sure = [(1 + abs(score)) / 2 for score in scores]
    assert len(scores) > 700
    assert bench("figures").calibration_error(sure, right) <= 0.05


def test_no_short_text_that_says_something_scores_exactly_zero(bench):
    assert 0 not in two_classes(bench)[0]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_themes_are_found_with_the_keywords_of_the_built_in_questionnaire(bench, language):
    rows = bench("texts").probes(language)
    said = score_comments(
        [row["text"].replace("|", "") for row in rows],
        themes=keywords(load("account_manager_360")),
    )
    found = [[(c.start, c.end, theme) for c in one.clauses for theme in c.themes] for one in said]
    wanted = [bench("report").wanted_themes(row) for row in rows]
    assert bench("figures").theme_f1(wanted, found) >= 0.80


def test_odd_texts_are_read_without_an_exception(bench):
    fuzz = bench("fuzz")
    for text in fuzz.texts(1000, seed=7):
        (said,) = score_comments([text])
        assert fuzz.is_sound(text, said), ascii(text[:80])


def test_the_figures_themselves(bench):
    figures = bench("figures")
    assert figures.macro_f1(["pos", "neg", "neg"], ["pos", "pos", "neg"]) == pytest.approx(2 / 3)
    assert figures.calibration_error([0.9] * 10, [True] * 9 + [False]) == pytest.approx(0)
    assert figures.calibration_error([0.9, 0.9], [True, False]) == pytest.approx(0.4)
    assert figures.two_classes([0.5, -0.5, 0.0]) == ["pos", "neg", ""]
    assert figures.theme_f1([[(0, 5, "a")]], [[(3, 9, "a"), (0, 5, "b")]]) == pytest.approx(2 / 3)
