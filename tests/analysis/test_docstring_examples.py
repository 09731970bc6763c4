"""The examples in the docstrings run and are true."""

import doctest

import pytest

from analysis import carefulness, disclosure, scoring
from analysis.reliability import alpha, omega, planning


@pytest.mark.parametrize(
    "module",
    [disclosure, carefulness, scoring, alpha, omega, planning],
    ids=lambda m: m.__name__,
)
def test_examples_are_true(module):
    done = doctest.testmod(module)
    assert done.attempted > 0
    assert done.failed == 0
