"""surveyapp mail preview, test, words: what the mails of a cycle say, before they leave."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import click

from questionnaires.model import Relation
from surveyapp.commands.base import Command, json_option, runtime, show
from surveyapp.i18n import LANGUAGES
from surveyapp.mail import PLACEHOLDERS, MailWords
from surveyapp.models import MailKind
from surveyapp.services.audit import Act
from surveyapp.services.cycles import find_cycle
from surveyapp.services.mails import mailpreview, mailwords
from surveyapp.services.mails.mailpreview import MailPreview, Wanted
from surveyapp.trial import preview_mail, send_trial


def _values(kinds: tuple[MailKind, ...]) -> list[str]:
    return [kind.value for kind in kinds]  # of an enumeration click would take the names


_cycle = click.option("--cycle", "key", required=True, help="Key of the cycle.")
_language = click.option(
    "--language", default=LANGUAGES[0], show_default=True, type=click.Choice(LANGUAGES)
)


def _which_mail(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that say which mail is meant."""
    for option in (
        click.option("--rater", default="", metavar="ID", help="As this rater would get it."),
        click.option(
            "--kind",
            default="invitation",
            show_default=True,
            type=click.Choice(_values(mailpreview.KINDS)),
        ),
        _language,
        click.option(
            "--relation", type=click.Choice(list(Relation)), help="As a rater in this relation."
        ),
        _cycle,
    ):
        command = option(command)
    return command


def _wanted(kind: str, language: str, relation: str | None, rater: str) -> Wanted:
    return Wanted(MailKind(kind), language, Relation(relation) if relation else None, rater)


@click.command(
    cls=Command,
    example="surveyapp mail preview --cycle 2026-Q4 --relation CUSTOMER --language zh",
)
@_which_mail
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="Write the HTML part here."
)
@json_option
def preview(
    key: str, relation: str | None, language: str, kind: str, rater: str, out: Path | None,
    as_json: bool,
) -> None:  # fmt: skip
    """Show a mail of the cycle with its real names and dates, and a link that leads nowhere."""
    found = preview_mail(runtime(), key, _wanted(kind, language, relation, rater))
    if out:
        out.write_text(found.html, encoding="utf-8")
    show(found, as_json, lambda: _words(found))


def _words(of: MailPreview) -> str:
    return f"Subject: {of.subject}\nFrom: {of.sender}\nTo: {of.to}\n\n{of.text}"


@click.command(cls=Command, example="surveyapp mail test --cycle 2026-Q4 --to me@example.com")
@_which_mail
@click.option("--to", required=True, metavar="ADDRESS", help="Your own mail address.")
@json_option
def test(
    key: str, relation: str | None, language: str, kind: str, rater: str, to: str, as_json: bool
) -> None:
    """Send the mail that `preview` shows to yourself, marked as a test."""
    sent = send_trial(runtime(), key, _wanted(kind, language, relation, rater), to)
    result = {"cycle": key, "to": to, "subject": sent.subject}
    show(result, as_json, lambda: f"Sent to {to}: {sent.subject}")


@click.command(
    cls=Command,
    example="surveyapp mail words --cycle 2026-Q4 --language en "
    '--greeting "Dear {name}, {organisation} would like to hear from you."',
)
@_cycle
@_language
@click.option(
    "--kind", default="invitation", show_default=True, type=click.Choice(_values(mailwords.KINDS))
)
@click.option("--subject", help="One line.")
@click.option("--greeting", help="The first paragraphs, with the name.")
@click.option("--closing", help="A paragraph after the closing day.")
@json_option
def words(key: str, language: str, kind: str, as_json: bool, **given: str | None) -> None:
    """Show or set words of your own for the mails of a cycle; an empty text takes one back.

    Placeholders: {name}, {organisation}, {cycle}, {closes}, {minutes}.
    """
    run, changes = runtime(), {part: text for part, text in given.items() if text is not None}
    with run.database.transaction() as session:
        cycle = find_cycle(session, key)
        found = mailwords.words_of(session, cycle, kind, language)
        if changes:
            wanted = replace(found, **changes)
            found = mailwords.set_words(session, cycle, MailKind(kind), language, wanted)
            run.note(session, Act.MAIL_WORDS, key, kind=kind, language=language)
    result = {"cycle": key, "kind": kind, "language": language, **asdict(found)}
    result["placeholders"] = PLACEHOLDERS
    show(result, as_json, lambda: _own_words(found))


def _own_words(of: MailWords) -> str:
    return "\n".join(f"{part}: {text or '(as usual)'}" for part, text in asdict(of).items())
