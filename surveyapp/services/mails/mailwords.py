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

from questionnaires.mistakes import nearest, shorten
from questionnaires.reader import printable
from questionnaires.sentences import Sentence
from surveyapp.errors import BadInput, Mistake, Refused
from surveyapp.i18n import LANGUAGES, N_
from surveyapp.mail import PLACEHOLDERS, MailWords
from surveyapp.models import Cycle, CycleState, MailKind, MailText

KINDS = (MailKind.INVITATION, MailKind.REMINDER)
LIMITS = {N_("subject"): 150, N_("greeting"): 1500, N_("closing"): 1500}
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
        raise BadInput(N_("These words cannot be used; nothing was changed"), mistakes)
    session.merge(MailText(cycle_id=cycle.id, kind=kind, language=language, **asdict(kept)))
    session.flush()
    return kept


def _normal(text: str) -> str:
    """One kind of line end, no blanks at the ends of lines, at most one empty line in a row."""
    lines = [line.rstrip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _mistakes(part: str, text: str, cycle: Cycle) -> Iterator[Mistake]:
    named = Sentence(part)
    if len(text) > LIMITS[part]:
        said = Sentence(N_("%(count)d characters are too many"), count=len(text))
        yield Mistake(said, Sentence(N_("shorten it to %(most)d"), most=LIMITS[part]), column=named)
        return
    lines = text.split("\n")
    if part == "subject" and len(lines) > 1:
        said = Sentence(N_("it has several lines"))
        yield Mistake(said, Sentence(N_("write one")), column=named)
    for number, line in enumerate(lines, start=1):
        place = Sentence(N_("%(part)s, line %(line)d"), part=named, line=number)
        for said, mend in _wrong_in(line, cycle):
            yield Mistake(said, mend, column=place if len(lines) > 1 else named)


def _wrong_in(line: str, cycle: Cycle) -> Iterator[tuple[Sentence, Sentence]]:
    """What is wrong in a line, and its mend."""
    if printable(line) != line or "\t" in line:
        yield (
            Sentence(N_("it holds a character that cannot be seen")),
            Sentence(N_("type the line again")),
        )
        return
    for found in _BRACES.findall(line):
        if found not in {f"{{{name}}}" for name in PLACEHOLDERS}:
            said = Sentence(N_("`%(found)s` is no placeholder"), found=shorten(found))
            yield said, _meant(found.strip("{}"))
    if "{closes}" in line and cycle.closes_at is None:
        yield (
            Sentence(N_("`{closes}` says nothing, for the cycle has no closing day")),
            Sentence(N_("leave it out")),
        )
    if found := _MARKUP.search(line):
        yield (
            Sentence(N_("`%(found)s` would be shown as it stands"), found=shorten(found[0])),
            Sentence(N_("write plain text")),
        )
    if found := _LINK.search(line):
        yield (
            Sentence(N_("`%(found)s` is a link"), found=shorten(found[0])),
            Sentence(N_("the personal link is the only one in a mail")),
        )


def _meant(word: str) -> Sentence:
    near = nearest(word, PLACEHOLDERS)
    if near:
        return Sentence(N_("did you mean %(near)s?"), near=near)
    return Sentence(N_("the placeholders are %(known)s"), known=[*PLACEHOLDERS])
