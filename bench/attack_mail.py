"""Mails through a server that fails three times in ten: is one lost, or one sent twice for nothing?

The server is a real one on the loopback address. Of ten mails it refuses one for the moment, drops
the connection before one, and drops it after taking one, before its reply: then nobody can know
whether the mail was taken, and sending it again is right. Some deliveries are killed between claim
and sending. Between batches raters finish their forms, before and after they are to be reminded.
"""

from __future__ import annotations

import argparse
import email
import random
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aiosmtpd.controller import Controller
from sqlalchemy import select, update

sys.path.insert(0, str(Path(__file__).parent.parent))

import questionnaires
from analysis.disclosure import Policy
from surveyapp.config import Config
from surveyapp.migrations import upgrade
from surveyapp.models import Assignment, AssignmentState, Cycle, Invitation, MailState, Person
from surveyapp.outbox import deliver, waiting_mails
from surveyapp.runtime import Runtime, runtime_for
from surveyapp.services import cycles
from surveyapp.services.mails import mailqueue
from surveyapp.services.people import import_roster
from surveyapp.services.rosters.roster import read_roster
from surveyapp.steps import open_with_keys

SEED = 20261122
START = datetime(2026, 11, 22, 9, tzinfo=UTC)
TIMER = timedelta(minutes=5)
KEY = "attack"
PER_MANAGER = 50
KILLS = 2  # claims that are left lying, per batch
FINISHING = 5  # raters who finish during each batch of reminders, per thousand


@dataclass
class Sink:
    """Takes mails, or does not; remembers what it has taken and what it has left unanswered."""

    draw: random.Random
    finished: set[str] = field(default_factory=set)
    arrived: list[tuple[str, str]] = field(default_factory=list)  # (address, Message-ID)
    unanswered: set[str] = field(default_factory=set)
    failures: Counter[str] = field(default_factory=Counter)
    to_finished: int = 0

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        fate = self.draw.random()
        self.fate = "ambiguous" if fate >= 0.2 else "dropped" if fate >= 0.1 else "refused"
        self.fate = "taken" if fate >= 0.3 else self.fate
        if self.fate == "dropped":
            self.failures["dropped"] += 1
            server.transport.close()
        elif self.fate == "refused":
            self.failures["refused"] += 1
            return self.draw.choice(["450 greylisted", "451 try later", "421 busy"])
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        mail = email.message_from_bytes(envelope.content)
        address, identity = envelope.rcpt_tos[0], mail["Message-ID"]
        self.arrived.append((address, identity))
        self.to_finished += address in self.finished
        if self.fate == "ambiguous":
            self.failures["ambiguous"] += 1
            self.unanswered.add(identity)
            server.transport.close()
        return "250 OK"


class _AnyPort(Controller):
    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


def open_with_raters(run: Runtime, count: int) -> None:
    """An open cycle of ``count`` raters: managers, and customers who rate one manager each."""
    managers = max(1, count // PER_MANAGER)
    rows = [f"M{n},Manager {n},m{n}@example.com,en,key,,,," for n in range(managers)]
    rows += [
        f"C{n},Customer {n},c{n}@example.com,en,,,,Client {n},M{n % managers}"
        for n in range(count - managers)
    ]
    header = "id,name,email,language,position,supervisor,peers,account,rates"
    roster = read_roster("\n".join([header, *rows]).encode())
    with run.database.transaction() as session:
        pulse = questionnaires.load("account_manager_360")
        cycle = cycles.create_cycle(session, KEY, {"": pulse}, Policy())
        import_roster(session, cycle, roster)
    open_with_keys(run, KEY)


def finish(run: Runtime, addresses: list[str]) -> None:
    """These raters have submitted everything."""
    with run.database.transaction() as session:
        theirs = select(Person.id).where(Person.email.in_(addresses))
        session.execute(
            update(Assignment)
            .where(Assignment.rater_id.in_(theirs))
            .values(state=AssignmentState.SUBMITTED)
            .execution_options(synchronize_session=False)
        )


def deliver_until_done(run: Runtime, now: datetime, sink: Sink, unfinished: list[str]) -> datetime:
    """Run the timer until nothing waits; what was given up is tried again at the end."""
    again: list[MailState] = []
    while True:
        at = replace(run, config=replace(run.config, test_now=now))
        waiting = waiting_mails(at, *again)
        with at.database.transaction() as session:
            for invitation_id in waiting[: KILLS if len(waiting) > 10 * KILLS else 0]:
                mailqueue.claim(session, invitation_id, now)
                sink.failures["killed"] += 1
        deliver(at, waiting[: len(waiting) // 2], lambda _: None)
        _finish_some(run, sink, unfinished)
        deliver(at, waiting[len(waiting) // 2 :], lambda _: None)
        now += TIMER
        states = _states(run)
        if states[MailState.QUEUED] or states[MailState.SENDING]:
            again = []
        elif states[MailState.FAILED]:
            again = [MailState.FAILED]
            sink.failures["given_up"] += states[MailState.FAILED]
        else:
            return now


def _finish_some(run: Runtime, sink: Sink, unfinished: list[str]) -> None:
    some = [
        unfinished.pop()
        for _ in range(min(len(unfinished), 1 + len(unfinished) * FINISHING // 1000))
    ]
    if some:
        finish(run, some)
        sink.finished |= set(some)


def _states(run: Runtime) -> Counter[str]:
    with run.database.reading() as session:
        return Counter(session.scalars(select(Invitation.mail_state)))


def attack(run: Runtime, count: int, seed: int = SEED) -> dict[str, int]:
    """The figures of one whole cycle of mails, invitations first and then one reminder."""
    draw = random.Random(seed)
    sink = Sink(draw)
    open_with_raters(run, count)
    server = _AnyPort(sink, hostname="127.0.0.1", port=0, ready_timeout=60)
    server.start()
    run = replace(run, config=replace(run.config, mail_url=f"smtp://127.0.0.1:{server.port}"))
    try:
        now = deliver_until_done(run, START, sink, [])
        invited = {address for address, _ in sink.arrived}
        everybody = sorted(invited)
        draw.shuffle(everybody)
        done, unfinished = everybody[: count // 2], everybody[count // 2 :]
        finish(run, done)
        sink.finished |= set(done)
        first_reminder = len(sink.arrived)
        with run.database.transaction() as session:
            mailqueue.remind(session, session.scalars(select(Cycle)).one())
        deliver_until_done(run, now, sink, unfinished[: count // 10])
    finally:
        server.stop()
    reminded = {address for address, _ in sink.arrived[first_reminder:]}
    copies = Counter(identity for _, identity in sink.arrived)
    return {
        "mails": count,
        "arrived": len(sink.arrived),
        **{
            name: sink.failures[name]
            for name in ("refused", "dropped", "ambiguous", "killed", "given_up")
        },
        "lost": count - len(invited) + len(set(everybody) - sink.finished - reminded),
        "duplicates": sum(copies.values()) - len(copies),
        "duplicates_of_answered": sum(
            n - 1 for identity, n in copies.items() if identity not in sink.unanswered
        ),
        "reminders": len(reminded),
        "reminders_to_finished": sink.to_finished,
    }


def service(folder: Path, database_url: str = "") -> Runtime:
    """A service of its own in a folder."""
    run = runtime_for(
        Config(
            data_dir=folder / "data",
            database_url=database_url or f"sqlite:///{folder / 'data' / 'surveyapp.sqlite3'}",
            key_dir=folder / "keys",
            secret_file=folder / "keys" / "secret",
            mail_url="",
            public_base_url="https://feedback.example.com",
            test_now=START,
        )
    )
    upgrade(run.database)
    return run


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mails", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--database-url", default="", help="an empty database; default SQLite")
    options = parser.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        found = attack(service(Path(folder), options.database_url), options.mails, options.seed)
    for name, value in found.items():
        print(f"attack_mail_{name}={value}")
    print(f"attack_mail_seconds={time.monotonic() - began:.0f}")
    bad = found["lost"] or found["duplicates_of_answered"] or found["reminders_to_finished"]
    return int(bool(bad) or found["duplicates"] > found["ambiguous"])


if __name__ == "__main__":
    sys.exit(main())
