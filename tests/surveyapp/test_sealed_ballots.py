"""The sealed ballot box: what lies on disk tells nothing, before closing and after."""

import shutil

import pytest
from nacl.exceptions import CryptoError
from sqlalchemy import select

import questionnaires
from analysis.disclosure import Policy
from surveyapp import create_app, sealing, tokens
from surveyapp.errors import BallotMismatch, KeyUnavailable
from surveyapp.models import Ballot, Base, Comment, Draft, Response, ResponseGroup
from surveyapp.services import closing
from surveyapp.services.cycles import create_cycle, find_cycle
from surveyapp.services.people import import_roster
from surveyapp.services.rosters.roster import read_roster
from surveyapp.steps import close_and_destroy, open_with_keys, release
from tests.dumps import bytes_on_disk, dump
from tests.factories import (
    closed_cycle,
    everybody_answers,
    fields,
    open_cycle,
    submit,
    token_of,
)
from tests.people import HEADER

CANARY = "七色鹿在第三会议室 canary-7731"


def columns(name):
    return {column.name for column in Base.metadata.tables[name].columns}


def test_ballots_and_responses_share_no_column_with_invitations_but_keys():
    private = set().union(*(columns(name) for name in ("invitation", "assignment", "draft")))
    for name in ("ballot", "response", "comment"):
        assert columns(name) & private <= {"id", "cell_id", "ciphertext", "rater_id"}


@pytest.mark.parametrize("name", ["ballot", "draft", "response_group", "response", "comment"])
def test_nothing_beside_an_answer_holds_a_time_a_number_in_sequence_or_a_rowid(name):
    table = Base.metadata.tables[name]
    kinds = {type(column.type).__name__ for column in table.primary_key.columns}
    assert kinds == {"String"}
    assert not [c.name for c in table.columns if "Date" in type(c.type).__name__]
    assert table.dialect_options["sqlite"]["with_rowid"] is False


def test_the_migrated_tables_have_no_rowid_either(sqlite_run):
    with sqlite_run.database.reading() as session:
        for name in ("ballot", "response", "comment", "draft"):
            rows = session.connection().exec_driver_sql(
                f"SELECT sql FROM sqlite_master WHERE name = '{name}'"  # noqa: S608
            )
            assert "WITHOUT ROWID" in rows.scalar_one()


def test_an_anonymous_response_carries_no_person_and_an_attributed_one_does(run, client):
    closed_cycle(run, client)
    with run.database.reading() as session:
        rows = session.execute(
            select(ResponseGroup.relations, Response.rater_id).join(
                Response, Response.group_id == ResponseGroup.id
            )
        ).all()
    named = {relations for relations, rater in rows if rater}
    anonymous = {relations for relations, rater in rows if not rater}
    assert named == {"SELF", "SUPERVISOR"}
    assert anonymous == {"PEER", "CUSTOMER", "PEER+CUSTOMER"}


def test_words_lie_nowhere_readable_before_closing(sqlite_run):
    open_cycle(sqlite_run)
    client = create_app(runtime=sqlite_run).test_client()
    submit(client, token_of(sqlite_run, "C1"), text=CANARY)
    address = f"/r/{token_of(sqlite_run, 'C2')}/1"
    form = fields(client.get(address).get_data(as_text=True))
    client.post(address, data=form | {"open-wish": CANARY, "action": "save"})
    assert CANARY.encode() not in bytes_on_disk(sqlite_run)


def test_words_below_the_comment_threshold_are_gone_after_closing(sqlite_run):
    client = create_app(runtime=sqlite_run).test_client()
    open_cycle(sqlite_run)
    submit(client, token_of(sqlite_run, "P1"), text=CANARY)
    close_and_destroy(sqlite_run, "2026-Q4")
    assert CANARY.encode() not in bytes_on_disk(sqlite_run)


def test_all_ballots_have_lengths_in_steps_that_hide_how_much_was_written(run, client):
    open_cycle(run)
    submit(client, token_of(run, "C1"), text="")
    submit(client, token_of(run, "C2"), text="many words " * 100)
    with run.database.reading() as session:
        lengths = {len(ballot.ciphertext) for ballot in session.scalars(select(Ballot))}
    assert len(lengths) == 1


def copy_of_secrets(run):
    """The ballots and drafts of now, as an old backup would hold them."""
    with run.database.reading() as session:
        return list(session.scalars(select(Ballot))), list(session.scalars(select(Draft)))


def test_after_closing_an_old_backup_cannot_be_opened_with_all_that_is_left(run, client):
    open_cycle(run)
    token = token_of(run, "C2")
    submit(client, token_of(run, "C1"))
    form = fields(client.get(f"/r/{token}/1").get_data(as_text=True))
    client.post(f"/r/{token}/1", data=form | {"item-quick": "2", "action": "save"})
    ballots, drafts = copy_of_secrets(run)
    assert (len(ballots), len(drafts)) == (1, 1)
    close_and_destroy(run, "2026-Q4")
    with pytest.raises(KeyUnavailable):
        run.keys.load(cycle_id(run))
    left = [path.read_bytes() for path in run.config.key_dir.iterdir()]
    words = [bytes.fromhex(word) for content in left for word in content.decode().split()]
    candidates = [(word * 2)[: sealing.KEY_BYTES] for word in words] + [tokens.digest(token)]
    for key in candidates:
        with pytest.raises(CryptoError):
            sealing.open_ballot(key, ballots[0].ciphertext)
        # The token itself still lies in the rater's mailbox; without the link key it opens nothing.
        locked = tokens.draft_key(key, token, drafts[0].assignment_id)
        assert sealing.unlock_draft(locked, drafts[0].assignment_id, drafts[0].ciphertext) is None


def cycle_id(run):
    with run.database.reading() as session:
        return find_cycle(session, "2026-Q4").id


def test_before_closing_the_keys_do_open_what_the_test_above_cannot(run, client):
    open_cycle(run)
    submit(client, token_of(run, "C1"), point=5)
    ballots, _ = copy_of_secrets(run)
    opened = sealing.open_ballot(run.keys.load(cycle_id(run)).private_key, ballots[0].ciphertext)
    assert opened["ratings"] == {"clear": 5, "quick": 5, "slow": 5}
    assert "rater" not in opened


def test_cells_that_stay_hidden_are_never_decrypted(run, client, monkeypatch):
    open_cycle(run, roster=HEADER + SMALL)
    everybody_answers(run, client)
    opened = []
    real = sealing.open_ballot
    monkeypatch.setattr(sealing, "open_ballot", lambda *a: opened.append(a) or real(*a))
    close_and_destroy(run, "2026-Q4")
    assert len(opened) == 2  # the own view and the supervisor; one peer and one customer stay shut
    assert len(dump(run)["response"]) == 2


SMALL = """\
AM1,Li Wen,li@example.com,zh,key,B1,P1,,
B1,Boss,boss@example.com,zh,,,,,
P1,Peer,p@example.com,zh,,,,,
C1,Customer,c@example.com,zh,,,,Harbour,AM1
"""


def test_comments_are_kept_from_the_comment_threshold_on(run, client):
    closed_cycle(run, client, text="kind words")
    with run.database.reading() as session:
        rows = session.execute(
            select(ResponseGroup.relations).join(Comment, Comment.group_id == ResponseGroup.id)
        ).scalars()
    # Five customers of Li Wen reach it; four peers, and the four merged of Bao Yu, do not.
    assert sorted(rows) == ["CUSTOMER"] * 5 + ["SELF"] * 2 + ["SUPERVISOR"] * 2


def test_a_lost_or_stuffed_ballot_halts_the_closing(run, client):
    open_cycle(run)
    submit(client, token_of(run, "C1"))
    with run.database.transaction() as session:
        cell = session.scalars(select(Ballot.cell_id)).one()
        session.add(Ballot(cell_id=cell, ciphertext=b"x", receipt_digest=b"y"))
    before = dump(run)
    with pytest.raises(BallotMismatch, match="Nothing was opened"):
        close_and_destroy(run, "2026-Q4")
    assert dump(run) == before
    assert run.keys.holds(cycle_id(run))


def test_a_ballot_moved_to_another_cell_is_noticed(run, client):
    open_cycle(run)
    for rater, number in LI_WENS:
        submit(client, token_of(run, rater), number)
    with run.database.transaction() as session:
        one, other = swap_partners(session)
        one.cell_id, other.cell_id = other.cell_id, one.cell_id
    with pytest.raises(BallotMismatch, match="another cell"):
        close_and_destroy(run, "2026-Q4")


# Three peers and three customers, with the number of their form about Li Wen.
LI_WENS = [("P1", 2), ("P2", 2), ("P3", 1), ("C1", 1), ("C2", 1), ("C3", 1)]


def swap_partners(session):
    first, *rest = session.scalars(select(Ballot)).all()
    return first, next(ballot for ballot in rest if ballot.cell_id != first.cell_id)


def test_closing_twice_changes_nothing(run, client):
    closed_cycle(run, client)
    before = dump(run)
    assert close_and_destroy(run, "2026-Q4") is False
    assert dump(run) == before


def test_a_release_destroys_keys_that_outlived_the_closing(run, client, monkeypatch):
    open_cycle(run)
    with monkeypatch.context() as patch:
        patch.setattr(type(run.keys), "destroy", lambda *_: None)
        close_and_destroy(run, "2026-Q4")
    assert run.keys.holds(cycle_id(run))
    release(run, "2026-Q4")
    assert not run.keys.holds(cycle_id(run))


def test_a_damaged_ballot_halts_the_closing_and_nothing_is_changed(run, client):
    open_cycle(run)
    for rater, number in LI_WENS[:3]:
        submit(client, token_of(run, rater), number)
    with run.database.transaction() as session:
        session.scalars(select(Ballot)).first().ciphertext = b"not what it was"
    before = dump(run)
    with pytest.raises(BallotMismatch, match="damaged"):
        close_and_destroy(run, "2026-Q4")
    assert dump(run) == before


MERGED = (
    HEADER
    + """\
AM1,Li Wen,li@example.com,zh,key,,P1|P2,,
P1,Peer One,p1@example.com,zh,,,,,
P2,Peer Two,p2@example.com,zh,,,,,
C1,Customer,c@example.com,zh,,,,Harbour,AM1
"""
)


def test_a_merged_group_keeps_only_what_all_its_relations_are_asked(run, client):
    loaded = questionnaires.load("account_manager_360")
    policy = Policy(comment_threshold=3)
    with run.database.transaction() as session:
        cycle = create_cycle(session, "2026-Q4", {"": loaded}, policy)
        import_roster(session, cycle, read_roster(MERGED.encode()))
    open_with_keys(run, "2026-Q4")
    everybody_answers(run, client, text="words that would tell a customer from a colleague")
    close_and_destroy(run, "2026-Q4")
    with run.database.reading() as session:
        merged = select(ResponseGroup.id).where(ResponseGroup.relations == "PEER+CUSTOMER")
        group = session.scalars(merged).one()
        rows = session.scalars(select(Response.ratings).where(Response.group_id == group)).all()
        texts = session.scalars(select(Comment).where(Comment.group_id == group)).all()
    shared = {i.id for i in loaded.items_for("PEER")} & {i.id for i in loaded.items_for("CUSTOMER")}
    assert [set(ratings) for ratings in rows] == [shared] * 3
    assert texts == []


def test_a_crash_before_the_keys_are_destroyed_is_finished_by_closing_again(run, client, tmp_path):
    open_cycle(run)
    everybody_answers(run, client)
    saved = shutil.copytree(run.config.key_dir, tmp_path / "as if the process had died")
    close_and_destroy(run, "2026-Q4")
    before = dump(run)
    shutil.copytree(saved, run.config.key_dir, dirs_exist_ok=True)
    close_and_destroy(run, "2026-Q4")
    assert dump(run) == before
    assert not run.keys.holds(cycle_id(run))


def test_a_crash_during_mixing_leaves_the_cycle_open(run, client, monkeypatch):
    open_cycle(run)
    everybody_answers(run, client)
    before = dump(run)
    monkeypatch.setattr(closing, "_delete_what_ends", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        close_and_destroy(run, "2026-Q4")
    assert dump(run) == before
    monkeypatch.undo()
    close_and_destroy(run, "2026-Q4")
    assert not dump(run)["ballot"]


def test_a_declined_form_counts_in_no_group(run, client):
    open_cycle(run)
    for rater, number in LI_WENS[:3]:
        submit(client, token_of(run, rater), number)
    address = f"/r/{token_of(run, 'P4')}/1"
    form = fields(client.get(address).get_data(as_text=True))
    client.post(address, data=form | {"action": "decline"})
    close_and_destroy(run, "2026-Q4")
    with run.database.reading() as session:
        answered = select(ResponseGroup.answered).where(ResponseGroup.relations == "PEER")
        assert set(session.scalars(answered)) == {3, None}
