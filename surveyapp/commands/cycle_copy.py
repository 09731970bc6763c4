"""surveyapp cycle: clone, pilot, compare."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import date, datetime
from zoneinfo import ZoneInfo

import click
from sqlalchemy.orm import Session

from analysis.pilot import CompetencyComparison, ItemComparison, ItemLoad, MeanOfRatees
from questionnaires.model import Questionnaire
from surveyapp.commands.base import Command, json_option, runtime, show
from surveyapp.commands.cycle import moment
from surveyapp.commands.sources import load
from surveyapp.models import Cycle, CycleState
from surveyapp.services import cycles
from surveyapp.services.audit import Act
from surveyapp.services.drafts import copies
from surveyapp.services.drafts.copies import Copied, Dates
from surveyapp.services.rosters.rosterplans import roster_of
from surveyapp.services.running import pilots
from surveyapp.services.running.pilots import CycleComparison

title_option = click.option("--title", default="", help="What raters and managers read.")
opens_option = click.option("--opens", help="No mail leaves before this date.")
closes_option = click.option("--closes", help="Last day for answers.")


@click.command(cls=Command, example="surveyapp cycle clone 2026-Q4 2027-Q1")
@click.argument("old")
@click.argument("new")
@title_option
@opens_option
@closes_option
@click.option(
    "--newest", is_flag=True, help="With the questionnaires as they are now, not as OLD had them."
)
@json_option
def clone(
    old: str, new: str, title: str, opens: str | None, closes: str | None, newest: bool,
    as_json: bool,
) -> None:  # fmt: skip
    """Create the draft NEW from the cycle OLD: questionnaires, policy, roster, reminders.

    Dates come a quarter later; with --closes (or --opens) as far from it as they were in OLD.
    """
    run = runtime()
    with run.database.transaction() as session:
        source = cycles.find_cycle(session, old)
        zone = ZoneInfo(source.timezone)
        dates = _dates(session, source, run.config.now(), opens, closes, copies.a_quarter_later)
        chosen = _newest(session, source) if newest else None
        copied = copies.copy_cycle(session, source, new, dates, title=title, questionnaires=chosen)
        run.note(session, Act.CLONE, new, of=old)
    _show(new, old, dates, copied, zone, as_json)


def _newest(session: Session, source: Cycle) -> dict[str, Questionnaire]:
    """The questionnaires of the same keys as they are now."""
    taken = copies.questionnaires_of(session, source)
    return {position: load(one.key) for position, one in taken.items()}


@click.command(cls=Command, example="surveyapp cycle pilot 2027-Q1 2027-Q1-pilot --share 20%")
@click.argument("key")
@click.argument("pilot_key", metavar="PILOT")
@click.option("--ratees", metavar="ID,...", help="These account managers.")
@click.option("--position", help="All account managers of this position.")
@click.option("--share", metavar="20%", help="That share of each position, drawn by lot.")
@title_option
@opens_option
@closes_option
@json_option
def pilot(
    key: str, pilot_key: str, ratees: str | None, position: str | None, share: str | None,
    title: str, opens: str | None, closes: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Create the draft PILOT from the cycle KEY, for a part of its account managers."""
    if not (ratees or position is not None or share):
        raise click.UsageError("Say for whom: --ratees, --position or --share.")
    run = runtime()
    with run.database.transaction() as session:
        source = cycles.find_cycle(session, key)
        zone = ZoneInfo(source.timezone)
        dates = _dates(session, source, run.config.now(), opens, closes, copies.the_same)
        chosen = copies.chosen_ratees(
            roster_of(session, source), pilot_key,
            ids=[one.strip() for one in (ratees or "").split(",") if one.strip()],
            position=position, share=_share(share) if share else None,
        )  # fmt: skip
        copied = copies.copy_cycle(session, source, pilot_key, dates, title=title, ratees=chosen)
        run.note(session, Act.PILOT, pilot_key, of=key)
    _show(pilot_key, key, dates, copied, zone, as_json)


@click.command(cls=Command, example="surveyapp cycle compare 2027-Q1-pilot 2027-Q1")
@click.argument("pilot_key", metavar="PILOT")
@click.argument("full_key", metavar="FULL")
@json_option
def compare(pilot_key: str, full_key: str, as_json: bool) -> None:
    """Set two released cycles side by side: response, competencies, items hard to judge."""
    run = runtime()
    with run.database.reading() as session:
        one, other = (cycles.find_cycle(session, key) for key in (pilot_key, full_key))
        found = pilots.compare(session, one, other, run.config.now(), run.config.organisation)
    with run.database.transaction() as session:
        run.note(session, Act.COMPARE, full_key, pilot=pilot_key)
    show(found, as_json, lambda: "\n".join(_compared(found)))


def _compared(found: CycleComparison) -> Iterator[str]:
    yield f"{found.pilot} beside {found.full}"
    for row in found.response:
        told = [side.answered if side else "nobody" for side in (row.pilot, row.full)]
        yield f"  {row.relation} answered: {told[0]} | {told[1]}"
    for each in found.questionnaires:
        yield f"{each.questionnaire}: means over managers of what their reports say"
        yield from (f"  {_competency(row)}" for row in each.competencies)
        yield from (f"  {_item(row)}" for row in each.items if pilots.is_hard(row))


def _competency(row: CompetencyComparison) -> str:
    def said(side: MeanOfRatees) -> str:
        return f"{side.mean:.2f} ({side.ratees})" if side.mean is not None else "too few"

    text = f"{row.competency} {row.group}: {said(row.pilot)} | {said(row.full)}"
    test = row.difference
    if test is None or test.difference is None:
        return text
    who = "the same managers" if row.same_ratees else "all managers"
    known = test.low is not None and test.high is not None
    interval = f" [{test.low:+.2f}, {test.high:+.2f}]" if known else ""
    return f"{text}; difference {test.difference:+.2f}{interval}, {who}"


def _item(row: ItemComparison) -> str:
    def said(side: ItemLoad) -> str:
        share = "too few" if side.cannot_judge is None else f"{side.cannot_judge:.0%}"
        return share + (f", hidden in {side.hidden} of {side.groups} groups" if side.hidden else "")

    text = f"{row.item} {row.group} could not be judged: {said(row.pilot)} | {said(row.full)}"
    return text + ("; in other words" if row.reworded else "")


def _dates(
    session: Session, source: Cycle, now: datetime, opens: str | None, closes: str | None,
    otherwise: Callable[[date], date],
) -> Dates:  # fmt: skip
    zone = ZoneInfo(source.timezone)
    dates = copies.shifted(
        copies.dates_of(session, source),
        zone,
        now,
        moment(opens, zone, end_of_day=False) if opens else None,
        moment(closes, zone, end_of_day=True) if closes else None,
        otherwise=otherwise,
    )
    cycles.require_future(dates.closes_at, now)
    return dates


def _share(text: str) -> float:
    number = text.strip().removesuffix("%")
    if not number.replace(".", "", 1).isdigit() or not 0 < float(number) <= 100:
        raise click.BadParameter(f'"{text}" is no share; write one such as 20%')
    return float(number) / 100


def _show(new: str, old: str, dates: Dates, copied: Copied, zone: ZoneInfo, as_json: bool) -> None:
    done = {"cycle": new, "of": old, "state": CycleState.DRAFT} | asdict(dates) | asdict(copied)
    show(done, as_json, lambda: "\n".join(_words(new, old, dates, copied, zone)))


def _words(new: str, old: str, dates: Dates, copied: Copied, zone: ZoneInfo) -> Iterator[str]:
    def day(at: datetime | None) -> str:
        return f"{at.astimezone(zone):%Y-%m-%d %H:%M}" if at else "not set"

    change = copied.change
    yield (
        f"Created {new} from {old}: {change.ratees} account managers are rated by "
        f"{change.raters} people."
    )
    yield f"  opens: {day(dates.opens_at)}; closes: {day(dates.closes_at)}"
    yield f"  reminders: {', '.join(map(day, dates.remind_at)) or 'none'}"
    if change.not_asked:
        yield f"  {change.not_asked} left out: the questionnaire has no items for them"
    if copied.erased:
        yield f"  {copied.erased} people were erased since and are left out"
    for one in copied.unreachable:
        yield f"  no mail would reach {one.id} {one.name} {one.email}: {one.reason}"
    yield f"Next: surveyapp roster import FILE --cycle {new} --dry-run, or cycle open {new}"
