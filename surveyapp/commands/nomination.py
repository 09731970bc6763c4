"""surveyapp nomination: raters whom ratees propose and supervisors approve."""

from __future__ import annotations

from dataclasses import asdict

import click

from questionnaires.model import Relation
from surveyapp.commands.base import CommandGroup, json_option, runtime, show
from surveyapp.errors import Refused
from surveyapp.services.audit import Act
from surveyapp.services.cycles import find_cycle
from surveyapp.services.drafts import nominated, nominations
from surveyapp.services.drafts.nominated import NominationLine, Quota
from surveyapp.services.drafts.nominations import ADMINISTRATOR, Candidate
from surveyapp.services.privacy.erasure import find_person

ratee_option = click.option("--ratee", required=True, metavar="ID", help="Who is to be rated.")
rater_option = click.option("--rater", required=True, metavar="ID", help="Who was proposed.")
by_option = click.option(
    "--by",
    metavar="ID",
    help="In whose name: the ratee proposes, the supervisor decides; else the administrator does.",
)


@click.group(cls=CommandGroup, example="surveyapp nomination list 2026-Q4")
def nomination() -> None:
    """Let account managers propose raters of a draft, and their supervisors approve them."""


@nomination.command("list", example="surveyapp nomination list 2026-Q4")
@click.argument("key")
@json_option
def list_(key: str, as_json: bool) -> None:
    """List what is proposed, what was decided, and who has too few raters."""
    with runtime().database.reading() as session:
        cycle = find_cycle(session, key)
        lines = nominated.nominations(session, cycle)
        quotas = nominated.quotas(session, cycle)
    result = {
        "cycle": key,
        "nominations": [asdict(line) for line in lines],
        "quotas": [
            asdict(quota) | {"missing": quota.missing, "left": quota.left} for quota in quotas
        ],
    }
    words = [*map(_said, lines), *(_missing(quota) for quota in quotas if quota.missing)]
    show(result, as_json, lambda: "\n".join(words) or "Nobody is proposed, and nobody is missing.")


def _said(line: NominationLine) -> str:
    company = f", {line.account}" if line.account else ""
    reason = f" ({line.reason})" if line.reason else ""
    return (
        f"{line.state:9} {line.ratee} {line.ratee_name}: {line.rater} {line.rater_name}{company} "
        f"as {line.relation}{reason}"
    )


def _missing(quota: Quota) -> str:
    return (
        f"too few   {quota.ratee} {quota.ratee_name}: {quota.missing} more as {quota.relation}, "
        f"at least {quota.least}"
    )


@nomination.command(
    example="surveyapp nomination propose 2026-Q4 --ratee AM01 --rater AM05 --relation PEER"
)
@click.argument("key")
@ratee_option
@click.option("--rater", default="", metavar="ID", help="Somebody who is known; or else:")
@click.option("--email", default="", help="The address of somebody new.")
@click.option("--name", default="")
@click.option("--language", default="", type=click.Choice(["", "zh", "en"]))
@click.option("--account", default="", help="The company, of a customer.")
@click.option(
    "--relation", required=True, type=click.Choice([Relation.PEER, Relation.CUSTOMER]),
)  # fmt: skip
@by_option
@json_option
def propose(
    key: str, ratee: str, rater: str, email: str, name: str, language: str, account: str,
    relation: str, by: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Propose a rater for an account manager."""
    if by is not None and by != ratee:
        raise Refused(f"{by} may propose raters for {by} only.")
    candidate = Candidate(rater, name, email, language, account)
    run = runtime()
    with run.database.transaction() as session:
        cycle = find_cycle(session, key, lock=True)
        proposed = nominations.propose(
            session, cycle, ratee, candidate, Relation(relation), by or ADMINISTRATOR
        )
        run.note(
            session, Act.NOMINATE, key, ratee=find_person(session, ratee).id, relation=relation
        )
    done = {"cycle": key, "ratee": ratee, "rater": proposed, "relation": relation}
    words = f"Proposed {proposed} for {ratee}. Next: surveyapp nomination approve {key} ..."
    show(done, as_json, lambda: words)


@nomination.command(
    example="surveyapp nomination approve 2026-Q4 --ratee AM01 --rater AM05 --by L01"
)
@click.argument("key")
@ratee_option
@rater_option
@by_option
@json_option
def approve(key: str, ratee: str, rater: str, by: str | None, as_json: bool) -> None:
    """Make a proposed rater one."""
    run = runtime()
    with run.database.transaction() as session:
        cycle = find_cycle(session, key, lock=True)
        if by:
            nominations.require_supervisor(session, cycle, ratee, by)
        nominations.approve(session, cycle, ratee, rater, by or ADMINISTRATOR)
        run.note(session, Act.APPROVE, key, ratee=find_person(session, ratee).id)
    done = {"cycle": key, "ratee": ratee, "rater": rater, "state": "approved"}
    show(done, as_json, lambda: f"{rater} rates {ratee}.")


@nomination.command(
    example='surveyapp nomination decline 2026-Q4 --ratee AM01 --rater AM05 --reason "Same team"'
)
@click.argument("key")
@ratee_option
@rater_option
@click.option("--reason", default="", help="What the ratee reads.")
@by_option
@json_option
def decline(key: str, ratee: str, rater: str, reason: str, by: str | None, as_json: bool) -> None:
    """Send a proposed rater back, or take an approved one out again."""
    run = runtime()
    with run.database.transaction() as session:
        cycle = find_cycle(session, key, lock=True)
        if by:
            nominations.require_supervisor(session, cycle, ratee, by)
        nominations.decline(session, cycle, ratee, rater, reason, by or ADMINISTRATOR)
        run.note(session, Act.DECLINE, key, ratee=find_person(session, ratee).id)
    done = {"cycle": key, "ratee": ratee, "rater": rater, "state": "declined"}
    show(done, as_json, lambda: f"{rater} does not rate {ratee}, who may propose somebody else.")
