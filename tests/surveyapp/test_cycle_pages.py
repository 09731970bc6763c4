"""A cycle run in the browser: the pages say what will happen, and do what they said."""

import io
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from analysis.disclosure import Policy
from questionnaires.model import Relation
from surveyapp import create_app, steps
from surveyapp.errors import Refused
from surveyapp.models import Cycle, Role
from surveyapp.services import cycles
from surveyapp.services.cycles import find_cycle
from surveyapp.services.drafts.nominations import Candidate, propose
from surveyapp.services.drafts.settings import allow_nominations
from surveyapp.services.running.raters import extend, find_rater
from tests.factories import (
    closed_cycle,
    draft_cycle,
    everybody_answers,
    open_cycle,
    ratee_id,
    submit,
    tiny_questionnaire,
    token_of,
)
from tests.people import HEADER, NOW, ROSTER
from tests.signing_in import form_token, post, signed_in

DRAFT = {
    "key": "2027-Q1",
    "title": "2027 Q1",
    "questionnaire": "account_manager_360",
    "closes": "2027-03-31",
    "reminders": "2027-03-10, 2027-03-20",
    "customers": "anonymous",
    "threshold": "3",
    "comment_threshold": "5",
}
OPENED = "/admin/cycles/2026-Q4"


@pytest.fixture
def admin(client):
    """The client of an administrator."""
    signed_in(client, Role.ADMINISTRATOR)
    return client


@pytest.fixture
def draft(admin):
    """The address of a draft that the form made."""
    post(admin, "/admin/cycles/new", **DRAFT)
    return "/admin/cycles/2027-Q1"


def upload(client, address, text, language="en", **data):
    file = (io.BytesIO(text.encode()), "roster.csv")
    sent = data | {"file": file, "column_map": "", "form_token": form_token(client)}
    return client.post(f"{address}/roster?lang={language}", data=sent)


def carried(page):
    """The file that a preview carries."""
    return page.get_data(as_text=True).split('name="carried" value="')[1].split('"')[0]


def store(client, address, text):
    preview = upload(client, address, text, action="look")
    return post(
        client, f"{address}/roster", action="store", carried=carried(preview), name="r.csv",
        column_map="",
    )  # fmt: skip


def state(run, key="2027-Q1"):
    with run.database.reading() as session:
        found = session.scalar(select(Cycle).where(Cycle.key == key))
        return found and found.state


def test_a_draft_is_made_with_its_days_in_the_zone_of_the_service(run, admin):
    reply = post(admin, "/admin/cycles/new", **DRAFT)
    assert reply.headers["Location"] == "/admin/cycles/2027-Q1/roster"
    with run.database.reading() as session:
        made = session.scalar(select(Cycle))
        assert made.closes_at.isoformat() == "2027-03-31T15:59:59+00:00"  # midnight in Shanghai


def test_a_questionnaire_is_chosen_by_its_title(admin):
    page = admin.get("/admin/cycles/new").text
    assert '<option value="account_manager_360">Account manager feedback</option>' in page


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("closes", "soon", "Please choose a day"),
        ("reminders", "Monday", "Please choose a day"),
        ("threshold", "2", "from 3 to 20"),
        ("key", "a key", "is no key of a cycle"),
        ("closes", "2020-01-01", "is over since"),
    ],
)
def test_a_mistake_in_the_form_stands_beside_its_field_and_nothing_is_lost(
    run, admin, field, value, words
):
    reply = post(admin, "/admin/cycles/new", **DRAFT | {field: value})
    page = reply.get_data(as_text=True)
    assert (reply.status_code, state(run)) == (422, None)
    assert words in page
    assert 'value="2027 Q1"' in page


def test_a_roster_is_looked_at_before_it_is_stored(run, admin, draft):
    page = upload(admin, draft, ROSTER, action="look").get_data(as_text=True)
    assert "What this file would do" in page
    assert "Bring in the roster" in admin.get(draft).get_data(as_text=True)
    assert store(admin, draft, ROSTER).status_code == 303
    assert "Mails with a personal link: 12, one to each rater" in admin.get(draft).get_data(
        as_text=True
    )


def seen(page):
    """What the page with a preview says it has shown."""
    return page.text.split('name="seen" value="')[1].split('"')[0]


def test_a_file_is_not_stored_over_another_roster_than_its_preview_showed(run, admin, draft):
    looked = upload(admin, draft, ROSTER, action="look")
    store(admin, draft, ROSTER.replace("Bao Yu", "Bao Wen"))
    given = {"action": "store", "carried": carried(looked), "name": "r.csv", "column_map": ""}
    refused = post(admin, f"{draft}/roster", **given, seen=seen(looked))
    assert refused.status_code == 409
    assert "Bao Wen → Bao Yu" in refused.text
    stored = post(admin, f"{draft}/roster", **given, seen=seen(refused))
    assert stored.status_code == 303


def test_every_mistake_of_a_roster_stands_on_its_row(admin, draft):
    bad = ROSTER.replace("li@example.com", "li at").replace("P1|P2|P3|P4", "P1|P9")
    page = upload(admin, draft, bad, action="look").get_data(as_text=True)
    assert "Mistakes in this file: 2" in page
    assert page.count("line 2") == 2


def test_the_mistakes_of_a_roster_are_said_in_the_language_of_the_page(admin, draft):
    bad = ROSTER.replace("li@example.com", "li & at").replace("P1|P2|P3|P4", "P1|P9")
    page = upload(admin, draft, bad, "zh", action="look").get_data(as_text=True)
    assert "roster.csv 有 2 处错误；没有保存任何内容" in page
    assert "第 2 行、邮箱" in page
    assert "“li &amp; at”不是有效的邮箱地址" in page
    assert "请为此人加一行，或更正编号" in page


def test_what_others_say_of_a_file_is_marked_as_english(admin, draft):
    page = upload(admin, draft, HEADER + '"', "zh", action="look").get_data(as_text=True)
    assert '<span lang="en">unexpected end of data</span>' in page
    assert "请检查引号" in page


def test_a_stored_roster_can_be_undone(admin, draft):
    store(admin, draft, ROSTER)
    shorter = HEADER + "\n".join(ROSTER.splitlines()[1:2] + ROSTER.splitlines()[3:])
    store(admin, draft, shorter.replace("AM1|AM2", "AM1"))
    assert "Account managers who are rated: 1." in admin.get(draft).get_data(as_text=True)
    post(admin, f"{draft}/roster", action="undo")
    assert "Account managers who are rated: 2." in admin.get(draft).get_data(as_text=True)


def test_a_roster_of_markup_is_text(admin, draft):
    named = ROSTER.replace("Bao Yu", "<b>Bao</b> & Yu")
    page = upload(admin, draft, named, action="look").get_data(as_text=True)
    assert "<b>Bao" not in page
    assert "&lt;b&gt;Bao&lt;/b&gt; &amp; Yu" in page


def test_launching_asks_for_the_key_and_says_what_will_happen(run, admin, draft):
    store(admin, draft, ROSTER)
    assert "Answers are taken until" in admin.get(draft).get_data(as_text=True)
    refused = post(admin, draft, action="open", typed="yes")
    assert (refused.status_code, state(run)) == (422, "draft")
    assert post(admin, draft, action="open", typed="2027-Q1").status_code == 303
    assert state(run) == "open"


def test_groups_that_cannot_be_shown_stand_on_the_page_with_their_mend(admin, draft):
    store(admin, draft, ROSTER)
    page = admin.get(draft).get_data(as_text=True)
    assert "shown only merged" in page
    assert "Peers: 1 more" in page


TOO_FEW = ROSTER.replace(",Foods,AM1|AM2\n", ",Foods,AM1\n", 1).replace("P1|P2,,", "P1|P2|P3,,")


def test_a_launch_with_groups_that_cannot_be_shown_asks_for_a_tick(run, admin, draft):
    store(admin, draft, TOO_FEW)  # Bao Yu has one customer and three peers
    launch = {"action": "open", "typed": "2027-Q1"}
    assert "Launch although 1 group cannot be shown" in admin.get(draft).text
    refused = post(admin, draft, **launch)
    assert (refused.status_code, state(run)) == (422, "draft")
    assert "Groups that cannot be shown: 1." in refused.text
    mistyped = post(admin, draft, **launch | {"typed": "x", "despite_hidden": "yes"})
    assert 'name="despite_hidden" value="yes" required checked>' in mistyped.text
    assert post(admin, draft, **launch, despite_hidden="yes").status_code == 303
    assert state(run) == "open"


def test_a_launch_asks_for_no_tick_where_every_group_is_shown_at_least_merged(admin, draft):
    store(admin, draft, ROSTER)
    assert "shown only merged" in admin.get(draft).text
    assert "despite_hidden" not in admin.get(draft).text


def test_the_response_of_anonymous_relations_is_told_in_bands(run, admin):
    open_cycle(run)
    everybody_answers(run, admin)
    page = admin.get("/admin/cycles/2026-Q4").get_data(as_text=True)
    assert "3 or more" in page
    assert "4 of 4" not in page


def test_the_whole_way_from_launch_to_release(run, admin, draft):
    store(admin, draft, ROSTER)
    for action in ("open", "close", "release"):
        assert post(admin, draft, action=action, typed="2027-Q1").status_code == 303
    assert state(run) == "released"


def test_a_draft_is_deleted_when_its_key_is_typed(run, admin, draft):
    assert post(admin, draft, action="delete", typed="2027-Q1").headers["Location"] == "/admin/"
    assert state(run) is None


def test_a_key_that_a_failed_launch_left_goes_with_the_draft(run, admin, draft):
    with run.database.reading() as session:
        identity = session.scalar(select(Cycle.id))
    run.keys.create(identity)
    post(admin, draft, action="delete", typed="2027-Q1")
    assert not run.keys.holds(identity)


def test_the_second_cycle_takes_the_roster_of_the_first(run, admin, draft):
    store(admin, draft, ROSTER)
    form = admin.get(f"{draft}/copy").get_data(as_text=True)
    assert 'value="2027-06-30"' in form
    copy = {"key": "2027-Q2", "title": "", "closes": "2027-06-30", "opens": "", "reminders": ""}
    post(admin, f"{draft}/copy", **copy)
    page = admin.get("/admin/cycles/2027-Q2").get_data(as_text=True)
    assert "Mails with a personal link: 12, one to each rater" in page


def test_the_next_cycle_is_the_first_quarter_that_is_free_with_days_of_that_quarter(run, admin):
    for key in ("2026-Q4", "2027-Q1"):
        draft_cycle(run, key=key, closes_at=NOW + timedelta(days=10))  # 2 December
    form = admin.get("/admin/cycles/2026-Q4/copy").text
    assert 'value="2027-Q2"' in form
    assert 'value="2027 Q2"' in form
    assert 'value="2027-06-02"' in form


def test_a_page_that_comes_too_early_leads_back_to_the_cycle(run, admin):
    open_cycle(run)
    reply = admin.get(f"{OPENED}/results")
    assert reply.status_code == 409
    assert f'href="{OPENED}">Back to 2026-Q4</a>' in reply.text
    signed_in(admin, Role.MANAGER)
    reply = admin.get(f"{OPENED}/ratees/{ratee_id(run, 'AM1')}")
    assert (reply.status_code, "Back to" in reply.text) == (409, False)


def reads(run, key):
    with run.database.reading() as session:
        return session.scalar(select(Cycle).where(Cycle.key == key)).policy["supervisor_reads"]


def test_who_reads_reports_is_asked_for_a_new_cycle_and_for_the_next_one(run, admin):
    post(admin, "/admin/cycles/new", **DRAFT | {"readers": "hr"})
    address = "/admin/cycles/2027-Q1"
    store(admin, address, ROSTER)
    assert reads(run, "2027-Q1") is False
    assert 'value="hr" checked' in admin.get(f"{address}/copy").text
    copy = {"key": "2027-Q2", "title": "", "closes": "2027-06-30", "opens": "", "reminders": ""}
    post(admin, f"{address}/copy", **copy, readers="supervisor")
    assert reads(run, "2027-Q2") is True
    assert "their supervisor and HR" in admin.get("/admin/cycles/2027-Q2").text


def test_a_cycle_is_closed_despite_an_extension_when_that_is_ticked_and_typed(run, admin):
    extended(run)
    close = {"action": "close", "typed": "2026-Q4"}
    ticked = {"despite_extensions": "yes"}
    assert post(admin, OPENED, **close).status_code == 422
    assert post(admin, OPENED, **close | ticked | {"typed": "x"}).status_code == 422
    assert state(run, "2026-Q4") == "open"
    assert post(admin, OPENED, **close | ticked).status_code == 303
    assert state(run, "2026-Q4") == "closed"


def test_that_a_rater_has_more_time_is_said_before_the_closing(run, admin):
    extended(run)
    page = admin.get(OPENED).text
    assert "Raters who were given more time: 1, the last of them until 1 December" in page
    assert 'name="despite_extensions" value="yes" required>' in page


def test_without_more_time_for_anybody_or_once_it_is_over_nothing_is_ticked(run, admin, at):
    open_cycle(run, closes_at=NOW + timedelta(days=5))
    assert "despite_extensions" not in admin.get(OPENED).text
    give_more_time(run)
    later = at(run, NOW + timedelta(days=10))
    browser = create_app(runtime=later).test_client()
    signed_in(browser, Role.ADMINISTRATOR, email="later@accounts.example")
    page = browser.get(OPENED).text
    assert "The last day is over" in page
    assert "were given more time" not in page
    assert "despite_extensions" not in page


def test_a_mistyped_key_keeps_the_tick(run, admin):
    extended(run)
    given = {"action": "close", "typed": "x", "despite_extensions": "yes"}
    assert 'value="yes" required checked>' in post(admin, OPENED, **given).text


def test_how_many_have_more_time_does_not_tell_whether_they_have_answered(run, admin):
    extended(run)
    before = re.findall("Raters who were given more time.*", admin.get(OPENED).text)
    submit(admin, token_of(run, "P1"))
    assert re.findall("Raters who were given more time.*", admin.get(OPENED).text) == before != []


def test_an_analyst_sees_the_cycle_and_changes_nothing(run, client):
    open_cycle(run)
    signed_in(client, Role.ANALYST)
    page = client.get("/admin/cycles/2026-Q4").get_data(as_text=True)
    assert "Response" in page
    assert "Remind now" not in page
    assert post(client, "/admin/cycles/2026-Q4", action="remind").status_code == 403


def test_every_act_stands_in_the_log_with_its_account(run, admin, draft):
    store(admin, draft, ROSTER)
    post(admin, draft, action="open", typed="2027-Q1")
    page = admin.get("/admin/audit").get_data(as_text=True)
    for act in ("cycle create", "roster import", "cycle open"):
        assert act in page


def test_many_groups_that_cannot_be_shown_have_a_page_of_their_own(admin, draft):
    alone = [f"M{n:02},Manager {n},m{n}@example.com,en,key,B1,P1|P2,," for n in range(30)]
    store(admin, draft, ROSTER + "\n".join([*alone, ""]))
    short = admin.get(draft).get_data(as_text=True)
    assert short.count("shown only merged") + short.count(">not shown<") <= 10
    assert f'href="{draft}/groups"' in short
    assert "Manager 29" in admin.get(f"{draft}/groups").get_data(as_text=True)


def test_what_the_roster_cannot_show_stays_readable_while_the_cycle_is_open(run, admin):
    open_cycle(run)
    before = admin.get(f"{OPENED}/groups").text
    assert "shown only merged" in before
    everybody_answers(run, admin)
    assert admin.get(f"{OPENED}/groups").text == before  # of the roster, never of answers


ROOMS = re.compile('<nav class="filter" aria-label="Pages of this cycle">(.*?)</nav>', re.DOTALL)


def rooms(client, address):
    """Where the page of a cycle leads to."""
    return re.findall(f'href="{address}/([^"]+)"', ROOMS.findall(client.get(address).text)[0])


def test_the_page_of_a_cycle_leads_to_its_others_in_every_state(run, admin):
    draft_cycle(run)
    always = ["roster", "mails", "workload"]
    assert rooms(admin, OPENED) == [*always, "nominations", "settings", "calendar"]
    steps.open_with_keys(run, "2026-Q4")
    everybody_answers(run, admin)
    assert rooms(admin, OPENED) == [*always, "settings", "calendar"]
    steps.close_and_destroy(run, "2026-Q4")
    assert rooms(admin, OPENED) == [*always, "settings", "calendar"]
    steps.release(run, "2026-Q4")
    read = ["results", "results/statistics", "comments"]
    assert rooms(admin, OPENED) == [*always, "settings", "calendar", *read]
    for page in rooms(admin, OPENED):
        assert admin.get(f"{OPENED}/{page}").status_code == 200


def test_an_analyst_is_led_to_no_page_that_is_refused(run, client):
    open_cycle(run)
    signed_in(client, Role.ANALYST)
    assert rooms(client, OPENED) == ["workload", "settings", "calendar"]


def test_after_the_launch_the_roster_is_there_to_read(run, admin):
    open_cycle(run)
    before = admin.get(f"{OPENED}/roster").text
    assert "Bao Yu" in before
    assert "Upload a file" not in before
    everybody_answers(run, admin)
    assert admin.get(f"{OPENED}/roster").text == before


def test_once_results_tell_what_is_hidden_there_is_no_page_that_foresees_it(run, admin):
    closed_cycle(run, admin)
    assert admin.get(f"{OPENED}/groups").status_code == 404


def configured(run, **changes):
    """The client of an administrator of this service with other settings."""
    other = replace(run, config=replace(run.config, **changes))
    browser = create_app(runtime=other).test_client()
    signed_in(browser, Role.ADMINISTRATOR)
    return browser


@pytest.mark.parametrize("prepare", [draft_cycle, open_cycle])
@pytest.mark.parametrize("server", [False, True])
def test_a_launch_without_a_mail_server_does_not_look_like_one_with(run, prepare, server):
    prepare(run)
    changes = {"mail_url": "smtp://127.0.0.1:25"} if server else {}
    page = configured(run, **changes).get("/admin/cycles/2026-Q4").text
    assert ("No mail server is set up" in page) is not server


@pytest.mark.parametrize(
    ("seconds", "words"), [(300, "every 300 seconds"), (0, "does not deliver by itself")]
)
def test_when_waiting_mails_leave_is_said_as_it_is_configured(run, seconds, words):
    open_cycle(run)
    page = configured(run, deliver_every=seconds).get("/admin/cycles/2026-Q4").text
    assert words in page


def empty(run):
    run.config.data_dir.mkdir(exist_ok=True)
    asked = {"": tiny_questionnaire(run.config.data_dir)}
    with run.database.transaction() as session:
        cycles.create_cycle(session, "2026-Q4", asked, Policy())


def nominated(run):
    draft_cycle(run)
    with run.database.transaction() as session:
        cycle = find_cycle(session, "2026-Q4")
        allow_nominations(session, cycle, {Relation.PEER: (0, 9)})
        candidate = Candidate(name="Xu", email="xu@example.com", language="en")
        propose(session, cycle, "AM1", candidate, Relation.PEER)


def extended(run):
    open_cycle(run, closes_at=NOW + timedelta(days=5))
    give_more_time(run)


def give_more_time(run):
    with run.database.transaction() as session:
        rater = find_rater(session, find_cycle(session, "2026-Q4"), "P1")
        extend(rater, NOW + timedelta(days=9), NOW)


@pytest.mark.parametrize(
    ("prepare", "action", "words", "command"),
    [
        (nominated, "open", "wait for a decision.", "surveyapp nomination list 2026-Q4"),
        (extended, "close", "Close after that.", "cycle close 2026-Q4 --despite-extensions"),
        (
            empty,
            "open",
            "has no roster.",
            "surveyapp roster import FILE --cycle 2026-Q4",
        ),
    ],
)
def test_a_page_sends_nobody_to_a_command_line_and_a_command_does(
    run, admin, prepare, action, words, command
):
    prepare(run)
    page = post(admin, "/admin/cycles/2026-Q4", action=action, typed="2026-Q4").text
    assert words in page
    assert "surveyapp " not in page
    assert "--despite" not in page
    step = {"open": steps.open_with_keys, "close": steps.close_and_destroy}[action]
    with pytest.raises(Refused, match=re.escape(f"{words} ") + f".*{command}"):
        step(run, "2026-Q4")
