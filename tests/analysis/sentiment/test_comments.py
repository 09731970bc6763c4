"""How comments sound, and what is not claimed about them."""

import os
import subprocess
import sys
from importlib.metadata import version

import pytest

from analysis.sentiment import language_of, score_comments


def label(text):
    return score_comments([text])[0].label


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Very reliable and a great help.", "positive"),
        ("Terrible service, always late.", "negative"),
        ("We met on Tuesday.", "neutral"),
    ],
)
def test_english_is_positive_negative_or_neutral(text, expected):
    assert label(text) == expected


@pytest.mark.parametrize(
    "text",
    ["", "  ", "N/A", "n/a.", "None", "No comment!", "无", "没有", "没有意见。", "ＮＡ", "—"],
)
def test_texts_that_say_nothing_have_no_tone(text):
    (said,) = score_comments([text])
    assert (said.label, said.score) == ("none", None)


def test_chinese_is_not_called_neutral():
    (said,) = score_comments(["回复很快，但是报价经常拖延"])
    assert (said.label, said.language) == ("mixed", "zh")


@pytest.mark.parametrize(
    ("text", "language"),
    [("Good", "en"), ("好", "zh"), ("response 很快 but", "en"), ("用 CRM 很熟练", "zh"),
     ("хорошо", "other"), ("👍 10/10", "other")],
)  # fmt: skip
def test_the_share_of_han_decides_the_language(text, language):
    assert language_of(text) == language


def test_a_given_language_is_believed():
    assert score_comments(["Gut"], languages=["other"])[0].label == "none"


def test_one_result_per_text_in_order():
    said = score_comments(["Great!", "无", "Awful."])
    assert [each.label for each in said] == ["positive", "none", "negative"]
    assert all(-1 <= each.score <= 1 for each in (said[0], said[2]))
    assert score_comments([]) == []


def test_lists_of_different_length_are_refused():
    with pytest.raises(ValueError, match="1 languages for 2 texts"):
        score_comments(["a", "b"], languages=["en"])


def test_english_needs_no_downloaded_corpora(tmp_path):
    program = (
        "from analysis.sentiment import score_comments\n"
        "print(score_comments(['Great work, very helpful.'])[0].label)"
    )
    env = {**os.environ, "NLTK_DATA": str(tmp_path), "HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program], env=env, capture_output=True, text=True
    )
    assert (done.stdout.strip(), done.stderr) == ("positive", "")


def test_the_room_opens_without_its_heavy_libraries():
    program = (
        "import sys, analysis.report\n"
        "print([name for name in ('scipy', 'textblob', 'reportlab') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout.strip() == "[]"


def test_reading_chinese_alone_does_not_load_textblob():
    program = (
        "import sys; from analysis.sentiment import score_comments\n"
        "score_comments(['很好']); print('textblob' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout.strip() == "False"


def test_reading_comments_alone_loads_no_statistics_and_no_questionnaires():
    program = (
        "import sys; from analysis.sentiment import score_comments\n"
        "score_comments(['很好', 'good'])\n"
        "print([name for name in ('pydantic', 'analysis.results', 'scipy') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout.strip() == "[]"


def test_what_the_package_offers_is_found_whatever_was_loaded_first():
    program = (
        "import analysis.summaries; from analysis import analyse, summary\nprint(callable(summary))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout.strip() == "True"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("别人插不上嘴", "negative"),  # the first character alone would turn it
        ("没有别的了", "none"),
        ("无，谢谢", "none"),
        ("not applicable to me", "none"),
        ("谢谢", "positive"),
        ("it does n't work", "negative"),  # as some texts are stored
    ],
)
def test_words_that_contain_others_mean_what_they_mean(text, expected):
    assert label(text) == expected


def test_a_vague_keyword_counts_where_no_other_theme_is_named():
    themes = {"price": ["quote"], "delivery": ["~late"], "service": ["complaint", "-no complaints"]}
    said = score_comments(
        ["The quote was late", "Always late", "We had no complaints from users"], themes=themes
    )
    assert [each.clauses[0].themes for each in said] == [("price",), ("delivery",), ()]


@pytest.mark.parametrize(
    ("given", "error", "sentence"),
    [
        (("Good",), TypeError, "texts must be a list, not one str"),
        ((b"Good",), TypeError, "texts must be a list, not one bytes"),
        ((None,), TypeError, "texts must be a list, not None"),
        ((7,), TypeError, "texts must be a list, not int"),
        ((["Good", None],), TypeError, "text 2 is None, not a str"),
        ((["Good", 3.5],), TypeError, "text 2 is float, not a str"),
        ((["Bon"], "languages", ["fr"]), ValueError, "languages: number 1 is 'fr'; known"),
        ((["Good"], "languages", "en"), TypeError, "languages must be a list, not one str"),
        ((["a"], "polarities", ["bad"]), ValueError, "number 1 is 'bad'; known"),
        ((["a"], "polarities", [["negative"]]), ValueError, r"number 1 is \['negative'\]"),
        ((["a", "b"], "polarities", [None]), ValueError, "1 polarities for 2 texts"),
        ((["a"], "languages", ["en", "en"]), ValueError, "2 languages for 1 texts"),
        ((["a"], "themes", {"price": "quote"}), TypeError, "keywords of price must be a list"),
    ],
)  # fmt: skip
def test_what_cannot_be_scored_is_refused_with_a_sentence(given, error, sentence):
    texts, *named = given
    with pytest.raises(error, match=sentence):
        score_comments(texts, **dict([named] if named else []))


def test_generators_are_read_once():
    said = score_comments(
        (text for text in ["Good", "报价"]),
        languages=(None for _ in range(2)),
        polarities=iter([None, "negative"]),
    )
    assert [each.label for each in said] == ["positive", "negative"]


@pytest.mark.parametrize("text", ["", "-", "  ", "……", "无", "N/A", "没啥可写的", "Nothing to add"])
def test_a_text_that_says_nothing_surely_says_nothing(text):
    (said,) = score_comments([text])
    assert (said.label, said.confidence) == ("none", 1.0)


@pytest.mark.parametrize(
    "text",
    ["没有反馈", "没反馈", "没有任何反馈", "没有改进", "没有任何改进", "没好", "没能", "没说",
     "No feedback", "There is no feedback", "no improvement", "No improvements at all"],
)  # fmt: skip
def test_that_nothing_came_of_it_is_criticism(text):
    assert label(text) == "negative"


@pytest.mark.parametrize(
    "text",
    ["没有评论", "没什么可改进的", "没什么反馈", "没有需要改进的地方", "没有改进建议", "没有要说的",
     "没有其他反馈", "暂无反馈", "No comments", "No further feedback", "No feedback to give",
     "I have no feedback", "No improvements needed"],
)  # fmt: skip
def test_that_there_is_nothing_to_say_is_none(text):
    assert label(text) == "none"


@pytest.mark.parametrize(
    ("bare", "lasting"),
    [
        ("没有问题", ["没有任何问题", "一直没有问题", "目前没有问题", "我没有任何问题"]),
        ("No complaints", ["No complaints at all", "No complaints so far"]),
    ],
)
def test_that_nothing_went_wrong_is_praise_of_a_while_or_of_everything(bare, lasting):
    assert label(bare) == "none"
    assert [label(text) for text in lasting] == ["positive"] * len(lasting)


def test_a_script_that_is_not_read_is_not_surely_nothing():
    assert score_comments(["Отлично"])[0].confidence == 0.0


def test_the_engine_names_the_version_of_textblob_that_is_installed():
    (said,) = score_comments(["very good"])
    assert said.engine == f"blend-en 1 (textblob {version('textblob')})"
