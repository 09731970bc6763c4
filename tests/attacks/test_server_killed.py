"""The server is killed while answers come in: what was acknowledged is there, once."""

from __future__ import annotations

import http.client
import os
import random
import threading
import time
from collections import Counter
from pathlib import Path
from urllib.parse import urlencode

import pytest
from sqlalchemy import func, select, text

from analysis.disclosure import Policy
from surveyapp.models import Assignment, AssignmentState, Ballot, Comment, Draft
from surveyapp.steps import close_and_destroy
from tests.attacks import forked
from tests.attacks.posting import Form, forms
from tests.factories import open_cycle
from tests.people import HEADER
from tests.waiting import until

DRIVERS = 3
PAUSE = 0.01  # between answers, so that there are some for every kill
FEW = 3  # answers that have come, on average, before a kill
GONE = (OSError, http.client.HTTPException)


def roster(ratees: int, raters: int) -> str:
    names = "|".join(f"AM{n}" for n in range(ratees))
    rows = [f"AM{n},Manager {n},am{n}@x.example,en,key,,,," for n in range(ratees)]
    rows += [f"C{n},Customer {n},c{n}@y.example,en,,,,Firm,{names}" for n in range(raters)]
    return HEADER + "\n".join(rows) + "\n"


class Journal:
    """Acknowledged answers, on disk before the next is sent."""

    def __init__(self, path: Path) -> None:
        self.path, self.lock = path, threading.Lock()
        self.file = path.open("a")
        self.ratees: Counter[str] = Counter()  # of the answers in it

    def note(self, form: Form) -> None:
        with self.lock:
            self.file.write(f"{form.assignment}\n")
            self.file.flush()
            os.fsync(self.file.fileno())
            self.ratees[form.ratee] += 1

    def wait_for(self, answers: int, each: int = 0, ratees: int = 0) -> None:
        """Until there are so many, and of so many ratees so many each."""

        def are_there() -> bool:
            enough = [ratee for ratee, count in list(self.ratees.items()) if count >= each]
            return self.ratees.total() >= answers and len(enough) >= ratees

        until(are_there, "answers", seconds=300, pause=0.005)

    def acknowledged(self) -> list[str]:
        self.file.close()
        return self.path.read_text().split()


class Driver(threading.Thread):
    """Sends its forms one after the other; what was not acknowledged is sent again."""

    def __init__(self, port: int, todo: list[Form], journal: Journal, ended: threading.Event):
        super().__init__(daemon=True)
        self.port, self.todo, self.journal, self.ended = port, todo, journal, ended
        self.cut = 0  # requests that the kill interrupted
        self.refused: Counter[int] = Counter()

    def run(self) -> None:
        for form in self.todo:
            while not self._sent(form):
                if self.ended.wait(PAUSE):
                    return
            if self.ended.wait(PAUSE):
                return

    def _sent(self, form: Form) -> bool:
        body = urlencode(form.data([1, 2, 3], f"words about {form.assignment}"))
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        connected = False
        try:
            connection.connect()
            connected = True
            connection.request("POST", form.address, body, kind)
            reply = connection.getresponse()
            page = reply.read().decode()
        except GONE:
            self.cut += connected
            return False
        finally:
            connection.close()
        if reply.status != 200 or "eceived" not in page:
            self.refused[reply.status] += 1
            return False
        self.journal.note(form)
        return True


def killed_again_and_again(
    config, port: int, kills: int, rng: random.Random, journal: Journal
) -> None:
    for killed in range(kills):
        server = forked.started(forked.serve, config, port)
        forked.wait_until_up(port)
        journal.wait_for(FEW * killed)  # all there already, but on a slow machine
        time.sleep(rng.uniform(0.005, 0.5))  # the moment of death is the attack
        server.kill()
        server.join()


@pytest.mark.timeout(900)
@pytest.mark.filterwarnings(
    "ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"
)
def test_no_acknowledged_answer_is_lost_or_doubled_when_the_server_is_killed(
    run, tmp_path, rng, scaled, figures
):
    kills, ratees = scaled(8, 220), scaled(5, 30)
    open_cycle(run, roster=roster(ratees, scaled(40, 150)))
    everybody = [form for form in forms(run) if form.relation == "CUSTOMER"]
    rng.shuffle(everybody)
    run.database.engine.dispose()
    journal, ended = Journal(tmp_path / "journal"), threading.Event()
    with forked.held_port() as port:
        drivers = [Driver(port, everybody[n::DRIVERS], journal, ended) for n in range(DRIVERS)]
        for driver in drivers:
            driver.start()
        killed_again_and_again(run.config, port, kills, rng, journal)
        # Closing tells what was kept by its words, and has those of small groups destroyed.
        last = forked.started(forked.serve, run.config, port)
        journal.wait_for(0, each=Policy().comment_threshold, ratees=ratees)
        ended.set()
        for driver in drivers:
            driver.join()
        last.kill()
        last.join()
    until(lambda: nobody_else_writes(run), "the end of what the dead servers had begun")
    acknowledged = journal.acknowledged()
    lost, doubled, mismatched = compared(run, acknowledged)
    figures(
        kills=kills,
        acknowledged=len(acknowledged),
        cut_off=sum(driver.cut for driver in drivers),
        lost=lost,
        doubled=doubled,
        cells_with_other_counts=mismatched,
    )
    assert not sum((driver.refused for driver in drivers), Counter())
    assert len(acknowledged) > 2 * kills
    assert sum(driver.cut for driver in drivers) > 0
    assert (lost, doubled, mismatched) == (0, 0, 0)


def nobody_else_writes(run) -> bool:
    """PostgreSQL may still be at a commit that a server asked for before it died."""
    if run.database.is_sqlite:
        return True
    others = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> "
    with run.database.reading() as session:
        return session.scalar(text(f"{others} pg_backend_pid()")) == 0


def compared(run, acknowledged: list[str]) -> tuple[int, int, int]:
    """Lost and doubled answers, and cells whose ballots and submitted forms differ in number."""
    with run.database.reading() as session:
        submitted = select(Assignment.cell_id, func.count()).where(
            Assignment.state == AssignmentState.SUBMITTED
        )
        forms_by_cell = dict(session.execute(submitted.group_by(Assignment.cell_id)).all())
        count = select(Ballot.cell_id, func.count()).group_by(Ballot.cell_id)
        ballots_by_cell = dict(session.execute(count).all())
        assert session.scalars(select(Draft)).all() == []
    close_and_destroy(run, "2026-Q4")  # halts on any difference
    with run.database.reading() as session:
        texts = Counter(session.scalars(select(Comment.text)))
    lost = sum(f"words about {assignment}" not in texts for assignment in acknowledged)
    doubled = sum(count > 1 for count in texts.values())
    mismatched = len(forms_by_cell.items() ^ ballots_by_cell.items())
    return lost, doubled, mismatched
