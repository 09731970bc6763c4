"""The page for authors names every key, and its example is a questionnaire that loads."""

import re
from pathlib import Path

import pytest

from questionnaires import loader, rules
from questionnaires.model import WORDING_KEYS, Questionnaire
from questionnaires.reader import MAX_DEPTH, MAX_NODES
from questionnaires.shape import MODELS

PAGE = (Path(__file__).parents[2] / "docs/questionnaires.md").read_text(encoding="utf-8")
KEYS = sorted({(model.__name__, key) for model in MODELS.values() for key in model.model_fields})


@pytest.mark.parametrize(("model", "key"), KEYS)
def test_every_key_is_documented(model, key):
    assert f"`{key}`" in PAGE


@pytest.mark.parametrize("key", WORDING_KEYS)
def test_every_wording_is_documented(key):
    assert f"`{key}`" in PAGE


def test_the_example_on_the_page_is_complete():
    example = re.search(r"```yaml\n(.*?)```", PAGE, re.DOTALL)[1]
    assert isinstance(loader.parse(example.encode(), "example"), Questionnaire)


def test_the_example_uses_every_key_but_the_introduction():
    example = re.search(r"```yaml\n(.*?)```", PAGE, re.DOTALL)[1]
    assert {key for _, key in KEYS if f"{key}:" not in example} == {"introduction"}


@pytest.mark.parametrize(
    "limit", [f"{MAX_NODES:,} values", f"{MAX_DEPTH} levels", f"at most {rules.WORDING} characters"]
)
def test_the_limits_on_the_page_are_the_limits_in_force(limit):
    assert limit in PAGE
