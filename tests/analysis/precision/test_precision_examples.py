"""The examples in the docstrings run and are true."""

import doctest

import pytest

from analysis.precision import classical, comparison, crossed, means, shrinkage


@pytest.mark.parametrize(
    "module", [classical, comparison, crossed, means, shrinkage], ids=lambda m: m.__name__
)
def test_examples_are_true(module):
    done = doctest.testmod(module)
    assert done.attempted > 0
    assert done.failed == 0
