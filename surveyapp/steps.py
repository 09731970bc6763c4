"""The two steps of a cycle that touch key files as well as the database, in their safe order."""

from __future__ import annotations

from surveyapp.errors import Refused
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


def close_and_destroy(run: Runtime, key: str) -> None:
    """Close a cycle, then destroy its keys and clean the files.

    A crash between the two leaves a closed cycle with keys; the next call only finishes the work.
    """
    with run.database.transaction() as session:
        cycle = cycles.find_cycle(session, key)
        cycle_id = cycle.id
        if cycle.state in {CycleState.CLOSED, CycleState.RELEASED}:
            if not run.keys.holds(cycle_id):
                raise Refused(f"The cycle {key} is closed already.")
        else:
            cycles.require_state(cycle, CycleState.OPEN)
            close_cycle(session, cycle, run.keys.load(cycle_id), run.config.now())
    run.keys.destroy(cycle_id)
    run.database.scrub()
