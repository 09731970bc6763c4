"""Every interface word exists in Chinese, and no Chinese word is left over."""

import ast
from pathlib import Path

from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

import surveyapp
from surveyapp import errors
from surveyapp.i18n import translations
from surveyapp.models import CycleState

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


def is_refusal(value):
    return isinstance(value, type) and issubclass(value, errors.SurveyError)


REFUSALS = {name for name, value in vars(errors).items() if is_refusal(value)} - {"BadInput"}


def refusals_in(path):
    """(line, what is said) of each refusal whose reason is a text that cannot be translated."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        called = isinstance(node, ast.Call) and getattr(node.func, "id", "") in REFUSALS
        if called and node.args and isinstance(node.args[0], ast.Constant | ast.JoinedStr):
            yield f"{path.name}:{node.lineno}"


def test_every_refusal_that_a_page_can_show_is_said_in_the_language_of_its_reader():
    """Commands speak English; everything else may be heard on a page."""
    pages = [
        path for path in ROOT.rglob("*.py")
        if not {"commands", "demo", "versions"} & set(path.parts)
    ]  # fmt: skip
    assert [found for path in pages for found in refusals_in(path)] == []
    assert "Refused" in REFUSALS


def test_a_refusal_in_plain_words_would_be_found(tmp_path):
    bad = tmp_path / "bad.py"
    bad.write_text('raise Refused(f"{1} is wrong")\nraise Refused(N_("fine"))\n')
    assert list(refusals_in(bad)) == ["bad.py:1"]


def test_states_in_a_refusal_are_translated_too():
    states = (CycleState.RELEASED, CycleState.IMPORTED)
    refusal = errors.Refused("%(state)s, not %(wanted)s", state=CycleState.OPEN, wanted=states)
    assert str(refusal) == "open, not released or imported"
    assert refusal.said(translations("zh").gettext) == "进行中, not 已发布或已导入"
