"""What a rating page costs: SQL statements, bytes and CPU, beside the smallest page we serve.

Prints ``name=value`` lines. CPU is the process's own, of alternating requests in one run; the
ratio to ``/healthz`` is what can be compared between machines.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from sqlalchemy import event

import questionnaires
from analysis.disclosure import Policy
from surveyapp import create_app
from surveyapp.config import from_environment
from surveyapp.migrations import upgrade
from surveyapp.runtime import runtime_for
from surveyapp.services import cycles
from surveyapp.services.people import import_roster
from surveyapp.services.rosters.roster import read_roster
from surveyapp.steps import open_with_keys
from tests.factories import filled, token_of
from tests.people import ROSTER

ROUNDS = 60


def service(folder: Path):
    run = runtime_for(
        from_environment(
            {"SURVEYAPP_DATA_DIR": str(folder), "SURVEYAPP_PUBLIC_BASE_URL": "http://localhost"}
        )
    )
    upgrade(run.database)
    with run.database.transaction() as session:
        loaded = questionnaires.load("account_manager_360")
        cycle = cycles.create_cycle(session, "bench", {"": loaded}, Policy())
        import_roster(session, cycle, read_roster(ROSTER.encode()))
    open_with_keys(run, "bench")
    return run


def cpu(client, address: str) -> float:
    before = time.process_time()
    reply = client.get(address)
    spent = time.process_time() - before
    if reply.status_code != 200:
        raise SystemExit(f"{address} answered {reply.status_code}: nothing was measured")
    return spent * 1000


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        run = service(Path(folder) / "var")
        client = create_app(runtime=run).test_client()
        form = f"/r/{token_of(run, 'B1', 'bench')}/1"  # 28 items and two open questions
        page = client.get(form).get_data(as_text=True)
        statements: list[str] = []
        event.listen(
            run.database.engine, "before_cursor_execute", lambda *a: statements.append(a[2])
        )
        client.get(form)
        print(f"get_statements={len(statements)}")
        forms, healths = [], []
        for _ in range(ROUNDS):
            forms.append(cpu(client, form))
            healths.append(cpu(client, "/healthz"))
        statements.clear()
        reply = client.post(form, data=filled(page) | {"action": "submit"})
        if 'data-state="received"' not in reply.get_data(as_text=True):
            raise SystemExit("the submission was not received: nothing was measured")
        print(f"post_statements={len(statements)}")
        print(f"items={page.count('<fieldset')}")
        print(f"page_bytes={len(page.encode())}")
        static = Path(cycles.__file__).parent.parent / "static"
        loaded = len(page.encode()) + sum(
            file.stat().st_size for file in static.iterdir() if file.name in page
        )
        print(f"page_and_static_bytes={loaded}")
        print(f"get_cpu_ms_min={min(forms):.2f}")
        print(f"get_cpu_ms_median={statistics.median(forms):.2f}")
        multiple = statistics.median(forms) / statistics.median(healths)
        print(f"get_cpu_multiple_of_healthz={multiple:.1f}")


if __name__ == "__main__":
    main()
