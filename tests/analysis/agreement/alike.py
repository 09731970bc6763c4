"""Comparing numbers that may be None: undefined is like undefined only."""

import pytest


def near(number, **tolerance):
    return None if number is None else pytest.approx(number, **tolerance)
