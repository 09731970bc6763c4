"""The table of reference vectors (`make statistics-check`)."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from bench.statistics_check import CHECKS, check, differences, main
from tests.reference import VARIABLE, needs_reference, vectors

CHECK = Path(__file__).parents[2] / "bench" / "statistics_check.py"


@needs_reference
def test_every_vector_is_right(capsys):
    assert main() == 0
    assert capsys.readouterr().out.splitlines()[-1] == "vectors=28 right=28"


@needs_reference
def test_every_vector_is_computed():
    assert set(CHECKS) == set(vectors())


@needs_reference
def test_a_wrong_number_is_noticed():
    vector = vectors()["kripp_textbook"]
    wrong = replace(vector, expected=vector.expected | {"ordinal": 0.81})
    values, away, right = check(wrong)
    assert (values, away, right) == (4, pytest.approx(0.0053875, abs=1e-6), False)


@pytest.mark.parametrize(
    ("found", "expected", "right"),
    [
        (1.0, 1.0, True),
        (1.1, 1.0, True),
        (1.2, 1.0, False),
        (None, None, True),
        (float("nan"), None, True),
        (0.0, None, False),
        (None, 0.0, False),
        (float("nan"), 0.0, False),
        ("over", "over", True),
        ("over", "under", False),
        ([1.0, 2.0], [1.0, 2.0], True),
        ([1.0], [1.0, 2.0], False),
        ({"a": 1.0, "b": 5}, {"a": 1.0}, True),
        ({"b": 1.0}, {"a": 1.0}, False),
        (None, [1.0], False),
    ],
)
def test_undefined_is_like_undefined_only(found, expected, right):
    assert all(ok for _, ok in differences(found, expected, 0.11)) is right


def test_without_the_folder_it_says_what_to_set():
    environment = {name: value for name, value in os.environ.items() if name != VARIABLE}
    done = subprocess.run(
        [sys.executable, str(CHECK)], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert VARIABLE in done.stderr
