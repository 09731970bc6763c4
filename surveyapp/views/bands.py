"""How far a response is, as the services band it, in the words of the page."""

from __future__ import annotations

import re
from collections.abc import Callable

from surveyapp.i18n import N_
from surveyapp.services.cycles import UNTOLD

BANDS = (
    (re.compile(r"fewer than (\d+)"), N_("fewer than %s")),
    (re.compile(r"(\d+) or more"), N_("%s or more")),
    (re.compile(r"(\d+) to (\d+) %"), N_("%s to %s %%")),
    (re.compile(r"(\d+) of (\d+)"), N_("%s of %s")),
)


def band(answered: str, translate: Callable[[str], str]) -> str:
    """The same band, translated."""
    if answered == UNTOLD:
        return translate(N_("told after the closing"))
    for pattern, words in BANDS:
        found = pattern.fullmatch(answered)
        if found:
            return translate(words) % found.groups()
    return answered
