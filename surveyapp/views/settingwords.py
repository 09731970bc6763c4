"""The settings of a cycle and its events, in the words of the interface."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from questionnaires.model import Questionnaire, Relation, Weights
from surveyapp.i18n import N_
from surveyapp.services.drafts.questions import PositionAsked
from surveyapp.services.drafts.settings import CycleSettings
from surveyapp.services.running.schedule import What
from surveyapp.views.pages import RELATIONS, _, language, when

# Words, and how they are marked.
EVENTS: Mapping[What, tuple[str, str]] = {
    What.LAUNCHED: (N_("Launch"), "brand"),
    What.MAILS: (N_("First day of mails"), "brand"),
    What.REMINDER: (N_("Reminder to all raters with unfinished forms"), "warm"),
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
    ("threshold", N_("Minimum answers to show results"), lambda of: str(of.policy.threshold)),
    (
        "comment_threshold",
        N_("Minimum answers to show comments"),
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


def differences(before: CycleSettings, after: CycleSettings) -> dict[str, str]:
    """What is not as before, as people read it, by its name in the log."""
    return {
        name: _change(_(words), said(before), said(after))
        for name, words, said in SETTINGS
        if said(before) != said(after)
    }


def other_questionnaires(
    rows: Iterable[PositionAsked], after: Mapping[str, Questionnaire], names: Mapping[str, str]
) -> dict[str, str]:
    """By position, what would ask in the place of what; ``names`` by which it was chosen."""
    found = {}
    for row in rows:
        before, now = row.questionnaire if row.own else None, after.get(row.position)
        if (before and before.content_hash) != (now and now.content_hash):
            found[row.position] = _change(
                position_name(row.position),
                _asked(before, row.name),
                _asked(now, names.get(row.position, "")),
            )
    return found


def other_weights(
    rows: Iterable[PositionAsked], after: Mapping[str, Mapping[str, str]]
) -> dict[str, str]:
    """By position, how the relations would count in the place of how they do."""
    found = {}
    for row in rows:
        before, now = percents(row.weights), after.get(row.position, {})
        if before != now:
            nothing = no_weights(row)
            found[row.position] = _change(
                position_name(row.position),
                _weights(before) or nothing,
                _weights(now) or nothing,
            )
    return found


def position_name(position: str) -> str:
    return position or _("All others")


def percents(weights: Weights) -> dict[str, str]:
    """Weights as a form shows them."""
    return {relation: f"{percent:g}" for relation, percent in weights.items()}


def no_weights(row: PositionAsked) -> str:
    """What a row without weights means."""
    return _("as all others") if row.position and not row.own else _("all alike")


def _change(what: str, before: str, after: str) -> str:
    return f"{what}: {before} → {after}"


def _asked(questionnaire: Questionnaire | None, name: str) -> str:
    if questionnaire is None:
        return _("as all others")
    return f"{questionnaire.title.said(language())} ({name})"


def _weights(given: Mapping[str, str]) -> str:
    return ", ".join(f"{_(RELATIONS[of])} {given[of]} %" for of in Relation if of in given)
