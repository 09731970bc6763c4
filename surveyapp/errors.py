"""The refusals of the product, in its own words.

Services raise them; the command line and the web pages turn them into one sentence each.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from surveyapp.i18n import N_


class SurveyError(Exception):
    """A refusal with a reason that a person can act on.

    ``Refused(N_("There is no account %(email)s."), email=email)`` can be said in every language;
    a text without words to fill in is said as it stands.
    """

    exit_code = 1

    def __init__(self, reason: str = "", /, command: str = "", **words: object) -> None:
        """``command`` is told to whoever types commands; a page has its own links and buttons."""
        self.reason, self.words = reason, words
        super().__init__(
            " ".join(filter(None, (self.said(str), command % words if command else "")))
        )

    def said(self, translate: Callable[[str], str]) -> str:
        """The reason as ``translate`` says it, with its words filled in."""
        if not self.reason:
            return ""
        reason = translate(self.reason)
        words = {name: _spelt(word, translate) for name, word in self.words.items()}
        return reason % words if words else reason


def _spelt(word: object, translate: Callable[[str], str]) -> object:
    """States and refusals are words of ours and are translated too; several are a choice."""
    if isinstance(word, StrEnum):
        return translate(word.value)
    if isinstance(word, SurveyError):
        return word.said(translate)
    if isinstance(word, tuple):
        return translate(N_(" or ")).join(str(_spelt(each, translate)) for each in word)
    return word


class Refused(SurveyError):
    """What was asked is not possible in the present state."""


class NotFound(SurveyError):
    """No such cycle, person or questionnaire."""


@dataclass(frozen=True)
class Mistake:
    """What is wrong in a file, where, and what mends it; a page can show it beside its row."""

    message: str
    mend: str
    line: int | None = None
    column: str = ""  # its name
    letter: str = ""  # of the column, in a workbook
    sheet: str = ""  # of a workbook

    @property
    def place(self) -> str:
        line = f"{'row' if self.sheet else 'line'} {self.line}" if self.line else ""
        column = f"column {self.letter}" if self.letter else self.column
        column += f" ({self.column})" if self.letter and self.column else ""
        sheet = f'sheet "{self.sheet}"' if self.sheet else ""
        return ", ".join(part for part in (sheet, line, column) if part)

    def __str__(self) -> str:
        said = "; ".join(part for part in (self.message, self.mend) if part)
        return f"{self.place}: {said}" if self.place else said


class BadInput(SurveyError):
    """A file has mistakes; every one is listed with its place and its mend."""

    def __init__(self, summary: str, mistakes: Sequence[str | Mistake]) -> None:
        super().__init__(summary)
        self.mistakes = tuple(map(str, mistakes))
        self.problems = tuple(m if isinstance(m, Mistake) else Mistake(m, "") for m in mistakes)


class UnknownLink(SurveyError):
    """Unknown, revoked and malformed links, all alike."""


class CycleClosed(SurveyError):
    """The cycle takes no more answers."""


class BallotMismatch(SurveyError):
    """Ballots and submitted assignments of a cell differ: nothing may be opened."""


class StorageUnavailable(SurveyError):
    """The database cannot take or give data at the moment."""

    exit_code = 3


class TracesLeft(StorageUnavailable):
    """It is done and stays done; only the files of the database still hold traces of it."""


class MailUnavailable(SurveyError):
    """The mail server takes nothing at the moment; what was not sent stays queued."""

    exit_code = 3


class KeyUnavailable(SurveyError):
    """The keys of a cycle cannot be read or written."""

    exit_code = 3
