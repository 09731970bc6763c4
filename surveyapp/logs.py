"""Lines for whoever watches the service: one JSON object each, in UTC, with nothing of raters.

Acts of administrators stand in the log of the database. Here stand crashes, what was refused to
those who sign in (who tried in vain, where, and at what), and who of them read whose report or a
summary, which the database cannot keep: reading changes nothing there. No password, code, link or
typed text.
"""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime

SECURITY = logging.getLogger("surveyapp.security")
READING = logging.getLogger("surveyapp.reading")
READING.setLevel(logging.INFO)  # it is no warning, and is written all the same
PARTS = ("event", "account", "network", "route", "cycle", "ratee", "supervisor", "format")


class JsonLines(logging.Formatter):
    """One line per record; whatever it holds, it cannot begin another."""

    def format(self, record: logging.LogRecord) -> str:
        said = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        said |= {part: value for part in PARTS if (value := getattr(record, part, None))}
        if record.exc_info:
            said["crash"] = self.formatException(record.exc_info)
        return json.dumps(said)


def begin() -> None:
    """Write warnings, readings and crashes of this process to standard error, as lines of JSON."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=logging.WARNING, handlers=[handler])


def refused(event: str, *, account: str = "", network: str = "", route: str = "") -> None:
    """Say that somebody with an account, or who tried to have one, was refused something."""
    words = {"event": event, "account": account, "network": network, "route": route}
    SECURITY.warning("%s", event, extra=words)


def read(event: str, account: str, cycle: str, kind: str, **whose: str) -> None:
    """Say that somebody who signed in read a report, or what reports have in common."""
    words = {"event": event, "account": account, "cycle": cycle}
    READING.info("%s", event, extra=words | whose | {"format": kind})
