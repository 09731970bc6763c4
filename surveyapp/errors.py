"""The refusals of the product, in its own words.

Services raise them; the command line and the web pages turn them into one sentence each.
"""

from __future__ import annotations

from collections.abc import Sequence


class SurveyError(Exception):
    """A refusal with a reason that a person can act on."""

    exit_code = 1


class Refused(SurveyError):
    """What was asked is not possible in the present state."""


class NotFound(SurveyError):
    """No such cycle, person or questionnaire."""


class BadInput(SurveyError):
    """A file has mistakes; every one is listed with its place and its mend."""

    def __init__(self, summary: str, mistakes: Sequence[str]) -> None:
        super().__init__(summary)
        self.mistakes = tuple(mistakes)


class UnknownLink(SurveyError):
    """Unknown, revoked and malformed links, all alike."""


class CycleClosed(SurveyError):
    """The cycle takes no more answers."""


class BallotMismatch(SurveyError):
    """Ballots and submitted assignments of a cell differ: nothing may be opened."""


class StorageUnavailable(SurveyError):
    """The database cannot take or give data at the moment."""

    exit_code = 3


class MailUnavailable(SurveyError):
    """The mail server takes nothing at the moment; what was not sent stays queued."""

    exit_code = 3


class KeyUnavailable(SurveyError):
    """The keys of a cycle cannot be read or written."""

    exit_code = 3
