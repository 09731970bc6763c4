"""A pilot in the browser: made of a part of the account managers, compared when both are out."""

import pytest
from sqlalchemy import select

from surveyapp.models import AuditEvent, Role
from surveyapp.services.cycles import find_cycle
from surveyapp.services.results import readings
from surveyapp.services.rosters.rosterplans import roster_of
from tests import pages
from tests.counting import statements
from tests.factories import closed_cycle, draft_cycle, released_cycle
from tests.people import HEADER
from tests.signing_in import post, signed_in

CYCLE = "/admin/cycles/2026-Q4"
PILOT = {
    "key": "2026-Q4-pilot", "title": "", "opens": "", "closes": "2027-01-31", "reminders": "",
    "share": "", "position": "", "ratees": "",
}  # fmt: skip


def roster(managers):
    return HEADER + "".join(
        f"M{n},Manager {n},m{n}@example.com,en,key,,"
        f"{'|'.join(f'M{(n + k) % managers}' for k in (1, 2, 3, 4))},,\n"
        for n in range(managers)
    )


@pytest.fixture
def admin(client):
    """The client of an administrator."""
    signed_in(client, Role.ADMINISTRATOR)
    return client


def rated_in(run, key):
    with run.database.reading() as session:
        return {person.id for person in roster_of(session, find_cycle(session, key)).ratees}


@pytest.mark.parametrize(
    ("wanted", "rated"),
    [
        ({"ratees": "AM2"}, {"AM2"}),
        ({"ratees": "AM1， AM2"}, {"AM1", "AM2"}),
        ({"position": "key"}, {"AM1", "AM2"}),
        ({"share": "100"}, {"AM1", "AM2"}),
    ],
)
def test_a_pilot_is_a_draft_with_those_who_were_chosen(run, admin, wanted, rated):
    draft_cycle(run)
    reply = post(admin, f"{CYCLE}/pilot", **PILOT | wanted)
    assert reply.headers["Location"] == "/admin/cycles/2026-Q4-pilot/roster"
    assert rated_in(run, "2026-Q4-pilot") == rated
    with run.database.reading() as session:
        row = session.scalars(select(AuditEvent).filter_by(action="cycle pilot")).one()
        assert (row.cycle_key, row.details) == ("2026-Q4-pilot", {"of": "2026-Q4"})


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ({}, "Please say which account managers take part."),
        ({"share": "0"}, "Please choose a number from 1 to 100."),
        ({"ratees": "AM9"}, "AM9"),
        ({"position": "none such"}, "none such"),
        ({"share": "20", "closes": "2020-01-01"}, "is over since"),
        ({"share": "20", "key": "2026-Q4"}, "2026-Q4"),
    ],
)
def test_a_mistake_in_the_form_is_told_and_nothing_is_made(run, admin, wanted, words):
    draft_cycle(run)
    reply = post(admin, f"{CYCLE}/pilot", **PILOT | wanted)
    assert reply.status_code == 422
    assert words in reply.get_data(as_text=True)
    with run.database.reading() as session:
        assert session.scalars(select(AuditEvent).filter_by(action="cycle pilot")).all() == []


def test_the_form_is_offered_and_speaks_chinese(run, admin):
    draft_cycle(run)
    assert f'href="{CYCLE}/pilot"' in admin.get(CYCLE).get_data(as_text=True)
    post(admin, "/account/language", language="zh", back="/admin/")
    page = admin.get(f"{CYCLE}/pilot").get_data(as_text=True)
    assert "由系统抽签决定" in page
    assert "<option>key</option>" in page


@pytest.fixture
def both(run, admin):
    """The administrator's client, where a pilot and the full cycle are released."""
    released_cycle(run, admin, roster=roster(12), key="pilot")
    released_cycle(run, admin, roster=roster(12))
    return admin


def compared(client, other="pilot"):
    reply = client.get(f"{CYCLE}/compare", query_string={"with": other})
    assert reply.status_code == 200
    return pages.read(reply.get_data(as_text=True))


def test_two_cycles_stand_side_by_side(both):
    page = compared(both)
    for words in ("Service", "Peers", "+0.00", "the same managers", "12 of 12", "3 or more"):
        assert words in page.text


def test_the_other_cycle_is_chosen_on_the_page(both):
    page = pages.read(both.get(f"{CYCLE}/compare").get_data(as_text=True))
    assert [option["value"] for option in page.all("option")] == ["pilot"]


def test_a_comparison_in_chinese(both):
    post(both, "/account/language", language="zh", back="/admin/")
    page = compared(both)
    for words in ("服务", "同事", "同一批客户经理", "周期对比"):
        assert words in page.text
    assert "Compare" not in page.text


def test_a_mean_of_two_managers_is_not_told(run, admin):
    released_cycle(run, admin, key="pilot")
    released_cycle(run, admin)
    page = compared(admin)
    assert "too few" in page.text
    assert not [tag for tag in page.all("svg") if tag.get("role") == "img"]


def test_alone_a_cycle_has_nothing_beside_it(run, admin):
    released_cycle(run, admin)
    assert "There is nothing to compare with" in admin.get(f"{CYCLE}/compare").text


@pytest.mark.parametrize("other", ["pilot", "nowhere"])
def test_what_is_not_out_is_not_compared(run, admin, other):
    closed_cycle(run, admin, key="pilot")
    released_cycle(run, admin)
    assert admin.get(f"{CYCLE}/compare?with={other}").status_code in {404, 409}
    assert admin.get("/admin/cycles/pilot/compare?with=2026-Q4").status_code == 409


def test_a_comparison_costs_the_same_statements_whatever_the_size(run, admin):
    costs = []
    for managers in (6, 14):
        for part in ("a", "b"):
            released_cycle(run, admin, roster=roster(managers), key=f"{part}{managers}")
        readings._kept.clear()
        with statements(run) as sent:
            page = admin.get(f"/admin/cycles/b{managers}/compare?with=a{managers}")
        assert page.status_code == 200
        costs.append(len(sent))
    assert costs[0] == costs[1] <= 50


def test_analysts_compare_and_only_administrators_make_pilots(run, client):
    released_cycle(run, client)
    signed_in(client, Role.ANALYST)
    assert client.get(f"{CYCLE}/compare").status_code == 200
    assert client.get(f"{CYCLE}/pilot").status_code == 403
    assert post(client, f"{CYCLE}/pilot", **PILOT).status_code == 403
    signed_in(client, Role.MANAGER)
    assert client.get(f"{CYCLE}/compare").status_code == 403
