"""surveyapp rater: more time, another link or another address for one rater."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import click

from surveyapp import steps
from surveyapp.commands.base import CommandGroup, json_option, runtime, show
from surveyapp.commands.cycle import moment
from surveyapp.services import cycles
from surveyapp.services.audit import Act
from surveyapp.services.running import raters

OLD_LINK = (
    "the old link leads nowhere from now on, and what was saved under it and not submitted is gone"
)
rater_option = click.option(
    "--rater", "external_id", required=True, metavar="ID", help="The rater's id in the roster."
)


@click.group(cls=CommandGroup, example="surveyapp rater new-link 2026-Q4 --rater K01")
def rater() -> None:
    """Help one rater of an open cycle. No answer here tells whether they have answered."""


@rater.command(example="surveyapp rater extend 2026-Q4 --rater K01 --until 2027-01-08")
@click.argument("key")
@rater_option
@click.option("--until", required=True, help="Their own last day for answers.")
@json_option
def extend(key: str, external_id: str, until: str, as_json: bool) -> None:
    """Let one rater answer longer than the others."""
    run = runtime()
    with run.database.transaction() as session:
        invitation = raters.find_rater(session, cycles.find_cycle(session, key), external_id)
        zone = ZoneInfo(invitation.cycle.timezone)
        end = moment(until, zone, end_of_day=True)
        raters.extend(invitation, end, run.config.now())
        run.note(session, Act.EXTEND, key, until=end.isoformat())
    done = {"cycle": key, "rater": external_id, "until": end.isoformat()}
    words = f"{external_id} may answer until {end:%Y-%m-%d %H:%M}; the link stays the same."
    show(done, as_json, lambda: words)


@rater.command("new-link", example="surveyapp rater new-link 2026-Q4 --rater K01")
@click.argument("key")
@rater_option
@json_option
def new_link(key: str, external_id: str, as_json: bool) -> None:
    """Revoke the link of one rater and queue a mail with another one."""
    steps.new_link(runtime(), key, external_id)
    done: dict[str, Any] = {"cycle": key, "rater": external_id}
    words = f"{external_id} has a new link; {OLD_LINK}. Next: surveyapp mail deliver"
    show(done, as_json, lambda: words)


@rater.command(
    "correct-address",
    example="surveyapp rater correct-address 2026-Q4 --rater K01 --email zhao@client.example.com",
)
@click.argument("key")
@rater_option
@click.option("--email", "address", required=True, help="The right address.")
@json_option
def correct_address(key: str, external_id: str, address: str, as_json: bool) -> None:
    """Change the address of one rater and queue a mail there, with a new link.

    The links of this rater in other open cycles are renewed too: they went to the same address.
    """
    renewed = steps.correct_address(runtime(), key, external_id, address.strip())
    others = [other for other in renewed if other != key]
    done: dict[str, Any] = {"cycle": key, "rater": external_id, "email": address.strip()}
    done["also_renewed"] = others
    words = f"The mail to {external_id} goes to {address.strip()}; {OLD_LINK}."
    if others:
        words += f" The same in {', '.join(others)}."
    show(done, as_json, lambda: f"{words} Next: surveyapp mail deliver")
