"""surveyapp doctor: what is wrong with this installation, and the mend."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

from surveyapp import oidc
from surveyapp.breached import require_list
from surveyapp.commands.base import Command, json_option, show
from surveyapp.config import from_environment
from surveyapp.errors import Refused, SurveyError
from surveyapp.mail import MailServerGone, mailer
from surveyapp.migrations import is_current
from surveyapp.runtime import Runtime, runtime_for
from surveyapp.services import cycles
from surveyapp.sign_in import provider_of
from surveyapp.steps import require_newest


@click.command(cls=Command, example="surveyapp doctor")
@json_option
def doctor(as_json: bool) -> None:
    """Check configuration, database and keys, and say what is wrong."""
    run = runtime_for(from_environment())
    findings = {name: _finding(check, run) for name, check in CHECKS.items()}
    lines = [
        f"FAIL {name}: {reason}" if reason else f"ok   {name}" for name, reason in findings.items()
    ]
    show(findings, as_json, lambda: "\n".join(lines))
    if run.config.no_mail_server:  # fit for trying out, so no failure
        click.echo(
            f"Note: mails are only written to {run.config.mail_url}, and nobody gets one; "
            "set SURVEYAPP_MAIL_URL to a mail server",
            err=True,
        )
    if any(findings.values()):
        raise SurveyError("Something needs attention.")


def _finding(check: Callable[[Runtime], object], run: Runtime) -> str:
    try:
        check(run)
    except (SurveyError, OSError) as error:
        return str(error)
    return ""


def _schema(run: Runtime) -> None:
    if not is_current(run.database):
        raise Refused("no current schema; run: surveyapp db upgrade")


def _newest(run: Runtime) -> None:
    if is_current(run.database):
        require_newest(run)


def _open_keys(run: Runtime) -> None:
    if not is_current(run.database):
        return
    with run.database.reading() as session:
        for cycle in cycles.open_cycles(session):
            run.keys.load(cycle.id)


def _closed_keys(run: Runtime) -> None:
    if not is_current(run.database):
        return
    with run.database.reading() as session:
        left = [c.key for c in cycles.closed_cycles(session) if run.keys.holds(c.id)]
    if left:
        raise Refused(
            f"the keys of {', '.join(left)} outlived the closing and open old backups; "
            f"run: surveyapp cycle close {left[0]}"
        )


def _provider(run: Runtime) -> None:
    """Whether people could sign in through the provider, if one is configured."""
    if run.config.oidc is None:
        return
    oidc.require_usable(run.config.oidc)
    try:
        provider_of(run).metadata()
    except oidc.ProviderUnavailable as problem:
        raise Refused(
            f"{run.config.oidc.issuer} does not answer as a provider: {problem}"
        ) from problem


def _breached(run: Runtime) -> None:
    if run.config.breached_passwords:
        require_list(run.config.breached_passwords)


def _mail(run: Runtime) -> None:
    """Whether the mail server takes a connection, and the login if one is configured."""
    try:
        with mailer(run.config.mail_url) as opened:
            opened.ready()
    except MailServerGone as gone:
        raise Refused(str(gone)) from gone


def _questionnaires(run: Runtime) -> None:
    folder = run.config.questionnaire_dir
    if folder and not folder.is_dir():
        raise Refused(f"SURVEYAPP_QUESTIONNAIRE_DIR: {folder} is no folder")


def _private(folder: Path) -> None:
    if folder.exists() and folder.stat().st_mode & 0o077:
        raise Refused(f"{folder} can be read by others; run: chmod 700 {folder}")


CHECKS: dict[str, Callable[[Runtime], object]] = {
    "public address": lambda run: run.config.base_url(),
    "database schema": _schema,
    "database is durable": lambda run: run.database.require_durable(),
    "database is no older backup": _newest,
    "keys of open cycles": _open_keys,
    "keys of closed cycles": _closed_keys,
    "key folder is outside the data": lambda run: run.keys.require_apart(run.config.data_dir),
    "key folder is private": lambda run: run.keys.require_private(),
    "data folder is private": lambda run: _private(run.config.data_dir),
    "sign-in provider": _provider,
    "mail server": _mail,
    "folder of questionnaires": _questionnaires,
    "breached passwords": _breached,
    "look of reports": lambda run: run.config.brand(),
}
