"""The steps of a cycle that touch key files as well as the database, in their safe order."""

from __future__ import annotations

from surveyapp.models import CycleState
from surveyapp.runtime import Runtime
from surveyapp.services import cycles
from surveyapp.services.closing import close_cycle


def open_with_keys(run: Runtime, key: str) -> int:
    """Open a cycle; returns how many invitations are queued.

    The key is written before the commit: a key without an open cycle is worthless and is replaced
    by the next try, while an open cycle without its key would lose every ballot. The lock keeps a
    second opening from replacing the key of the first.
    """
    with run.database.transaction() as session:
        cycle = cycles.find_cycle(session, key, lock=True)
        cycles.require_state(cycle, CycleState.DRAFT)
        run.keys.destroy(cycle.id)
        return cycles.open_cycle(session, cycle, run.keys.create(cycle.id), run.config.now())


def close_and_destroy(run: Runtime, key: str) -> bool:
    """Close a cycle, then destroy its keys and clean the files; False if it was closed before.

    Keys and files are seen to every time: whatever a crash left undone, the next call does.
    """
    with run.database.transaction() as session:
        cycle = cycles.find_cycle(session, key)
        cycles.require_state(cycle, CycleState.OPEN, CycleState.CLOSED, CycleState.RELEASED)
        cycle_id, is_open = cycle.id, cycle.state == CycleState.OPEN
        if is_open:
            close_cycle(session, cycle, run.keys.load(cycle_id), run.config.now())
    run.keys.destroy(cycle_id)
    run.database.scrub()
    return is_open


def release(run: Runtime, key: str) -> None:
    """Make the results of a closed cycle readable, after a closing that is surely complete."""
    with run.database.transaction() as session:
        cycle = cycles.find_cycle(session, key)
        cycles.release_cycle(session, cycle, run.config.now())
        run.keys.destroy(cycle.id)
