"""What may be said of a cycle while it runs, and what its roster can never show."""

import json

import pytest

from analysis.disclosure import Policy
from questionnaires.model import Relation
from surveyapp.errors import Refused
from surveyapp.services import cycles
from surveyapp.services.drafts import forecasts
from tests.factories import draft_cycle, open_cycle, submit, tiny_questionnaire, token_of
from tests.people import HEADER, ROSTER


def status(run):
    with run.database.reading() as session:
        return {
            row.relation: row
            for row in cycles.status(
                session, cycles.find_cycle(session, "2026-Q4"), run.config.now()
            )
        }


def forecast(run):
    with run.database.reading() as session:
        found = forecasts.forecast(session, cycles.find_cycle(session, "2026-Q4"))
    return {(one.ratee_id, "+".join(one.relations), one.outcome): one.mend for one in found}


def test_attributed_relations_are_counted_and_anonymous_ones_banded(run, client):
    open_cycle(run)
    submit(client, token_of(run, "AM1"))
    rows = status(run)
    assert (rows["SELF"].answered, rows["SUPERVISOR"].answered) == ("1 of 2", "0 of 2")
    assert (rows["PEER"].answered, rows["CUSTOMER"].answered) == ("fewer than 3", "fewer than 3")
    assert (rows["SELF"].ready_cells, rows["PEER"].ready_cells) == (None, 0)


def test_one_submission_below_the_threshold_changes_nothing(run, client):
    open_cycle(run)
    before = status(run)
    for rater in ("P3", "P4"):
        submit(client, token_of(run, rater))
        assert status(run) == before


def test_from_the_threshold_on_a_group_is_said_to_be_ready(run, client):
    open_cycle(run)
    for rater in ("C1", "C2", "C3"):
        submit(client, token_of(run, rater))
    at_three = status(run)
    assert (at_three["CUSTOMER"].answered, at_three["CUSTOMER"].ready_cells) == ("3 or more", 1)
    submit(client, token_of(run, "C4"))
    assert status(run) == at_three


@pytest.mark.parametrize("threshold", [3, 5])
@pytest.mark.parametrize("invited", [1, 3, 7, 20, 39, 59, 60, 61, 100, 399, 1000])
def test_no_band_is_narrower_than_the_threshold(threshold, invited):
    policy = Policy(threshold=threshold)
    bands = [cycles._banded(done, invited, policy) for done in range(invited + 1)]
    if invited < 20 * threshold:
        assert set(bands) <= {f"fewer than {threshold}", f"{threshold} or more"}
        assert len(set(bands[:threshold])) == 1
    else:
        assert all(bands.count(band) >= threshold for band in bands)


def test_no_count_of_an_anonymous_relation_appears_in_what_is_printed(run, client):
    open_cycle(run)
    for rater in ("C1", "C2", "C3", "C4"):
        submit(client, token_of(run, rater))
    row = status(run)["CUSTOMER"]
    assert "4" not in json.dumps([row.answered, row.ready_cells])


def test_the_forecast_names_what_this_roster_can_never_show_and_the_mend(run):
    draft_cycle(run)
    assert forecast(run) == {
        ("AM1", "PEER", "without comments"): "add 1 more peer",
        ("AM2", "PEER+CUSTOMER", "merged"): "add 1 more peer and 1 more customer",
        ("AM2", "PEER+CUSTOMER", "all of one account"): "add a customer of another account",
    }


def test_the_forecast_of_a_hidden_group_says_how_many_are_missing(run):
    roster = ROSTER.replace("key,B1,P1|P2,,", "key,B1,P1,,").replace("Foods,AM1|AM2", "Foods,AM1")
    draft_cycle(run, roster=roster)
    assert forecast(run)["AM2", "PEER", "hidden"] == "add 2 more peers"


def test_a_full_roster_has_nothing_to_forecast(run):
    rows = [row for row in ROSTER.splitlines(keepends=True) if not row.startswith("AM2")]
    roster = "".join(rows).replace("AM1|AM2", "AM1").replace("P1|P2|P3|P4", "P1|P2|P3|P4|P5")
    draft_cycle(run, roster=roster + "P5,Peer Five,p5@example.com,en,,,,,\n")
    assert forecast(run) == {}


def test_a_cycle_without_a_roster_is_not_called_complete(run):
    with run.database.transaction() as session:
        questionnaire = tiny_questionnaire(run.config.data_dir.parent)
        cycles.create_cycle(session, "2026-Q4", {"": questionnaire}, Policy())
    with pytest.raises(Refused, match="roster import"):
        forecast(run)


def test_named_customers_are_shown_from_one_on(run):
    roster = (
        HEADER + "AM1,Li,li@example.com,zh,key,,,,\nC1,Ke,c@harbour.example,zh,,,,Harbour,AM1\n"
    )
    draft_cycle(run, roster=roster, policy=Policy(customers="named"))
    assert forecast(run) == {}
    assert status(run)[Relation.CUSTOMER].answered == "0 of 1"
