"""surveyapp audit: what administrators did."""

from __future__ import annotations

import json

import click

from surveyapp.commands.base import Command, json_option, runtime, show
from surveyapp.services.audit import events


@click.command(cls=Command, example="surveyapp audit --cycle 2026-Q4 --json")
@click.option("--cycle", "key", help="Only what was done on this cycle.")
@json_option
def audit(key: str | None, as_json: bool) -> None:
    """List what administrators did, oldest first: time, account, act, cycle."""
    with runtime(newest=False).database.reading() as session:
        rows = [
            {
                "at": event.at.isoformat(),
                "actor": event.actor,
                "action": event.action,
                "cycle": event.cycle,
                "details": event.details,
            }
            for event in events(session, key)
        ]
    lines = [
        f"{row['at']} {row['actor']} {row['action']} {row['cycle']} "
        f"{json.dumps(row['details'], ensure_ascii=False) if row['details'] else ''}".rstrip()
        for row in rows
    ]
    show({"events": rows}, as_json, lambda: "\n".join(lines) or "Nothing was done yet.")
