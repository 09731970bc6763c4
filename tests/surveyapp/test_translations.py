"""Every interface word exists in Chinese, and no Chinese word is left over."""

import ast
import copy
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

import questionnaires
import surveyapp
from analysis.wording import WORDS
from questionnaires.sentences import Sentence
from surveyapp import errors
from surveyapp.i18n import translations
from surveyapp.models import CycleState
from surveyapp.views.pages import RELATIONS

ROOT = Path(surveyapp.__file__).parent
ROOMS = (ROOT, Path(questionnaires.__file__).parent)
METHODS = [
    ("**.py", "python"),
    ("templates/**.html", "jinja2"),
    ("templates/**.txt", "jinja2"),
]


def used_words():
    found = (each for room in ROOMS for each in extract_from_dir(room, method_map=METHODS))
    return {message for _, _, message, _, _ in found}


def chinese_words():
    with (ROOT / "translations" / "zh_Hans_CN.po").open("rb") as file:
        return {m.id: m.string for m in read_po(file) if m.id}


def test_every_word_of_the_interface_is_translated():
    chinese = chinese_words()
    missing = [word for word in used_words() if not chinese.get(word)]
    assert missing == []
    assert len(chinese) > 50


@pytest.mark.parametrize("language", ["zh", "en"])
def test_pages_call_the_relations_as_reports_do(language):
    said = {word: translations(language).gettext(name) for word, name in RELATIONS.items()}
    assert said == WORDS[language].groups


def test_no_translation_is_left_without_its_word():
    assert set(chinese_words()) - used_words() == set()


def is_refusal(value):
    return isinstance(value, type) and issubclass(value, errors.SurveyError)


REFUSALS = {name for name, value in vars(errors).items() if is_refusal(value)}
# What gathers mistakes: their message and mend are among what is handed in.
MISTAKES = {"Mistake", "Sentence", "FaultyQuestionnaire", "refuse", "mistake", "wrong"}
MISTAKES |= {"Finding", "finding", "UnreadableError", "stop", "add", "lose"}
MISTAKES |= {f"_{name}" for name in MISTAKES} | {"_leave"}


def refusals_in(path):
    """(file:line) of each refusal and mistake with a text that cannot be translated."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assigned = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            assigned.setdefault(node.targets[0].id, []).append(node.value)
    for node in ast.walk(tree):
        called = getattr(node, "func", None)
        if getattr(called, "id", getattr(called, "attr", "")) in REFUSALS | MISTAKES:
            handed = [each for one in node.args for each in (one, *meant(one, assigned))]
            if any(map(speaks_english_only, handed)):
                yield f"{path.name}:{node.lineno}"


def meant(node, assigned):
    """What a name may stand for."""
    return assigned.get(node.id, []) if isinstance(node, ast.Name) else []


def speaks_english_only(node):
    """Whether an argument, or what a list in it holds, is a sentence that is not marked."""
    if isinstance(node, ast.JoinedStr):
        return True
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str) and " " in node.value
    if isinstance(node, ast.List | ast.Tuple | ast.ListComp | ast.IfExp | ast.BinOp):
        return any(map(speaks_english_only, ast.iter_child_nodes(node)))
    return False


def test_every_refusal_that_a_page_can_show_is_said_in_the_language_of_its_reader():
    """Commands speak English; everything else may be heard on a page."""
    pages = [
        path for room in ROOMS for path in room.rglob("*.py")
        if not {"commands", "demo", "versions"} & set(path.parts)
    ]  # fmt: skip
    assert [found for path in pages for found in refusals_in(path)] == []
    assert "Refused" in REFUSALS


@pytest.mark.parametrize(
    "said",
    [
        'Refused(f"{1} is wrong")',
        'BadInput(N_("%(name)s is wrong"), [f"line {1}: mend it"], name="x")',
        'BadInput(N_("x"), ["mend it" for _ in y])',
        'self._wrong(1, "id", N_("is wrong"), f"write {1}")',
        'row.wrong("id", "is wrong", N_("mend it"))',
        'refuse(name, [Mistake("is wrong", MEND)])',
        'Sentence("is wrong, " + "or worse")',
        'mend = f"write {1}"; Mistake(N_("is wrong"), mend)',
        'mend = N_("write it"); mend = "write " + "it"; table.mistake(1, N_("is wrong"), mend)',
    ],
)
def test_a_refusal_or_mistake_in_plain_words_would_be_found(tmp_path, said):
    bad = tmp_path / "bad.py"
    bad.write_text(f'{said}\nraise Refused(N_("it is fine"))\nMistake(N_("is wrong"), MEND)\n')
    assert set(refusals_in(bad)) == {"bad.py:1"}


def test_states_in_a_refusal_are_translated_too():
    states = (CycleState.RELEASED, CycleState.IMPORTED)
    refusal = errors.Refused("%(state)s, not %(wanted)s", state=CycleState.OPEN, wanted=states)
    assert str(refusal) == "open, not released or imported"
    assert refusal.said(translations("zh").gettext) == "进行中, not 已发布或已导入"


def in_chinese(mistake):
    return mistake.said(translations("zh").gettext)


def test_a_mistake_is_said_with_its_place_message_and_mend_in_the_language_of_its_reader():
    mistake = errors.Mistake(
        Sentence('"%(person)s" is named %(count)d times', person="A1", count=2),
        Sentence("name each person once"),
        line=5,
        column=Sentence("peers"),
        letter="C",
        sheet="P & Q",
    )
    assert str(mistake) == (
        'sheet "P & Q", row 5, column C (peers): "A1" is named 2 times; name each person once'
    )
    said = "工作表“P & Q”、第 5 行、C 列（同事）：“A1”重复填写了 2 次；每个人请只写一次"
    assert in_chinese(mistake) == said


def test_words_of_others_in_a_mistake_are_said_as_they_stand():
    mistake = errors.Mistake("closed", "100%", column="open")
    assert in_chinese(mistake) == "open：closed；100%"


def test_several_words_are_listed_and_choices_are_offered_as_each_language_does():
    both = Sentence("%(known)s and %(either)s", known=["a", Sentence("row")], either=("b", "c"))
    assert (str(both), both.said(translations("zh").gettext)) == (
        "a, row and b or c",
        "a、整行 and b或c",
    )


def test_a_sentence_stays_what_it_is_when_it_is_copied():
    sentence = copy.deepcopy(Sentence("shows %(text)s", text="50 %"))
    assert sentence == "shows 50 %"
    assert sentence.said(translations("zh").gettext) == "显示为 50 %"


def test_the_summary_of_a_bad_file_is_said_in_the_language_of_its_reader():
    error = errors.BadInput("%(name)s is too large", ["x"], name="r.csv")
    assert str(error) == "r.csv is too large"
    assert error.said(translations("zh").gettext) == "r.csv 太大"
