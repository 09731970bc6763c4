"""Why a statistic is undefined: the words that stand beside every missing number.

A result whose numbers exist has the status None. One value per ratee is NaN where it is undefined,
and the word stands at the same place of the array ``statuses``, an object array of words and None.
"""

from __future__ import annotations

from typing import Literal

Status = Literal[
    "undefined_single_item",  # a scale of one item
    "undefined_zero_variance",  # the answers do not differ
    "undefined_no_within_df",  # nobody was rated twice
    "undefined_fewer_than_2_raters",
    "undefined_no_variation",  # only one category is in use
    "undefined_no_pairs",  # too few answers to the same items
    "fewer_than_3_answers",  # too few for a test; an interval may stand
    "incomplete_table",  # every rater must have judged every ratee
    "not_estimable",  # the model has no proper solution for these answers
    "raters_unlinked",  # who answered is not known, by design
    "not_connected",  # no rater links some ratees to the others
    "not_attainable",  # raters do not agree at all, so no number of them is enough
    "below_coverage",  # too little of what was declared is there
    "fewer_than_10_ratees",  # it would describe persons, not the questionnaire
]
