"""Praise made of words of blame, and wishes made of words of praise."""

import csv
import time
from pathlib import Path

import pytest

from analysis.sentiment import constructions, language_of, score_comments

SENTENCES = Path(__file__).parent / "constructions.tsv"


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("没有任何问题，非常满意", "positive"), ("没有缺点，一切都好", "positive"),
        ("延误从未发生", "positive"), ("投诉处理及时", "positive"), ("说到没做到", "negative"),
        ("响应非常及时，出了问题半天之内就有方案", "positive"),
        ("希望每个月能主动沟通一次进展", "negative"),
        ("遇到投诉没有推脱，处理得很干脆", "positive"),
        ("出了故障，一个电话就有人来处理", "positive"),
        ("贵但是值", "positive"), ("贵但是不值", "negative"),
        ("could not be happier", "positive"), ("could not be worse", "negative"),
        ("Handles complaints quickly", "positive"), ("Never handles complaints", "negative"),
        ("no issues so far", "positive"), ("no issues", "none"),
        ("Great product knowledge; contracts take forever", "mixed"),
        ("Explains complicated contracts in plain words", "positive"),
        ("Faster quotes, please.", "negative"), ("Please keep it up", "positive"),
        ("A bit expensive, yet worth it", "positive"),
        ("When something goes wrong, he fixes it the same day", "positive"),
        ("从未遇到过这么多差错", "negative"), ("从来没有这么失望过", "negative"),
        ("从来没有这么满意过", "positive"), ("从未见过如此专业的客户经理", "positive"),
        ("没有一句抱怨被听进去", "negative"), ("没有一次投诉得到处理", "negative"),
        ("没有一个问题得到解决", "negative"), ("没有一个问题能得到及时的解决", "negative"),
        ("没有一句抱怨就解决了", "positive"), ("no problem was fixed", "negative"),
        ("No problem is left unsolved", "positive"),
        ("Never had so many problems with a supplier", "negative"),
        ("I have never been so disappointed", "negative"), ("Never been so happy", "positive"),
        ("He is never late so no complaints", "positive"), ("no more delays", "positive"),
        ("no more delays please", "negative"), ("Please, no more hidden fees", "negative"),
    ],
)  # fmt: skip
def test_what_the_words_alone_would_get_wrong(text, label):
    assert score_comments([text])[0].label == label


@pytest.mark.parametrize(
    ("clause", "sign"),
    [
        ("没有出过差错", 1), ("从不推脱", 1), ("一次投诉都没有", 1), ("马上有人处理", 1),
        ("再专业不过", 1), ("没有比他更负责的", 1), ("没有比这更糟的", -1), ("没有哪次不延误", -1),
        ("不催不动", -1), ("过了三天才回复", -1), ("没有一点时间观念", -1), ("希望回复更快", -1),
        ("要是能提前说就好了", -1), ("能否每月来一次", -1),
        ("没有解决问题", 0), ("没有正视问题", 0), ("投诉没有得到解决", 0), ("不是没有问题", 0),
        ("有没有问题", 0), ("达到了我们的希望", 0), ("希望能继续合作", 0), ("他的建议很专业", 0),
        ("never late", 1), ("not a single complaint", 1), ("free of errors", 1), ("no delays", 1),
        ("could not ask for a better partner", 1), ("can't praise him enough", 1),
        ("could not be slower", -1), ("never returns calls", -1), ("no follow-up", -1),
        ("anything but helpful", -1), ("please answer sooner", -1), ("more visits would help", -1),
        ("we need faster answers", -1), ("he could be more proactive", -1),
        ("no problem is ever solved", -1), ("no problem solving", 0), ("not without problems", 0),
        ("please keep it up", 0), ("i would like to thank him", 0), ("could not be our manager", 0),
    ],
)  # fmt: skip
def test_a_construction_says_what_it_says_whatever_the_weights(clause, sign):
    _, said = constructions.read(clause, language_of(clause))
    assert (said > 0) - (said < 0) == sign


def test_what_a_construction_has_said_is_weighed_no_more():
    assert constructions.read("没有任何拖延", "zh") == ("", 2.0)
    assert constructions.read("投诉处理及时", "zh") == ("处理及时", 0.0)
    rest, _ = constructions.read("he handles complaints quickly", "en")
    assert "complaints" not in rest


def test_a_clause_that_only_says_when_is_one_with_what_it_says_it_of():
    text = "出了问题，他马上解决，态度也好"
    (said,) = score_comments([text])
    assert [text[c.start : c.end] for c in said.clauses] == ["出了问题，他马上解决", "态度也好"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_most_sentences_with_such_constructions_are_read_right(language):
    with SENTENCES.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    rows = [row for row in rows if language_of(row["text"]) == language]
    said = score_comments([row["text"] for row in rows])
    right = [each.label == row["label"] for each, row in zip(said, rows, strict=True)]
    assert len(right) > 100
    assert sum(right) >= 0.93 * len(right)


@pytest.mark.parametrize(
    "part",
    [
        "一",
        "没有任何",
        "问题",
        "希望更",
        "不催",
        "没有一个",
        "no a ",
        "never so ",
        "would ",
        "handles complaints ",
    ],
)
def test_a_long_text_of_such_words_is_read_in_an_instant(part):
    spent = []
    for _ in range(3):
        begun = time.process_time()
        score_comments([part * 4000])
        spent.append(time.process_time() - begun)
    assert min(spent) < 0.1  # seconds; one repeat without a bound took 0.15
