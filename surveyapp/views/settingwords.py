"""The settings of a cycle and its events, in the words of the interface."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from surveyapp.i18n import N_
from surveyapp.services.drafts.settings import CycleSettings
from surveyapp.services.running.schedule import What
from surveyapp.views.pages import RELATIONS, _, when

# Words, and how they are marked.
EVENTS: Mapping[What, tuple[str, str]] = {
    What.LAUNCHED: (N_("Launch"), "brand"),
    What.MAILS: (N_("First day of mails"), "brand"),
    What.REMINDER: (N_("Reminder to all who have something open"), "warm"),
    What.LAST: (N_("Last moment for answers"), "wrong"),
    What.GRACE: (N_("Last moment for forms that were open before; then close the cycle"), ""),
    What.CLOSED: (N_("Closed"), "good"),
    What.RELEASED: (N_("Released"), "good"),
}


def _at(at: datetime | None, zone: str) -> str:
    return when(at, zone) or "–"


def _nominations(of: CycleSettings) -> str:
    said = (
        f"{_(RELATIONS[relation])} {least}–{most}"
        for relation, (least, most) in sorted(of.nominations.items())
    )
    return ", ".join(said) or _("none")


# Name in the log, words, and the value as it is read.
SETTINGS: tuple[tuple[str, str, Callable[[CycleSettings], str]], ...] = (
    ("title", N_("Title"), lambda of: of.title),
    ("timezone", N_("Time zone"), lambda of: of.timezone),
    ("opens", N_("First day of mails"), lambda of: _at(of.opens_at, of.timezone)),
    ("closes", N_("Last day for answers"), lambda of: _at(of.closes_at, of.timezone)),
    (
        "reminders",
        N_("Reminders"),
        lambda of: ", ".join(_at(at, of.timezone) for at in of.remind_at) or "–",
    ),
    ("threshold", N_("Fewest answers that are shown"), lambda of: str(of.policy.threshold)),
    (
        "comment_threshold",
        N_("Fewest answers whose comments are shown"),
        lambda of: str(of.policy.comment_threshold),
    ),
    (
        "customers",
        N_("Answers of customers"),
        lambda of: _("By name") if of.policy.customers == "named" else _("Anonymous"),
    ),
    (
        "supervisor_reads",
        N_("Who reads a report"),
        lambda of: (
            _("The account manager, their supervisor and HR")
            if of.policy.supervisor_reads
            else _("The account manager and HR")
        ),
    ),
    ("nominate", N_("Raters that may be proposed"), _nominations),
)


def differences(before: CycleSettings, after: CycleSettings) -> list[tuple[str, str, str, str]]:
    """What is not as before: name, words, and both values as people read them."""
    found = ((name, words, said(before), said(after)) for name, words, said in SETTINGS)
    return [each for each in found if each[2] != each[3]]
