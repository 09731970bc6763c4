"""The settings of a cycle in the browser: a draft changes and says what, later nothing does."""

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import event, select

from analysis.disclosure import Policy
from questionnaires.model import Relation
from surveyapp.models import CycleRatee, Role
from surveyapp.services import freezing
from surveyapp.services.cycles import find_cycle
from surveyapp.services.drafts import authoring
from surveyapp.services.drafts.copies import questionnaires_of
from surveyapp.services.drafts.settings import change_settings, settings_of
from surveyapp.services.rosters.rosterplans import roster_of
from tests.dumps import dump
from tests.factories import draft_cycle, open_cycle
from tests.pages import read
from tests.people import NOW, ROSTER, TINY
from tests.signing_in import post, signed_in

PAGE = "/admin/cycles/2026-Q4/settings"
CALENDAR = "/admin/cycles/2026-Q4/calendar"
GIVEN = {
    "action": "settings",
    "title": "Winter",
    "timezone": "Asia/Shanghai",
    "opens": "",
    "closes": "2026-12-31",
    "reminders": "2026-12-10 2026-12-20",
    "customers": "anonymous",
    "threshold": "4",
    "comment_threshold": "6",
    "peer_least": "3",
    "peer_most": "8",
}
TWO_POSITIONS = ROSTER.replace("AM2,Bao Yu,bao@example.com,en,key", "AM2,Bao Yu,b@x.example,en,new")


@pytest.fixture
def admin(client):
    """The client of an administrator."""
    signed_in(client, Role.ADMINISTRATOR)
    return client


@pytest.fixture
def draft(run):
    draft_cycle(run, roster=TWO_POSITIONS)


def of_cycle(run, what, key="2026-Q4"):
    with run.database.reading() as session:
        return what(session, find_cycle(session, key))


def asked(run):
    return of_cycle(run, questionnaires_of)


def send(client, action, **columns):
    """A table of positions, as the browser sends it: the columns with a value per row."""
    return post(client, PAGE, action=action, position=["", "key", "new"], **columns)


def weights(client, supervisor, peer, customer, **more):
    given = {"SUPERVISOR": supervisor, "PEER": peer, "CUSTOMER": customer}
    columns = {f"weight-{name}": value for name, value in given.items()}
    return send(client, "weights", **columns, **more)


def test_a_draft_is_changed_and_before_and_after_are_said(run, admin, draft):
    assert post(admin, PAGE, **GIVEN).status_code == 303
    now = of_cycle(run, settings_of)
    assert (now.title, now.closes_at.isoformat()) == ("Winter", "2026-12-31T15:59:59+00:00")
    assert now.policy == Policy(threshold=4, comment_threshold=6)
    assert now.nominations == {Relation.PEER: (3, 8)}
    said = admin.get(PAGE).text
    assert "Title: 2026 Q4 → Winter" in said
    assert "Minimum answers to show results: 3 → 4" in said
    assert "Peers 3–8" in said


def test_the_page_shows_what_is_set_so_that_sending_it_again_changes_nothing(run, admin, draft):
    post(admin, PAGE, **GIVEN)
    page = admin.get(PAGE).text
    given = dict(re.findall(r'<input id="[^"]*" name="([^"]+)" type="[^"]+" value="([^"]*)"', page))
    before = of_cycle(run, settings_of)
    post(admin, PAGE, action="settings", customers="anonymous", **given)
    assert of_cycle(run, settings_of) == before
    assert "Nothing was changed." in admin.get(PAGE).text


def test_who_reads_a_report_is_shown_and_can_be_changed_in_a_draft(run, admin, draft):
    assert 'value="hr" checked' in admin.get(PAGE).text
    post(admin, PAGE, **GIVEN | {"readers": "supervisor"})
    assert of_cycle(run, settings_of).policy.supervisor_reads is True
    page = admin.get(PAGE).text
    assert "The account manager and HR → The account manager, their supervisor and HR" in page
    assert 'value="supervisor" checked' in page


def test_a_form_that_does_not_ask_who_reads_a_report_does_not_change_it(run, admin, draft):
    post(admin, PAGE, **GIVEN)
    assert of_cycle(run, settings_of).policy.supervisor_reads is False


FORMS = ("settings", "questionnaires", "weights")


def seen(page, action="settings"):
    """What the form of an action says its author has seen."""
    return re.findall('name="seen" value="([^"]*)"', page)[FORMS.index(action)]


def save_other(run):
    """A questionnaire that can be taken in the place of the tiny one."""
    with run.database.transaction() as session:
        authoring.save(session, "other", TINY.replace("key: tiny", "key: other").encode(), "a", NOW)


def test_settings_that_somebody_else_changed_are_not_overwritten_unseen(run, admin, draft):
    before = seen(admin.get(PAGE).text)
    post(admin, PAGE, **GIVEN | {"threshold": "5", "seen": before})
    refused = post(admin, PAGE, **GIVEN | {"title": "Spring", "seen": before})
    assert refused.status_code == 409
    assert "Minimum answers to show results: 5 → 4" in refused.text
    assert of_cycle(run, settings_of).policy.threshold == 5
    again = GIVEN | {"title": "Spring", "seen": seen(refused.text)}
    assert post(admin, PAGE, **again).status_code == 303


def test_questionnaires_that_somebody_else_changed_are_not_overwritten_unseen(run, admin, draft):
    save_other(run)
    before = seen(admin.get(PAGE).text, "questionnaires")
    send(admin, "questionnaires", questionnaire=["keep", "", "other@1"], seen=before)
    mine = {"questionnaire": ["other@1", "", ""]}
    refused = send(admin, "questionnaires", **mine, seen=before)
    assert refused.status_code == 409
    text = read(refused.text).text
    assert "All others: Tiny (tiny) → Tiny (other@1); new: Tiny (other@1) → as all others" in text
    assert {p: of.key for p, of in asked(run).items()} == {"": "tiny", "new": "other"}
    again = send(admin, "questionnaires", **mine, seen=seen(refused.text, "questionnaires"))
    assert again.status_code == 303
    assert {p: of.key for p, of in asked(run).items()} == {"": "other"}


def test_weights_that_somebody_else_changed_are_not_overwritten_unseen(run, admin, draft):
    before = seen(admin.get(PAGE).text, "weights")
    weights(admin, ["50", "", ""], ["20", "", ""], ["30", "", ""], seen=before)
    mine = ["40", "", ""], ["30", "70", ""], ["30", "30", ""]
    refused = weights(admin, *mine, seen=before)
    assert refused.status_code == 409
    text = read(refused.text).text
    assert "Supervisor 50 %, Peers 20 %, Customers 30 % → Supervisor 40 %" in text
    assert "key: as all others → Peers 70 %, Customers 30 %" in text
    assert asked(run)[""].weights["SUPERVISOR"] == 50
    again = weights(admin, *mine, seen=seen(refused.text, "weights"))
    assert (again.status_code, asked(run)[""].weights["SUPERVISOR"]) == (303, 40)


@pytest.mark.parametrize("action", ["questionnaires", "weights"])
def test_a_refused_form_holds_what_was_typed(run, admin, draft, action):
    save_other(run)
    before = seen(admin.get(PAGE).text, action)
    weights(admin, ["50", "", ""], ["20", "", ""], ["30", "", ""])
    if action == "weights":
        page = weights(admin, ["40", "", ""], ["30", "", ""], ["30", "", ""], seen=before).text
        assert 'name="weight-SUPERVISOR" value="40"' in page
    else:
        page = send(admin, action, questionnaire=["other@1", "", ""], seen=before).text
        assert '<option value="other@1" selected>' in page


def test_a_choice_that_somebody_else_made_too_is_still_chosen(run, admin, draft):
    save_other(run)
    before = seen(admin.get(PAGE).text, "questionnaires")
    send(admin, "questionnaires", questionnaire=["keep", "", "other@1"])
    both = send(admin, "questionnaires", questionnaire=["other@1", "", "other@1"], seen=before)
    row = both.text.split('value="new"')[1].split("</tr>")[0]
    assert '<option value="other@1" selected>' in row


@pytest.mark.parametrize(
    ("action", "mistake"),
    [
        ("settings", GIVEN | {"closes": "soon"}),
        ("questionnaires", {"position": [""], "questionnaire": ["none"]}),
    ],
)
def test_a_form_with_a_mistake_stays_based_on_what_its_author_saw(
    run, admin, draft, action, mistake
):
    before = seen(admin.get(PAGE).text, action)
    post(admin, PAGE, **GIVEN)
    weights(admin, ["50", "", ""], ["20", "", ""], ["30", "", ""])
    kept = post(admin, PAGE, **mistake | {"action": action, "seen": before}).text
    assert seen(kept, action) == before != seen(admin.get(PAGE).text, action)


@pytest.mark.parametrize("action", FORMS)
def test_who_wants_what_somebody_else_did_already_is_not_refused(run, admin, draft, action):
    before = seen(admin.get(PAGE).text, action)
    save_other(run)
    columns = {
        "settings": GIVEN,
        "questionnaires": {"questionnaire": ["keep", "", "other@1"]},
        "weights": {"weight-PEER": ["100", "", ""]},
    }[action]
    given = columns | {"action": action, "position": ["", "key", "new"], "seen": before}
    assert [post(admin, PAGE, **given).status_code for _ in range(2)] == [303, 303]


def test_days_are_days_in_the_zone_of_the_cycle(run, admin, draft):
    post(admin, PAGE, **GIVEN | {"timezone": "Europe/Berlin"})
    now = of_cycle(run, settings_of)
    assert now.timezone == "Europe/Berlin"
    assert now.closes_at.isoformat() == "2026-12-31T22:59:59+00:00"


def test_hours_that_no_form_shows_stay_where_the_day_stays(run, admin, draft):
    hours = {
        "closes_at": datetime(2026, 12, 31, 4, tzinfo=UTC),  # noon in Shanghai
        "remind_at": (datetime(2026, 12, 10, 7, tzinfo=UTC),),
    }
    with run.database.transaction() as session:
        cycle = find_cycle(session, "2026-Q4")
        change_settings(session, cycle, replace(settings_of(session, cycle), **hours), NOW)
    post(admin, PAGE, **GIVEN)
    now = of_cycle(run, settings_of)
    assert now.closes_at == hours["closes_at"]
    assert [f"{at:%d %H:%M}" for at in now.remind_at] == ["10 07:00", "20 01:00"]


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("closes", "soon", "Please choose a day"),
        ("closes", "2020-01-01", "The closing day is over since"),
        ("opens", "2027-01-05", "would close before it opens"),
        ("reminders", "2027-02-02", "outside the time for answers"),
        ("threshold", "2", "from 3 to 20"),
        ("timezone", "Mars/Olympus", "There is no time zone"),
        ("peer_most", "51", "from 0 to 50"),
        ("peer_most", "2", "makes no sense"),
    ],
)
def test_a_mistake_is_said_nothing_changes_and_nothing_is_lost(
    run, admin, draft, field, value, words
):
    before = dump(run)
    reply = post(admin, PAGE, **GIVEN | {field: value})
    assert reply.status_code == 422
    assert words in reply.text
    assert 'value="Winter"' in reply.text
    assert dump(run) == before


def test_weights_are_given_by_relation_and_position(run, admin, draft):
    reply = weights(admin, ["50", "70", ""], ["20", "", ""], ["30", "30", ""])
    assert reply.status_code == 303
    of = asked(run)[""]
    assert of.weights == {"SUPERVISOR": 50, "PEER": 20, "CUSTOMER": 30}
    assert of.position_weights == {"key": {"SUPERVISOR": 70, "CUSTOMER": 30}}


def test_the_ratees_are_judged_by_the_questionnaire_with_the_new_weights(run, admin, draft):
    weights(admin, ["50", "", ""], ["20", "", ""], ["30", "", ""])
    with run.database.reading() as session:
        cycle = find_cycle(session, "2026-Q4")
        taken = {row.questionnaire_hash for row in cycle.questionnaires}
        rated = set(session.scalars(select(CycleRatee.questionnaire_hash)))
    assert taken == rated


def test_a_refused_row_shows_what_it_sums_to(admin, draft):
    page = weights(admin, ["60", "70", "inf"], ["20", "", ""], ["30", "30", ""]).text
    badges = re.findall(r'<span class="badge (\w+)">([^<]*)</span></td></tr>', page)
    assert badges == [("wrong", "110 %"), ("good", "100 %"), ("wrong", "inf %")]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("49", "the weights sum to 99, not to 100"),
        ("x", "a number is expected here"),
        ("150", "is out of range"),
        ("-1", "is out of range"),
        ("nan", "a number is expected here"),
    ],
)
def test_weights_that_do_not_sum_to_100_are_refused_and_nothing_is_lost(
    run, admin, draft, value, words
):
    before = dump(run)
    reply = weights(admin, [value, "", ""], ["20", "", ""], ["30", "", ""])
    assert reply.status_code == 422
    assert words in read(reply.text).text.replace("`", "")
    assert f'name="weight-SUPERVISOR" value="{value}"' in reply.text
    assert dump(run) == before


def test_wrong_weights_are_said_in_the_language_of_the_page(admin, draft):
    given = {"weight-SUPERVISOR": ["49", "", ""], "weight-PEER": ["50", "", ""]}
    positions = {"position": ["", "key", "new"]}
    page = post(admin, f"{PAGE}?lang=zh", action="weights", **positions, **given).text
    assert "权重合计为 99，而不是 100：合计需调整 +1" in page


def test_a_position_gets_a_questionnaire_of_its_own_and_loses_it_again(run, admin, draft):
    save_other(run)
    send(admin, "questionnaires", questionnaire=["keep", "", "other@1"])
    assert {p: of.key for p, of in asked(run).items()} == {"": "tiny", "new": "other"}
    assert "other@1" in admin.get(PAGE).text
    send(admin, "questionnaires", questionnaire=["keep", "", ""])
    assert {p: of.key for p, of in asked(run).items()} == {"": "tiny"}


def test_weights_of_a_position_with_its_own_questionnaire_stand_in_that_one(run, admin, draft):
    save_other(run)
    send(admin, "questionnaires", questionnaire=["keep", "", "other@1"])
    weights(admin, ["50", "", "100"], ["20", "", ""], ["30", "", ""])
    assert asked(run)["new"].weights == {"SUPERVISOR": 100}
    assert asked(run)[""].position_weights == {}


def test_assignments_that_a_questionnaire_does_not_ask_go_only_when_that_is_accepted(
    run, admin, draft
):
    before = of_cycle(run, roster_of)
    pulse = ["account_manager_pulse", "", ""]
    refused = send(admin, "questionnaires", questionnaire=pulse)
    assert (refused.status_code, of_cycle(run, roster_of)) == (422, before)
    assert "Assignments that would go" in refused.text
    accepted = send(admin, "questionnaires", questionnaire=pulse, losing="yes")
    assert accepted.status_code == 303
    relations = {relation for _, _, relation in of_cycle(run, roster_of).assignments}
    assert relations == {Relation.SELF, Relation.CUSTOMER}


@pytest.mark.parametrize("action", ["questionnaires", "weights"])
@pytest.mark.parametrize("positions", [[], ["", "key"], ["x" * 500, "nobody"]])
def test_rows_that_are_not_sent_or_not_known_change_nothing(run, admin, draft, action, positions):
    weights(admin, ["50", "70", "100"], ["20", "", ""], ["30", "30", ""])
    before = asked(run)
    blank = [""] * len(positions)
    columns = {"weight-SUPERVISOR": ["50", "70", ""], "weight-PEER": ["20", "", ""]}
    columns |= {"weight-CUSTOMER": ["30", "30", ""]} if positions[:1] == [""] else {}
    sent = columns if positions[:1] == [""] else dict.fromkeys(columns, blank)
    post(admin, PAGE, action=action, position=positions, questionnaire=blank, **sent)
    assert asked(run) == before


@pytest.mark.parametrize("wanted", ["none", "tiny@draft", "../x.yaml"])
def test_a_questionnaire_that_cannot_be_used_is_refused(run, admin, draft, wanted):
    with run.database.transaction() as session:
        authoring.keep_draft(session, "tiny", TINY.encode(), "anna", NOW)
    before = dump(run)
    assert send(admin, "questionnaires", questionnaire=[wanted, "", ""]).status_code == 422
    assert dump(run) == before


@pytest.mark.parametrize("action", ["settings", "questionnaires", "weights"])
def test_an_open_cycle_keeps_its_settings_and_says_why(run, admin, action):
    open_cycle(run, roster=TWO_POSITIONS)
    page = admin.get(PAGE).text
    assert "these promises are kept" in page
    assert 'name="action"' not in page
    before = dump(run)
    columns = {"questionnaire": ["keep", "", ""], "weight-PEER": ["100", "", ""]}
    reply = post(
        admin, PAGE, **GIVEN | {"action": action, "position": ["", "key", "new"]}, **columns
    )
    assert reply.status_code == 422
    assert dump(run) == before


def test_an_analyst_reads_the_settings_and_changes_none(client, run, draft):
    signed_in(client, Role.ANALYST)
    assert 'name="action"' not in client.get(PAGE).text
    assert post(client, PAGE, **GIVEN).status_code == 403


def test_titles_and_positions_are_no_markup(run, admin):
    draft_cycle(run, roster=ROSTER.replace(",key,", ",<b>key</b>,"))
    post(admin, PAGE, **GIVEN | {"title": "<i>x</i>"})
    for address in (PAGE, CALENDAR):
        assert "<b>key" not in admin.get(address).text
        assert "<i>x" not in admin.get(address).text


def test_the_calendar_lists_all_that_comes_in_the_zone_of_the_cycle(run, admin, draft):
    post(admin, PAGE, **GIVEN | {"opens": "2026-12-01"})
    text = " ".join(read(admin.get(CALENDAR).text).text.split())
    for words in (
        "First day of mails 1 December 2026, 00:00 (GMT+08:00) to come",
        "forms 10 December 2026, 09:00 (GMT+08:00) to come",
        "Last moment for answers 31 December 2026, 23:59 (GMT+08:00) to come",
        "then close the cycle 1 January 2027, 00:14",
    ):
        assert words in text


def test_the_calendar_says_what_is_over(run, admin):
    open_cycle(run)
    text = " ".join(read(admin.get(CALENDAR).text).text.split())
    assert "Launch 22 November 2026, 17:30 (GMT+08:00) over" in text


def test_a_draft_without_days_has_an_empty_calendar_that_says_what_that_means(admin, draft):
    assert "No day is planned yet" in admin.get(CALENDAR).text


def test_the_pages_cost_the_same_statements_for_few_and_for_many_people(run, admin, draft):
    many = ROSTER + "".join(
        f"M{n},Manager {n},m{n}@example.com,en,position {n % 40},B1,P1|P2,,\n" for n in range(120)
    )
    draft_cycle(run, roster=many, key="many")

    def cost(key):
        sent = []

        def note(_connection, _cursor, statement, *_rest):
            sent.append(statement)

        event.listen(run.database.engine, "before_cursor_execute", note)
        for address in (PAGE, CALENDAR):
            freezing._frozen.clear()
            assert admin.get(address.replace("2026-Q4", key)).status_code == 200
        event.remove(run.database.engine, "before_cursor_execute", note)
        return len([each for each in sent if each.lstrip().startswith("SELECT")])

    assert cost("2026-Q4") == cost("many") <= 14
