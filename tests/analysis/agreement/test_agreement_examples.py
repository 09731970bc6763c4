"""The examples in the docstrings run and are true."""

import doctest

import pytest

from analysis.agreement import fleiss, icc, krippendorff, nulls, shrout_fleiss, within_group
from analysis.precision import means

MODULES = [fleiss, icc, krippendorff, nulls, shrout_fleiss, within_group, means]


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_examples_are_true(module):
    done = doctest.testmod(module)
    assert done.attempted > 0
    assert done.failed == 0
