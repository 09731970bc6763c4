"""What the pages for accounts cost with a large company: `make bench-admin`.

A company of 1,000 managers and 20,000 raters on SQLite: one cycle as a draft, one open, one with
results of twelve raters each. Every GET address for accounts is opened by an administrator (those
of managers and supervisors by one of theirs), all in turn, round after round. Prints per page
``name=value`` lines: milliseconds by the clock (minimum, median, 95th percentile), SQL statements,
and bytes with everything that a first visit loads, compressed as a browser asks for it. Beside them
``/healthz`` in the same rounds: the ratio to it can be compared between machines. Ends with 1 if a
page answers otherwise than with 200 or weighs more than 150 KB.
"""

from __future__ import annotations

import gc
import random
import re
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parent.parent))

from flask.testing import FlaskClient
from reading import ballot, service
from sqlalchemy import event

import questionnaires
from analysis.disclosure import Policy
from questionnaires.model import Relation
from surveyapp import create_app
from surveyapp.models import Role
from surveyapp.runtime import Runtime
from surveyapp.services import cycles
from surveyapp.services.imports import ImportedRating, import_ratings
from surveyapp.services.people import import_roster
from surveyapp.services.rosters.roster import read_roster
from surveyapp.steps import open_with_keys
from tests.account_pages import account_pages, known_values
from tests.signing_in import signed_in

MANAGERS, RATERS, SUPERVISORS = 1000, 20_000, 100
GROUPS = (Relation.SELF, Relation.SUPERVISOR, *[Relation.PEER] * 5, *[Relation.CUSTOMER] * 5)
PERSONS = {Role.SUPERVISOR: "S000", Role.MANAGER: "AM0000"}
ROUNDS = 40
HEAVIEST = 150_000


def roster() -> str:
    """Everybody rates or is rated: managers rate four others, customers one manager each."""
    return "\n".join(
        [
            "id,name,email,language,position,supervisor,peers,account,rates",
            *(f"S{n:03},主管 {n},s{n}@example.com,zh,,,,," for n in range(SUPERVISORS)),
            *(
                f"AM{n:04},经理 {n},am{n}@example.com,zh,key,S{n % SUPERVISORS:03},{peers_of(n)},,"
                for n in range(MANAGERS)
            ),
            *(
                f"C{n:05},客户 {n},c{n}@client.example,zh,,,,Client {n // 3},AM{n % MANAGERS:04}"
                for n in range(RATERS - MANAGERS - SUPERVISORS)
            ),
            "",
        ]
    )


def peers_of(number: int) -> str:
    return "|".join(f"AM{(number + step) % MANAGERS:04}" for step in (1, 2, 3, 5))


def company(run: Runtime) -> None:
    asked, rng = questionnaires.load("account_manager_360"), random.Random(7)
    people = read_roster(roster().encode())
    for key in ("open", "draft"):
        with run.database.transaction() as session:
            made = cycles.create_cycle(session, key, {"": asked}, Policy(), title=key)
            import_roster(session, made, people)
    open_with_keys(run, "open")
    ratings = [
        ImportedRating(f"AM{n:04}", f"客户经理 {n}", relation, ballot(asked, relation, rng))
        for n in range(MANAGERS)
        for relation in GROUPS
    ]
    with run.database.transaction() as session:
        import_ratings(session, "released", asked, ratings, Policy(), run.config.now())


class Opened(NamedTuple):
    address: str
    client: FlaskClient


def pages(run: Runtime) -> list[Opened]:
    """Every GET address for accounts, for each cycle where it names one."""
    app = create_app(runtime=run)
    clients = {role: app.test_client() for role in Role}
    members = {
        role: signed_in(client, role, person=PERSONS.get(role, ""))
        for role, client in clients.items()
    }
    known = known_values(
        run,
        ("draft", "open", "released"),
        ratee="AM0000",
        rater="C00000",
        supervisor="S000",
        account=members[Role.MANAGER].id,
    )
    return [Opened(page.address, clients[page.role]) for page in account_pages(app, known)]


def opened(page: Opened) -> tuple[float, bytes, str]:
    """Milliseconds, body, kind of content."""
    begun = time.perf_counter()
    reply = page.client.get(page.address, headers={"Accept-Encoding": "gzip"})
    spent = 1000 * (time.perf_counter() - begun)
    return spent, reply.get_data() if reply.status_code == 200 else b"", reply.mimetype


def weight(page: Opened, body: bytes) -> int:
    """The bytes of a page with its styles, scripts and pictures."""
    parts = set(re.findall(rb'(?:href|src)="(/static/[^"]+)"', body))
    return len(body) + sum(len(page.client.get(part.decode()).get_data()) for part in parts)


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        run = service(Path(folder) / "var")
        company(run)
        found = pages(run)
        print(f"pages={len(found)}", flush=True)
        return measure(run, found)


def measure(run: Runtime, found: list[Opened]) -> int:
    sent: list[str] = []
    event.listen(run.database.engine, "before_cursor_execute", lambda *a: sent.append(a[2]))
    health = Opened("/healthz", found[0].client)
    kept, statements, weights = [], {}, {}
    for page in found:
        sent.clear()
        _, body, kind = opened(page)
        if not body:  # the cycle has nothing there yet: its results before they are out
            continue
        statements[page] = len(sent)
        weights[page] = weight(page, body) if kind == "text/html" else 0
        kept.append(page)
    gc.collect()
    gc.freeze()  # what made the company is no burden of a server
    times: dict[Opened, list[float]] = {page: [] for page in [*kept, health]}
    for _ in range(ROUNDS):
        for page in times:
            times[page].append(opened(page)[0])
    base = statistics.median(times[health])
    print(f"healthz_ms_median={base:.2f}")
    for page in kept:
        low, middle = min(times[page]), statistics.median(times[page])
        high = statistics.quantiles(times[page], n=20)[-1]
        print(
            f"{page.address} ms_min={low:.1f} ms_median={middle:.1f} ms_p95={high:.1f} "
            f"of_healthz={middle / base:.0f} statements={statements[page]} bytes={weights[page]}"
        )
    slowest = max(statistics.quantiles(times[page], n=20)[-1] for page in kept)
    print(f"slowest_p95_ms={slowest:.1f} heaviest_bytes={max(weights.values())}")
    return int(max(weights.values()) > HEAVIEST)


if __name__ == "__main__":
    sys.exit(main())
