"""What reading a report costs the service: the page, the PDF, and how both grow with the company.

Imports companies of 10, 100 and 1,000 managers with twelve raters each, opens the personal link of
one manager, first in a fresh process and then again and again. Prints ``name=value`` lines. CPU is
the process's own, of alternating requests in one run; the ratio to ``/healthz`` is what can be
compared between machines.
"""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from sqlalchemy import event, update

import questionnaires
from analysis.disclosure import Policy
from questionnaires.model import Questionnaire, Relation
from surveyapp import create_app
from surveyapp.config import from_environment
from surveyapp.migrations import upgrade
from surveyapp.models import Person
from surveyapp.runtime import Runtime, runtime_for
from surveyapp.services.imports import ImportedRating, import_ratings
from surveyapp.services.results import readings
from tests.factories import report_token, sent_reports

COMPANIES = (10, 100, 1000)
RATERS = (Relation.SELF, Relation.SUPERVISOR, *[Relation.PEER] * 5, *[Relation.CUSTOMER] * 5)
WORDS = ("回复很及时。", "希望报价再快一点。", "Very professional.", "Please call back sooner.")
ROUNDS = 30


def service(folder: Path) -> Runtime:
    run = runtime_for(
        from_environment(
            {"SURVEYAPP_DATA_DIR": str(folder), "SURVEYAPP_PUBLIC_BASE_URL": "http://localhost"}
        )
    )
    upgrade(run.database)
    return run


def company(run: Runtime, key: str, managers: int) -> None:
    asked = questionnaires.load("account_manager_360")
    rng = random.Random(6)
    ratings = [
        ImportedRating(f"{key}-{n:04d}", f"客户经理 {n}", relation, ballot(asked, relation, rng))
        for n in range(managers)
        for relation in RATERS
    ]
    with run.database.transaction() as session:
        import_ratings(session, key, asked, ratings, Policy(), run.config.now())
        session.execute(update(Person).values(email="somebody@example.com"))
    sent_reports(run, key, ratee=f"{key}-0000")


def ballot(asked: Questionnaire, relation: Relation, rng: random.Random) -> dict[str, object]:
    points = {
        item.id: rng.choice([point.value for point in asked.scale_of(item).points])
        for item in asked.items_for(relation)
    }
    texts = {question.id: rng.choice(WORDS) for question in asked.open_questions_for(relation)}
    return {"ratings": points, "texts": texts}


def cpu(client, address: str) -> float:
    before = time.process_time()
    reply = client.get(address)
    spent = time.process_time() - before
    if reply.status_code != 200:
        raise SystemExit(f"{address} answered {reply.status_code}: nothing was measured")
    return spent * 1000


def measure(run: Runtime, managers: int) -> None:
    key = f"c{managers}"
    company(run, key, managers)
    client = create_app(runtime=run).test_client()
    page = f"/m/{report_token(run, f'{key}-0000', key)}"
    client.get(f"{page}/report.pdf")  # loads the faces
    readings._kept.clear()
    print(f"managers_{managers}_first_read_cpu_ms={cpu(client, page):.0f}")
    sent: list[str] = []
    event.listen(run.database.engine, "before_cursor_execute", lambda *a: sent.append(a[2]))
    content = client.get(page).get_data()
    print(f"managers_{managers}_statements={len(sent)}")
    pages, pdfs, healths = [], [], []
    for _ in range(ROUNDS):
        pages.append(cpu(client, page))
        pdfs.append(cpu(client, f"{page}/report.pdf"))
        healths.append(cpu(client, "/healthz"))
    print(f"managers_{managers}_page_cpu_ms_median={statistics.median(pages):.1f}")
    print(f"managers_{managers}_pdf_cpu_ms_median={statistics.median(pdfs):.1f}")
    multiple = statistics.median(pages) / statistics.median(healths)
    print(f"managers_{managers}_page_cpu_multiple_of_healthz={multiple:.0f}")
    print(f"managers_{managers}_page_bytes={len(content)}")


def main() -> None:
    for managers in COMPANIES:
        with tempfile.TemporaryDirectory() as folder:
            run = service(Path(folder) / "var")
            measure(run, managers)
            run.database.engine.dispose()


if __name__ == "__main__":
    main()
