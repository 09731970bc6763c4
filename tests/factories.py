"""Plain functions that bring a service into the state a test starts from."""

from __future__ import annotations

import email
import email.policy
import re
from email.message import EmailMessage
from pathlib import Path

from flask.testing import FlaskClient
from sqlalchemy import select

import questionnaires
from analysis.disclosure import Policy
from questionnaires.model import Questionnaire
from surveyapp import tokens
from surveyapp.models import Cycle, Invitation, Person, ReportLink
from surveyapp.outbox import deliver, waiting_mails
from surveyapp.runtime import Runtime
from surveyapp.services import cycles
from surveyapp.services.people import import_roster
from surveyapp.services.releases import release_cycle
from surveyapp.services.results.report_links import PURPOSE, Sending
from surveyapp.services.rosters.roster import read_roster
from surveyapp.steps import close_and_destroy, open_with_keys, send_reports
from tests.people import ROSTER, TINY


def tiny_questionnaire(folder: Path) -> Questionnaire:
    """Three items and one open question, the same for every relation."""
    path = folder / "tiny.yaml"
    path.write_text(TINY, encoding="utf-8")
    return questionnaires.load(path)


def draft_cycle(
    run: Runtime,
    *,
    roster: str = ROSTER,
    policy: Policy | None = None,
    key: str = "2026-Q4",
    **dates,
) -> Questionnaire:
    """A cycle in state draft with the shared cast."""
    run.config.data_dir.mkdir(exist_ok=True)
    questionnaire = tiny_questionnaire(run.config.data_dir)
    with run.database.transaction() as session:
        cycle = cycles.create_cycle(
            session, key, {"": questionnaire}, policy or Policy(), title="2026 Q4", **dates
        )
        import_roster(session, cycle, read_roster(roster.encode()))
    return questionnaire


def open_cycle(run: Runtime, **options) -> None:
    """An open cycle with the shared cast."""
    draft_cycle(run, **options)
    open_with_keys(run, options.get("key", "2026-Q4"))


def token_of(run: Runtime, rater: str, key: str = "2026-Q4") -> str:
    """The token in the personal link of a rater (external id)."""
    with run.database.reading() as session:
        cycle = session.scalars(select(Cycle).where(Cycle.key == key)).one()
        invitation = session.scalars(
            select(Invitation)
            .join(Person, Person.id == Invitation.rater_id)
            .where(Invitation.cycle_id == cycle.id, Person.external_id == rater)
        ).one()
        link_key = run.keys.load(cycle.id).link_key
        return tokens.link_token(link_key, invitation.id, invitation.generation)


def fields(page: str) -> dict[str, str]:
    """The hidden fields of the form on a page."""
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page))


def filled(page: str, point: int | str = 4, text: str = "") -> dict[str, str]:
    """Every item answered with the same point, and every open question with ``text``."""
    answers = {name: str(point) for name in set(re.findall(r'name="(item-[^"]+)"', page))}
    answers |= dict.fromkeys(set(re.findall(r'name="(open-[^"]+)"', page)), text)
    return fields(page) | answers


def submit(client: FlaskClient, token: str, number: int = 1, point: int | str = 4, text: str = ""):
    """Fill in and submit a form as a browser would."""
    address = f"/r/{token}/{number}"
    page = client.get(address).get_data(as_text=True)
    return client.post(address, data=filled(page, point, text) | {"action": "submit"})


def everybody_answers(
    run: Runtime, client: FlaskClient, key: str = "2026-Q4", text: str = ""
) -> None:
    """All raters of the cycle submit all their forms, with points from 2 to 5 in turn."""
    with run.database.reading() as session:
        raters = session.scalars(
            select(Person.external_id)
            .join(Invitation, Invitation.rater_id == Person.id)
            .join(Cycle, Cycle.id == Invitation.cycle_id)
            .where(Cycle.key == key)
            .order_by(Person.external_id)
        ).all()
    for turn, rater in enumerate(raters):
        token = token_of(run, rater, key)
        number = 1
        while submit(client, token, number, point=2 + turn % 4, text=text).status_code == 200:
            number += 1


def closed_cycle(run: Runtime, client: FlaskClient, *, text: str = "", **options) -> None:
    """A cycle that everybody has answered and that is closed."""
    open_cycle(run, **options)
    everybody_answers(run, client, options.get("key", "2026-Q4"), text)
    close_and_destroy(run, options.get("key", "2026-Q4"))


def released_cycle(run: Runtime, client: FlaskClient, **options) -> None:
    closed_cycle(run, client, **options)
    with run.database.transaction() as session:
        cycle = cycles.find_cycle(session, options.get("key", "2026-Q4"))
        release_cycle(session, cycle, run.config.now())


def sent_reports(run: Runtime, key: str = "2026-Q4", **options) -> Sending:
    """Queue the mails with links to the reports of a released cycle."""
    wanted = {"ratee": None, "again": False, "dry_run": False} | options
    return send_reports(run, key, **wanted)


def report_token(run: Runtime, ratee: str, key: str = "2026-Q4") -> str:
    """The token in the personal link to a report (external id of the ratee)."""
    with run.database.reading() as session:
        link = session.scalars(
            select(ReportLink)
            .join(Person, Person.id == ReportLink.ratee_id)
            .join(Cycle, Cycle.id == ReportLink.cycle_id)
            .where(Person.external_id == ratee, Cycle.key == key)
        ).one()
        return tokens.link_token(run.keys.derived(PURPOSE), link.id, link.generation)


def delivered(run: Runtime) -> list[EmailMessage]:
    """Deliver what is queued and return all mails in the folder."""
    deliver(run, waiting_mails(run), lambda _: None)
    folder = Path(run.config.mail_url.removeprefix("folder:"))
    return [
        email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        for path in sorted(folder.glob("*.eml"))
    ]


def ratee_id(run: Runtime, external_id: str) -> str:
    """The random id by which addresses name a person."""
    with run.database.reading() as session:
        return session.scalars(select(Person.id).where(Person.external_id == external_id)).one()
