"""The command ``surveyapp``: everything an administrator does, one group per noun."""

from __future__ import annotations

import os
import sys

import click

from surveyapp import __version__
from surveyapp.commands.admin import admin
from surveyapp.commands.audit import audit
from surveyapp.commands.base import CommandGroup
from surveyapp.commands.comment import comment
from surveyapp.commands.cycle import cycle
from surveyapp.commands.cycle_change import delete, edit, extend, forget, take_back
from surveyapp.commands.cycle_copy import clone, compare, pilot
from surveyapp.commands.demo import demo
from surveyapp.commands.doctor import doctor
from surveyapp.commands.export import export
from surveyapp.commands.keys import keys
from surveyapp.commands.mail import mail
from surveyapp.commands.nomination import nomination
from surveyapp.commands.person import person, retention
from surveyapp.commands.questionnaire import questionnaire
from surveyapp.commands.rater import rater
from surveyapp.commands.report_links import revoke, send
from surveyapp.commands.results import analyse, report, responses
from surveyapp.commands.roster import roster
from surveyapp.commands.service import db, serve
from surveyapp.commands.summaries import company, loop, team
from surveyapp.errors import BadInput, SurveyError


@click.group(
    cls=CommandGroup,
    example="surveyapp cycle create 2026-Q4 --questionnaire account_manager_360",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__)
def surveyapp() -> None:
    """Multi-rater feedback for account managers."""


for part in (clone, pilot, compare, edit, extend, take_back, delete, forget):
    cycle.add_command(part)

for command in (
    db,
    questionnaire,
    roster,
    nomination,
    cycle,
    keys,
    mail,
    rater,
    responses,
    analyse,
    report,
    export,
    comment,
    serve,
    admin,
    audit,
    person,
    retention,
    demo,
    doctor,
):
    surveyapp.add_command(command)
for command in (send, revoke, team, company, loop):
    report.add_command(command)


def main() -> None:
    """Run the command; refusals become one sentence and an exit code, never a traceback."""
    os.umask(0o077)  # data, keys, mails and reports are for this account alone
    try:
        surveyapp(standalone_mode=True)
    except BadInput as error:
        click.echo(f"Error: {error}", err=True)
        for mistake in error.mistakes:
            click.echo(f"  {mistake}", err=True)
        sys.exit(error.exit_code)
    except SurveyError as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(error.exit_code)
