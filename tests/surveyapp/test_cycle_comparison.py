"""A pilot and the full cycle, side by side, once both are released."""

import pytest

from surveyapp import create_app
from surveyapp.errors import Refused
from surveyapp.services.cycles import find_cycle
from surveyapp.services.running.pilots import compare
from tests.factories import closed_cycle, released_cycle
from tests.people import HEADER, NOW

ROSTER = HEADER + "".join(
    f"M{n},Manager {n},m{n}@example.com,en,key,,{'|'.join(f'M{(n + k) % 12}' for k in (1, 2, 3, 4))},,\n"  # noqa: E501
    for n in range(12)
)


def compared(run):
    with run.database.reading() as session:
        pilot, full = find_cycle(session, "pilot"), find_cycle(session, "2026-Q4")
        return compare(session, pilot, full, NOW)


def test_released_cycles_are_compared_relation_by_relation(run, client):
    released_cycle(run, client, roster=ROSTER, key="pilot")
    released_cycle(run, client, roster=ROSTER)
    found = compared(run)
    assert [(row.relation, row.full.answered) for row in found.response] == [
        ("SELF", "12 of 12"), ("PEER", "3 or more"),
    ]  # fmt: skip
    (tiny,) = found.questionnaires
    peers = next(row for row in tiny.competencies if row.group == "PEER")
    assert (peers.pilot, peers.difference.difference) == (peers.full, 0.0)
    assert {row.item for row in tiny.items} == {"quick", "slow", "clear"}


def test_a_cycle_that_is_not_released_is_not_compared(run, client):
    released_cycle(run, client, roster=ROSTER, key="pilot")
    closed_cycle(run, client, roster=ROSTER)
    with pytest.raises(Refused, match="needs a cycle that is released"):
        compared(run)


def test_the_command_says_it_in_words_and_is_logged(cli, sqlite_run):
    browser = create_app(runtime=sqlite_run).test_client()
    released_cycle(sqlite_run, browser, roster=ROSTER, key="pilot")
    released_cycle(sqlite_run, browser, roster=ROSTER)
    lines = cli("cycle", "compare", "pilot", "2026-Q4").out.splitlines()
    assert lines[0] == "pilot beside 2026-Q4"
    assert "  PEER answered: 3 or more | 3 or more" in lines
    assert any(line.startswith("  service PEER: ") and "same managers" in line for line in lines)
    assert cli("cycle", "compare", "pilot", "2026-Q4", "--json").json["full"] == "2026-Q4"
    assert "cycle compare" in cli("audit", "--cycle", "2026-Q4").out
