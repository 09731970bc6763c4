"""Finding questionnaires: by key, in a folder of one's own, by path."""

import pytest
from tiny_questionnaire import TINY, edited

import questionnaires
from questionnaires import QuestionnaireError


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "tiny.yaml").write_text(TINY, encoding="utf-8")
    return tmp_path


def test_the_library_is_available_everywhere():
    assert questionnaires.available() == ("account_manager_360", "account_manager_pulse")


def test_a_folder_of_ones_own_adds_to_the_library(folder):
    assert questionnaires.available(folder) == (
        "account_manager_360",
        "account_manager_pulse",
        "tiny",
    )
    assert questionnaires.load("tiny", folder).key == "tiny"
    assert questionnaires.load("account_manager_360", folder).key == "account_manager_360"


def test_a_file_of_ones_own_wins_over_the_library(folder):
    own = edited("key: tiny", "key: account_manager_360")
    (folder / "account_manager_360.yaml").write_text(own, encoding="utf-8")
    assert questionnaires.load("account_manager_360", folder).title.said("en") == "Tiny"


@pytest.mark.parametrize("as_type", [str, lambda path: path])
def test_a_path_is_loaded_whatever_its_key(folder, as_type):
    file = (folder / "tiny.yaml").rename(folder / "questionnaire.yaml")
    assert questionnaires.load(as_type(file)).key == "tiny"


def test_an_unknown_key_names_what_is_available():
    with pytest.raises(QuestionnaireError, match="available are `account_manager_360`"):
        questionnaires.load("nothing")


def test_a_misspelt_key_gets_the_nearest_one():
    with pytest.raises(QuestionnaireError, match="did you mean `account_manager_360`"):
        questionnaires.load("acount_manager_360")


def test_a_key_is_no_way_out_of_the_folder(folder):
    inner = folder / "inner"
    inner.mkdir()
    with pytest.raises(QuestionnaireError, match="no questionnaire"):
        questionnaires.load("../tiny", inner)


def test_a_key_and_its_file_name_agree(folder):
    (folder / "tiny.yaml").rename(folder / "other.yaml")
    with pytest.raises(QuestionnaireError, match="write `key: other`"):
        questionnaires.load("other", folder)


def test_a_missing_file_is_a_mistake_like_any_other(tmp_path):
    (mistake,) = questionnaires.check(tmp_path / "none.yaml")
    assert (mistake.line, mistake.column) == (1, 1)
    assert "no such file" in mistake.message


def test_a_folder_is_not_a_questionnaire(tmp_path):
    assert questionnaires.check(tmp_path)


def test_check_lists_mistakes_and_load_raises_them(folder):
    file = folder / "tiny.yaml"
    assert questionnaires.check(file) == ()
    file.write_text(edited(", en: Tiny", ""), encoding="utf-8")
    with pytest.raises(QuestionnaireError) as caught:
        questionnaires.load(file)
    assert caught.value.mistakes == questionnaires.check(file)
    assert f"{file}:4:1: title.en" in str(caught.value)
