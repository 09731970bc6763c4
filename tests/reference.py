"""The reference vectors: numbers that R and papers printed, with the data they were printed for.

The folder is no part of the project (some of its data come under the GPL), so whatever reads it is
skipped where the variable is unset.
"""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

VARIABLE = "SURVEYAPP_REFERENCE_DATA"
FOLDER = os.environ.get(VARIABLE)
needs_reference = pytest.mark.skipif(not FOLDER, reason=f"{VARIABLE} is not set")


@dataclass(frozen=True)
class Vector:
    """One result from elsewhere."""

    id: str
    arguments: dict[str, Any]
    expected: dict[str, Any]
    tolerance: float  # absolute
    data: str | None  # the file the result was computed from

    def labels(self, column: str) -> list[str]:
        """One column as written."""
        return [row[column] for row in self._rows]

    def numbers(self, column: str) -> NDArray[np.float64]:
        """One column as numbers; empty is NaN."""
        return self.matrix([column])[:, 0]

    def matrix(self, columns: Sequence[str] | None = None) -> NDArray[np.float64]:
        """Rows x columns (all of them unless named) as numbers; empty is NaN."""
        names = list(columns or self._rows[0])
        return np.array([[float(row[name] or "nan") for name in names] for row in self._rows])

    @property
    def columns(self) -> list[str]:
        return list(self._rows[0])

    @property
    def _rows(self) -> list[dict[str, str]]:
        return _table(self.data or "")


@cache
def vectors() -> dict[str, Vector]:
    """All of them, by id."""
    text = (Path(FOLDER or "") / "vectors.json").read_text(encoding="utf-8")
    return {
        each["id"]: Vector(
            id=each["id"],
            arguments=each["arguments"] or {},
            expected=each["expected"],
            tolerance=each["tolerance"],
            data=each["data"],
        )
        for each in json.loads(text)
    }


@cache
def _table(name: str) -> list[dict[str, str]]:
    with (Path(FOLDER or "") / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
