"""The examples in the docstrings run and are true."""

import doctest

import pytest

from analysis import disclosure, reliability, scoring


@pytest.mark.parametrize("module", [disclosure, reliability, scoring], ids=lambda m: m.__name__)
def test_examples_are_true(module):
    done = doctest.testmod(module)
    assert done.attempted > 0
    assert done.failed == 0
