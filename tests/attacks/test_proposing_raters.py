"""Who may propose raters learns from it neither who rates them nor who is known here."""

import re

import pytest

from questionnaires.model import Relation
from surveyapp.errors import Refused
from surveyapp.services.cycles import find_cycle
from surveyapp.services.drafts import nominated, nominations
from surveyapp.services.drafts.settings import allow_nominations
from tests.factories import draft_cycle, ratee_id
from tests.signing_in import post, signed_in

STRANGER = "Nobody@nowhere.example"  # capitals, that an address of the roster does not have
TYPED = {"name": "Some Body", "account": "Some Company", "language": "en"}
KNOWN = [  # to Bao Yu, who proposes: a peer, the supervisor, a colleague, two customers
    "P1@example.com", "Boss@example.com", "P3@example.com", "C4@foods.example",
    "C1@harbour.example",
]  # fmt: skip


@pytest.fixture
def draft(run, client):
    """The address on which Bao Yu proposes raters."""
    draft_cycle(run)
    with run.database.transaction() as session:
        limits = {Relation.PEER: (0, 8), Relation.CUSTOMER: (0, 8)}
        allow_nominations(session, find_cycle(session, "2026-Q4"), limits)
    signed_in(client, "manager", person="AM2")
    return f"/my/cycles/2026-Q4/{ratee_id(run, 'AM2')}/raters"


def learnt(client, draft, email, **typed):
    """All that proposing an address shows, the address itself and what is random apart."""
    reply = post(client, draft, action="propose", email=email, **TYPED | typed)
    page = client.get(draft).text
    for key in re.findall(r'name="rater" value="(\w+)"', page):
        assert re.fullmatch("[0-9a-f]{32}", key)
        assert post(client, draft, action="withdraw", rater=key).status_code == 303
        page = page.replace(key, "KEY")
    seen = (reply.text + page).replace(email.lower(), "in small letters").replace(email, "as typed")
    return reply.status_code, re.sub(r'name="form_token"[^>]*|nonce="[^"]*"', "", seen)


@pytest.mark.parametrize("relation", ["PEER", "CUSTOMER"])
@pytest.mark.parametrize("email", KNOWN)
def test_proposing_somebody_known_looks_like_proposing_a_stranger(client, draft, email, relation):
    stranger = learnt(client, draft, STRANGER, relation=relation)
    assert stranger[0] == 303
    assert learnt(client, draft, email, relation=relation) == stranger


@pytest.mark.parametrize("missing", [{"name": ""}, {"relation": "CUSTOMER", "account": ""}])
@pytest.mark.parametrize("email", KNOWN)
def test_what_is_missing_is_missing_of_somebody_known_too(client, draft, email, missing):
    typed = {"relation": "PEER"} | missing
    stranger = learnt(client, draft, STRANGER, **typed)
    assert stranger[0] == 422
    assert learnt(client, draft, email, **typed) == stranger


@pytest.mark.parametrize("email", KNOWN)
def test_the_name_of_who_was_declined_is_not_told(run, client, draft, email):
    post(client, draft, action="propose", email=email, relation="PEER", **TYPED)
    with run.database.transaction() as session:
        cycle = find_cycle(session, "2026-Q4")
        (one,) = nominated.nominations(session, cycle)
        nominations.decline(session, cycle, "AM2", one.rater)
    page = client.get(draft).text
    assert "declined" in page
    assert one.rater_name not in page


def test_whoever_decides_hears_that_somebody_rates_already(run, client, draft):
    post(client, draft, action="propose", email="p1@example.com", relation="PEER", **TYPED)
    with run.database.transaction() as session:
        cycle = find_cycle(session, "2026-Q4")
        with pytest.raises(Refused, match="P1 rates AM2 already"):
            nominations.approve(session, cycle, "AM2", "P1")
