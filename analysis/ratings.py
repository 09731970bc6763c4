"""What the analysis receives: ratings as one matrix, with who was rated and by which group."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from analysis.disclosure import Group, Policy
from questionnaires.model import Questionnaire

CommentLabel = Literal["positive", "neutral", "negative", "mixed", "none"]


@dataclass(frozen=True, eq=False)
class RatingTable:
    """Ratings of one questionnaire: one row per response, one column per item.

    ``values`` is a float matrix (responses x items) of raw points as they were ticked (reverse
    items not yet recoded), NaN where the rater could not judge or was not asked. ``ratee`` and
    ``group`` name, per row, who was rated and the key of the published group (``"PEER"``,
    ``"PEER+CUSTOMER"``).
    """

    values: NDArray[np.float64]
    items: tuple[str, ...]
    ratee: NDArray[np.str_]
    group: NDArray[np.str_]


@dataclass(frozen=True)
class Ratee:
    id: str  # the external id of the roster
    name: str
    position: str = ""
    language: str = ""  # "" = the first language of the questionnaire


@dataclass(frozen=True)
class Comment:
    """One text in a group for one open question, in the order of its random id."""

    ratee: str
    group: str
    question: str
    text: str
    id: str = ""
    label: CommentLabel | None = None  # how a person said it sounds, against the program


@dataclass(frozen=True)
class CycleInfo:
    key: str
    title: str
    organisation: str
    closed_on: str  # ISO date
    imported: bool = False


@dataclass(frozen=True, eq=False)
class CycleData:
    """All that left the ballot box for one questionnaire of one cycle."""

    cycle: CycleInfo
    questionnaire: Questionnaire
    policy: Policy
    ratees: tuple[Ratee, ...]
    groups: tuple[Group, ...]
    ratings: RatingTable
    comments: tuple[Comment, ...] = field(default=())
