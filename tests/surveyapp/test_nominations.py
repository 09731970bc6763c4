"""Ratees propose raters within limits, supervisors decide; opening and closing forget of it."""

import pytest

import questionnaires
from analysis.disclosure import Policy
from questionnaires.model import Relation
from surveyapp.config import Retention
from surveyapp.errors import NotFound, Refused
from surveyapp.models import NominationState
from surveyapp.services.closing import close_without_results
from surveyapp.services.cycles import create_cycle, find_cycle
from surveyapp.services.drafts import nominated, nominations
from surveyapp.services.drafts.nominations import Candidate
from surveyapp.services.drafts.settings import allow_nominations
from surveyapp.services.people import import_roster
from surveyapp.services.privacy.erasure import apply_retention, erase, find_person
from surveyapp.services.privacy.personal import held_about
from surveyapp.services.rosters.roster import read_roster
from surveyapp.services.rosters.rosterplans import roster_of
from surveyapp.services.rosters.rosterundo import undo_import
from surveyapp.steps import close_and_destroy, open_with_keys
from tests.dumps import dump
from tests.factories import draft_cycle, open_cycle, ratee_id, tiny_questionnaire
from tests.people import NOW, ROSTER
from tests.signing_in import signed_in

PEER, CUSTOMER = Relation.PEER, Relation.CUSTOMER
NEW = Candidate(name="Ke Hu", email="ke@foods.example", language="zh", account="Foods")


@pytest.fixture
def draft(run):
    """The shared cast; up to four peers and customers of each may be nominated."""
    draft_cycle(run)
    with run.database.transaction() as session:
        cycle = find_cycle(session, "2026-Q4")
        allow_nominations(session, cycle, {PEER: (3, 4), CUSTOMER: (3, 4)})
    return run


def call(run, function, *arguments, **options):
    with run.database.transaction() as session:
        return function(session, find_cycle(session, "2026-Q4"), *arguments, **options)


def propose(run, candidate="P3", ratee="AM2", relation=PEER, **options):
    who = Candidate(candidate) if isinstance(candidate, str) else candidate
    return call(run, nominations.propose, ratee, who, relation, **options)


def approve(run, rater="P3", ratee="AM2", **options):
    call(run, nominations.approve, ratee, rater, **options)


def decline(run, rater="P3", ratee="AM2", **options):
    call(run, nominations.decline, ratee, rater, **options)


def states(run):
    return [
        (one.ratee, one.rater, one.relation, one.state) for one in call(run, nominated.nominations)
    ]


def triples(run):
    return set(call(run, roster_of).assignments)


def quota(run, ratee, relation):
    found = call(run, nominated.quotas)
    return next(one for one in found if (one.ratee, one.relation) == (ratee, relation))


def test_a_proposed_rater_waits_and_rates_nobody_yet(draft):
    before = triples(draft)
    assert propose(draft, by="AM2") == "P3"
    assert states(draft) == [("AM2", "P3", "PEER", "proposed")]
    assert triples(draft) == before


def test_an_approved_rater_is_an_assignment_at_once(draft):
    propose(draft)
    approve(draft, by="B1")
    assert ("P3", "AM2", PEER) in triples(draft)
    (line,) = call(draft, nominated.nominations)
    assert (line.state, line.proposed_by, line.decided_by) == ("approved", "administrator", "B1")


def test_a_declined_rater_comes_back_with_the_reason_and_may_be_proposed_again(draft):
    propose(draft)
    decline(draft, reason="Same team", by="B1")
    (line,) = call(draft, nominated.nominations)
    assert (line.state, line.reason) == ("declined", "Same team")
    propose(draft)
    (line,) = call(draft, nominated.nominations)
    assert (line.state, line.reason, line.decided_by) == ("proposed", "", "")


def test_an_approved_rater_can_be_taken_out_again(draft):
    before = dump(draft)["assignment"], dump(draft)["cell"]
    propose(draft)
    approve(draft)
    decline(draft)
    assert (dump(draft)["assignment"], dump(draft)["cell"]) == before


def test_the_first_rater_of_a_relation_makes_its_group_and_the_last_takes_it_along(run):
    draft_cycle(run, roster=ROSTER.replace("key,B1,P1|P2,,", "key,B1,,,"))
    call(run, allow_nominations, {PEER: (0, 4)})
    before = dump(run)["cell"]
    propose(run)
    approve(run)
    assert len(dump(run)["cell"]) == len(before) + 1
    decline(run)
    assert dump(run)["cell"] == before


def test_somebody_new_becomes_known_with_their_company(draft):
    made = propose(draft, NEW, relation=CUSTOMER)
    assert made.startswith("nominated-")
    (line,) = call(draft, nominated.nominations)
    assert (line.rater_name, line.rater_email, line.account) == (
        "Ke Hu",
        "ke@foods.example",
        "Foods",
    )


def test_somebody_known_is_found_by_the_mail_address(draft):
    assert (
        propose(draft, Candidate(name="X", email="C1@Harbour.example"), relation=CUSTOMER) == "C1"
    )


def test_limits_count_raters_and_proposals_together(draft):
    assert (quota(draft, "AM2", PEER).left, quota(draft, "AM2", PEER).missing) == (2, 1)
    propose(draft, "P3")
    assert (quota(draft, "AM2", PEER).left, quota(draft, "AM2", PEER).missing) == (1, 0)
    approve(draft, "P3")
    propose(draft, "P4")
    assert quota(draft, "AM2", PEER).left == 0
    with pytest.raises(Refused, match="has, or waits for, 4 raters as PEER already"):
        propose(draft, "AM1")


def test_an_approval_beyond_the_limit_is_refused_after_the_roster_grew(draft):
    propose(draft, "AM1")
    grown = ROSTER.replace("key,B1,P1|P2,,", "key,B1,P1|P2|P3|P4,,")
    call(draft, import_roster, read_roster(grown.encode()))
    with pytest.raises(Refused, match="has 4 raters as PEER already"):
        approve(draft, "AM1")


@pytest.mark.parametrize(
    ("candidate", "options", "error", "said"),
    [
        ("P3", {"ratee": "P1"}, NotFound, 'Nobody with the id "P1" is rated'),
        ("nobody", {}, NotFound, 'no person with the id "nobody"'),
        ("AM2", {}, Refused, "Nobody proposes themselves"),
        ("P1", {}, Refused, "P1 rates AM2 already"),
        ("B1", {}, Refused, "B1 rates AM2 already"),
        ("C1", {}, Refused, "C1 is a customer contact and cannot rate as PEER"),
        ("P3", {"relation": CUSTOMER}, Refused, "P3 is a colleague and cannot rate as CUSTOMER"),
        ("P3", {"relation": Relation.SUPERVISOR}, Refused, "nobody is nominated as SUPERVISOR"),
        (Candidate(name="X", email="x"), {}, Refused, '"x" is no mail address'),
        (Candidate(name="", email="x@example.com"), {}, Refused, "A name of at most 100"),
        (Candidate(name="X\ty\x07", email="x@example.com"), {}, Refused, "A name of at most 100"),
        (Candidate(name="X", email="x@example.com", language="fr"), {}, Refused, "not spoken here"),
        (Candidate(name="X", email="x@example.com"), {"relation": CUSTOMER}, Refused, "a company"),
    ],
)
def test_a_proposal_that_makes_no_sense_is_refused_and_leaves_nothing(
    draft, candidate, options, error, said
):
    before = dump(draft)
    with pytest.raises(error, match=said):
        propose(draft, candidate, **options)
    assert dump(draft) == before


def test_without_a_rule_nobody_is_proposed(run):
    draft_cycle(run)
    with pytest.raises(Refused, match="In 2026-Q4 nobody is nominated as PEER"):
        propose(run)


def test_relations_the_questionnaire_does_not_ask_are_not_nominated(run, tmp_path):
    tiny, pulse = tiny_questionnaire(tmp_path), questionnaires.load("account_manager_pulse")
    with run.database.transaction() as session:
        cycle = create_cycle(session, "2026-Q4", {"": tiny, "new": pulse}, Policy())
        text = ROSTER.replace("bao@example.com,en,key", "bao@example.com,en,new")
        import_roster(session, cycle, read_roster(text.encode()))
        allow_nominations(session, cycle, {PEER: (0, 9)})
    with pytest.raises(Refused, match="nobody is nominated as PEER"):
        propose(run)


def test_what_is_decided_is_decided(draft):
    propose(draft)
    with pytest.raises(Refused, match="P3 is proposed already"):
        propose(draft)
    approve(draft)
    with pytest.raises(Refused, match="is approved already"):
        approve(draft)
    decline(draft)
    with pytest.raises(Refused, match="is declined already"):
        decline(draft)
    with pytest.raises(NotFound, match="P4 is not proposed for AM2"):
        approve(draft, "P4")


@pytest.mark.parametrize("reason", ["a\nb", "x" * 201])
def test_a_reason_is_one_line(draft, reason):
    propose(draft)
    with pytest.raises(Refused, match="one line of at most 200"):
        decline(draft, reason=reason)


@pytest.mark.parametrize("who", ["AM2", "P1", "C4", "x"])
def test_only_the_supervisor_of_the_ratee_decides(draft, who):
    call(draft, nominations.require_supervisor, "AM2", "B1")
    with pytest.raises(Refused, match=f"{who} is not the supervisor of AM2"):
        call(draft, nominations.require_supervisor, "AM2", who)


def test_a_new_roster_file_keeps_approved_raters_and_open_proposals(draft):
    propose(draft, "P3")
    propose(draft, NEW, ratee="AM2", relation=CUSTOMER)
    approve(draft, "P3")
    change = call(draft, import_roster, read_roster(ROSTER.encode()))
    assert (change.assignments_added, change.assignments_removed) == (0, 0)
    assert ("P3", "AM2", PEER) in triples(draft)
    assert len(states(draft)) == 2


def test_nominations_of_a_ratee_who_leaves_go_along(draft):
    propose(draft, "P3")
    approve(draft, "P3")
    rows = ROSTER.replace("AM1|AM2", "AM1").splitlines(keepends=True)
    text = "".join(row for row in rows if not row.startswith("AM2"))
    call(draft, import_roster, read_roster(text.encode()))
    assert states(draft) == []


def test_undoing_an_import_neither_brings_nor_takes_nominated_raters(draft):
    propose(draft, "P3")
    approve(draft, "P3")
    call(draft, import_roster, read_roster(ROSTER.replace("key,B1,P1|P2,", "key,B1,P1,").encode()))
    decline(draft, "P3")
    propose(draft, "P4")
    approve(draft, "P4")
    call(draft, undo_import)
    assert {who for who, *cell in triples(draft) if cell == ["AM2", PEER]} == {"P1", "P2", "P4"}


def test_a_draft_with_undecided_nominations_does_not_open(draft):
    propose(draft)
    with pytest.raises(Refused, match="1 nominations of 2026-Q4 wait for a decision"):
        open_with_keys(draft, "2026-Q4")


@pytest.fixture
def opened(draft):
    """An open cycle, before which one rater was approved and one declined."""
    propose(draft, "P3")
    approve(draft, "P3")
    propose(draft, "P4")
    decline(draft, "P4")
    assert open_with_keys(draft, "2026-Q4") == 12
    return draft


def test_opening_keeps_the_raters_and_forgets_who_was_proposed_and_declined(opened):
    assert states(opened) == [("AM2", "P3", PEER, NominationState.APPROVED)]
    assert ("P3", "AM2", PEER) in triples(opened)


@pytest.mark.parametrize(
    ("role", "person", "page"),
    [
        ("analyst", "", "/admin/cycles/2026-Q4/nominations?which=all"),
        ("supervisor", "B1", "/my/team/2026-Q4/{}"),
        ("manager", "AM2", "/my/cycles/2026-Q4/{}/raters"),
    ],
)
def test_no_page_of_an_open_cycle_tells_who_was_nominated(opened, client, role, person, page):
    signed_in(client, role, person=person)
    reply = client.get(page.format(ratee_id(opened, "AM2")))
    assert reply.status_code == 200
    assert [word for word in ("Peer Three", "p3@example.com") if word in reply.text] == []


def without_results(run, key):
    call(run, close_without_results, NOW)


@pytest.mark.parametrize("close", [close_and_destroy, without_results])
def test_closing_forgets_who_was_nominated(opened, close):
    close(opened, "2026-Q4")
    assert dump(opened)["nomination"] == []


def test_an_open_cycle_takes_no_nominations(run):
    open_cycle(run)
    with pytest.raises(Refused, match="this needs a cycle that is draft"):
        propose(run)


@pytest.mark.parametrize("person", ["P3", "AM2"])
def test_erasing_somebody_erases_their_nominations(draft, person):
    propose(draft)
    with draft.database.transaction() as session:
        erase(session, find_person(session, person), with_results=False, force=False)
    assert states(draft) == []


def test_who_decided_is_erased_too(draft):
    propose(draft, by="AM2")
    approve(draft, by="B1")
    with draft.database.transaction() as session:
        word = erase(session, find_person(session, "B1"), with_results=False, force=False)
    (line,) = call(draft, nominated.nominations)
    assert line.decided_by == word


def test_retention_keeps_whoever_waits_in_a_draft(draft):
    made = propose(draft, NEW, relation=CUSTOMER)
    with draft.database.transaction() as session:
        apply_retention(session, Retention(links=30, raters=365), NOW)
        assert find_person(session, made).name == "Ke Hu"


def test_an_export_tells_people_where_they_are_proposed_and_whom_they_propose(draft):
    propose(draft, by="AM2")
    propose(draft, "P4")
    with draft.database.reading() as session:
        rater = held_about(session, find_person(session, "P3"))["is_nominated_for"]
        ratee = held_about(session, find_person(session, "AM2"))["is_nominated_for"]
    assert (
        rater
        == ratee
        == [{"rater": "P3", "ratee": "AM2", "relation": "PEER", "state": "proposed", "reason": ""}]
    )


def test_the_commands_propose_list_approve_and_decline(cli, sqlite_run):
    draft_cycle(sqlite_run)
    assert cli("cycle", "edit", "2026-Q4", "--nominate", "PEER=3-8").code == 0
    mine = ["2026-Q4", "--ratee", "AM2", "--rater", "P3"]
    assert cli("nomination", "propose", *mine, "--relation", "PEER", "--by", "AM1").code == 1
    assert cli("nomination", "propose", *mine, "--relation", "PEER", "--by", "AM2").code == 0
    assert cli("nomination", "list", "2026-Q4").out == (
        "proposed  AM2 Bao Yu: P3 Peer Three as PEER\n"
    )
    assert cli("nomination", "approve", *mine, "--by", "AM2").code == 1
    assert cli("nomination", "approve", *mine, "--by", "B1").out == "P3 rates AM2.\n"
    assert cli("nomination", "decline", *mine, "--reason", "Same team").code == 0
    out = cli("nomination", "list", "2026-Q4").out
    assert "declined  AM2 Bao Yu: P3 Peer Three as PEER (Same team)" in out
    assert "too few   AM2 Bao Yu: 1 more as PEER, at least 3" in out
    listed = cli("nomination", "list", "2026-Q4", "--json").json
    assert listed["quotas"][1]["left"] == 6
    assert "P3" not in cli("audit").out
