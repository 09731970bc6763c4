"""The refusals of the product, in its own words.

Services raise them; the command line and the web pages turn them into one sentence each.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from questionnaires.sentences import Sentence, Translate, said
from surveyapp.i18n import N_


class SurveyError(Exception):
    """A refusal with a reason that a person can act on.

    ``Refused(N_("There is no account %(email)s."), email=email)`` can be said in every language;
    a text without words to fill in is said as it stands.
    """

    exit_code = 1

    def __init__(self, reason: str = "", /, *, command: str = "", **words: object) -> None:
        """``command`` is told to whoever types commands; a page has its own links and buttons."""
        self.reason = reason
        self.words = {name: _as_sentence(word) for name, word in words.items()}
        super().__init__(
            " ".join(filter(None, (self.said(str), command % words if command else "")))
        )

    def said(self, translate: Translate) -> str:
        """The reason as ``translate`` says it, with its words filled in."""
        return Sentence(self.reason, **self.words).said(translate)


def _as_sentence(word: object) -> object:
    """A refusal within a refusal is a sentence within a sentence."""
    return Sentence(word.reason, **word.words) if isinstance(word, SurveyError) else word


class Refused(SurveyError):
    """What was asked is not possible in the present state."""


class NotFound(SurveyError):
    """No such cycle, person or questionnaire."""


@dataclass(frozen=True)
class Mistake:
    """What is wrong in a file, where, and what mends it; a page can show it beside its row.

    Sentences are said in the language of the page, other texts as they are.
    """

    message: str
    mend: str
    line: int | None = None
    column: str = ""  # its name
    letter: str = ""  # of the column, in a workbook
    sheet: str = ""  # of a workbook

    @property
    def place(self) -> Sentence:
        parts: list[str] = []
        if self.sheet:
            parts.append(Sentence(N_('sheet "%(sheet)s"'), sheet=self.sheet))
        if self.line:
            parts.append(line_of(self.line, self.sheet))
        if self.letter:
            name = N_("column %(letter)s (%(column)s)") if self.column else N_("column %(letter)s")
            parts.append(Sentence(name, letter=self.letter, column=self.column))
        elif self.column:
            parts.append(self.column)
        return Sentence("%(parts)s", parts=parts)

    def said(self, translate: Translate) -> str:
        """Place, message and mend in one line, as ``translate`` says them."""
        parts = [said(part, translate) for part in (self.message, self.mend) if part]
        told = translate(N_("; ")).join(parts)
        return translate(N_(": ")).join(filter(None, (self.place.said(translate), told)))

    def __str__(self) -> str:
        return self.said(str)


def line_of(number: int, sheet: str) -> Sentence:
    """How a line is named: workbooks have rows."""
    return Sentence(N_("row %(line)d") if sheet else N_("line %(line)d"), line=number)


class BadInput(SurveyError):
    """A file has mistakes; every one is listed with its place and its mend."""

    def __init__(self, summary: str, mistakes: Sequence[str | Mistake], /, **words: object) -> None:
        super().__init__(summary, command="", **words)
        self.problems = tuple(m if isinstance(m, Mistake) else Mistake(m, "") for m in mistakes)
        self.mistakes = tuple(map(str, self.problems))


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
