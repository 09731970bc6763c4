"""Words of one's own for the mails of a cycle: checked when they are written, filled when sent.

Whatever they say, each mail also says who is rated, who will see what, until when, and holds the
personal link; that stays ours. A few fixed placeholders are filled in, and no link of anybody else
stands in a mail, so that raters learn to follow the one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict

from sqlalchemy.orm import Session

from questionnaires.mistakes import shorten, suggest
from questionnaires.reader import printable
from surveyapp.errors import BadInput, Refused
from surveyapp.i18n import LANGUAGES, N_
from surveyapp.mail import PLACEHOLDERS, MailWords
from surveyapp.models import Cycle, CycleState, MailKind, MailText

KINDS = (MailKind.INVITATION, MailKind.REMINDER)
LIMITS = {"subject": 150, "greeting": 1500, "closing": 1500}
_BRACES = re.compile(r"\{[^{}]*\}?|\}")
_MARKUP = re.compile(r"<[a-z!/?][^<>]*>?", re.IGNORECASE)
# Also what mail programs make a link of by themselves: www.example.com, example.com/page.
_LINK = re.compile(r"\w+:/\S*|\bwww\.\S*|[\w-]\.[a-z]{2,}/\S*", re.IGNORECASE)


def words_of(session: Session, cycle: Cycle, kind: str, language: str) -> MailWords:
    """The words of one's own for a kind of mail; other kinds than `KINDS` have none."""
    row = session.get(MailText, (cycle.id, kind, language)) if kind in KINDS else None
    return MailWords(row.subject, row.greeting, row.closing) if row else MailWords()


def set_words(
    session: Session, cycle: Cycle, kind: MailKind, language: str, words: MailWords
) -> MailWords:
    """Keep words for the mails that are composed from now on; empty ones bring the usual ones back.

    Raises
    ------
    BadInput
        With every mistake and its mend; nothing is changed then.
    Refused
        If the cycle sends no more mails, or there are no such mails.
    """
    if cycle.state not in {CycleState.DRAFT, CycleState.OPEN}:
        raise Refused(
            N_("The cycle %(cycle)s is %(state)s; it sends no more such mails."),
            cycle=cycle.key,
            state=cycle.state,
        )
    if kind not in KINDS or language not in LANGUAGES:
        raise Refused(
            N_("There are words for %(kinds)s in %(languages)s."),
            kinds=", ".join(KINDS),
            languages=", ".join(LANGUAGES),
        )
    kept = MailWords(**{part: _normal(text) for part, text in asdict(words).items()})
    mistakes = [
        each for part, text in asdict(kept).items() for each in _mistakes(part, text, cycle)
    ]
    if mistakes:
        raise BadInput("These words cannot be used; nothing was changed", mistakes)
    session.merge(MailText(cycle_id=cycle.id, kind=kind, language=language, **asdict(kept)))
    session.flush()
    return kept


def _normal(text: str) -> str:
    """One kind of line end, no blanks at the ends of lines, at most one empty line in a row."""
    lines = [line.rstrip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _mistakes(part: str, text: str, cycle: Cycle) -> Iterator[str]:
    if len(text) > LIMITS[part]:
        yield f"{part}: {len(text)} characters are too many; shorten it to {LIMITS[part]}"
        return
    lines = text.split("\n")
    if part == "subject" and len(lines) > 1:
        yield "subject: it has several lines; write one"
    for number, line in enumerate(lines, start=1):
        place = f"{part}, line {number}" if len(lines) > 1 else part
        yield from (f"{place}: {what}" for what in _wrong_in(line, cycle))


def _wrong_in(line: str, cycle: Cycle) -> Iterator[str]:
    if printable(line) != line or "\t" in line:
        yield "it holds a character that cannot be seen; type the line again"
        return
    for found in _BRACES.findall(line):
        if found not in {f"{{{name}}}" for name in PLACEHOLDERS}:
            near = suggest(found.strip("{}"), PLACEHOLDERS, "the placeholders are")
            yield f"`{shorten(found)}` is no placeholder; {near.replace('`', '')}"
    if "{closes}" in line and cycle.closes_at is None:
        yield "`{closes}` says nothing, for the cycle has no closing day; leave it out"
    if found := _MARKUP.search(line):
        yield f"`{shorten(found[0])}` would be shown as it stands; write plain text"
    if found := _LINK.search(line):
        yield f"`{shorten(found[0])}` is a link; the personal link is the only one in a mail"
