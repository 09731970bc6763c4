"""Every interface word exists in Chinese, and no Chinese word is left over."""

from pathlib import Path

from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

import surveyapp

ROOT = Path(surveyapp.__file__).parent
METHODS = [
    ("**.py", "python"),
    ("templates/**.html", "jinja2"),
    ("templates/**.txt", "jinja2"),
]


def used_words():
    return {message for _, _, message, _, _ in extract_from_dir(ROOT, method_map=METHODS)}


def chinese_words():
    with (ROOT / "translations" / "zh_Hans_CN.po").open("rb") as file:
        return {m.id: m.string for m in read_po(file) if m.id}


def test_every_word_of_the_interface_is_translated():
    chinese = chinese_words()
    missing = [word for word in used_words() if not chinese.get(word)]
    assert missing == []
    assert len(chinese) > 50


def test_no_translation_is_left_without_its_word():
    assert set(chinese_words()) - used_words() == set()
