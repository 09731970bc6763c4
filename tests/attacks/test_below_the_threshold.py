"""Cells below the threshold: never opened at closing, and invisible while the cycle is open."""

from __future__ import annotations

from collections import Counter

import pytest
from sqlalchemy import select

from analysis.disclosure import Policy
from surveyapp import sealing
from surveyapp.models import Ballot
from surveyapp.steps import close_and_destroy
from tests.attacks.posting import forms
from tests.commands import Commands
from tests.dumps import dump
from tests.factories import open_cycle
from tests.people import HEADER


def random_roster(rng) -> str:
    """One to three managers with up to six peers and up to six customers each."""
    rows = []
    for ratee in range(rng.randint(1, 3)):
        peers = [f"P{ratee}{n}" for n in range(rng.randint(0, 6))]
        customers = [f"C{ratee}{n}" for n in range(rng.randint(0, 6))]
        rows.append(f"AM{ratee},Manager {ratee},am{ratee}@x.example,en,key,,{'|'.join(peers)},,")
        rows += [f"{p},Peer {p},{p.lower()}@x.example,en,,,,," for p in peers]
        rows += [
            f"{c},Customer {c},{c.lower()}@y.example,en,,,,Firm {c},AM{ratee}" for c in customers
        ]
    return HEADER + "\n".join(rows) + "\n"


def may_be_opened(answered: Counter, ratee: str, k: int) -> set[tuple[str, str]]:
    """The rule, told once more: what reaches k alone; else both together if both are below."""
    peers, customers = answered[ratee, "PEER"], answered[ratee, "CUSTOMER"]
    alone = {(ratee, "SELF")} | {
        (ratee, r) for r in ("PEER", "CUSTOMER") if answered[ratee, r] >= k
    }
    if max(peers, customers) < k <= peers + customers and min(peers, customers):
        alone |= {(ratee, "PEER"), (ratee, "CUSTOMER")}
    return alone


@pytest.mark.timeout(900)
def test_no_ballot_of_a_cell_below_the_threshold_is_ever_decrypted(
    run, client, rng, scaled, figures, monkeypatch
):
    opened: list[bytes] = []
    real = sealing.open_ballot
    monkeypatch.setattr(sealing, "open_ballot", lambda k, c: opened.append(c) or real(k, c))
    wrong = hidden = 0
    cycles = scaled(12, 300)
    for turn in range(cycles):
        key, policy = f"cycle-{turn}", Policy(threshold=rng.choice([3, 3, 4, 5]))
        open_cycle(run, roster=random_roster(rng), policy=policy, key=key)
        everybody = forms(run, key)
        sent = [form for form in everybody if rng.random() < rng.choice([0.4, 0.8])]
        for form in sent:
            client.post(form.address, data=form.data([1, 2, 3]))
        answered = Counter((form.ratee, form.relation) for form in sent)
        names = {form.cell: (form.ratee, form.relation) for form in everybody}
        with run.database.reading() as session:
            cells = {b.ciphertext: names[b.cell_id] for b in session.scalars(select(Ballot))}
        assert len(cells) == len(sent)
        allowed = set().union(
            *(may_be_opened(answered, form.ratee, policy.threshold) for form in everybody)
        )
        opened.clear()
        close_and_destroy(run, key)
        wrong += sum(cells[ciphertext] not in allowed for ciphertext in opened)
        hidden += sum(cell not in allowed for cell in cells.values())
        assert set(opened) == {c for c, cell in cells.items() if cell in allowed}
    figures(cycles=cycles, ballots_below=hidden, decrypted_below=wrong)
    assert hidden > cycles
    assert wrong == 0


COMMANDS = [
    ("cycle", "status", "2026-Q4"),
    ("cycle", "status", "2026-Q4", "--json"),
    ("cycle", "status", "2026-Q4", "--ratees"),
    ("cycle", "mails", "2026-Q4"),
    ("cycle", "mails", "2026-Q4", "--retry-all"),
    ("cycle", "take-back", "2026-Q4"),
    ("roster", "undo", "--cycle", "2026-Q4"),
    ("nomination", "list", "2026-Q4"),
    ("cycle", "forecast", "2026-Q4"),
    ("cycle", "forecast", "2026-Q4", "--json"),
    ("cycle", "remind", "2026-Q4"),
    ("mail", "deliver"),
    ("doctor",),
]


def visible(command, client, everybody, rater) -> list:
    """All that the administrator and all other raters are shown."""
    pages = [
        (address, method)
        for form in everybody
        if form.rater != rater
        for address in (f"/r/{form.token}", form.address)
        for method in ("GET", "HEAD")
    ]
    shown = []
    for address, method in [*pages, ("/", "GET"), ("/healthz", "GET"), ("/readyz", "GET")]:
        reply = client.open(address, method=method)
        policy = reply.headers["Content-Security-Policy"]
        nonce = policy.partition("'nonce-")[2].partition("'")[0]
        body = reply.get_data().replace(nonce.encode(), b"nonce")
        headers = [(n, v) for n, v in reply.headers if n not in {"Date", "Content-Security-Policy"}]
        shown.append((address, method, reply.status_code, headers, body))
    return shown + [(words, command(*words)) for words in COMMANDS]


def test_one_answer_below_the_threshold_changes_no_byte_that_others_see(
    run, client, monkeypatch, capsys, scaled, figures
):
    open_cycle(run)
    command = Commands(run, monkeypatch, capsys)
    everybody = forms(run)
    command("mail", "deliver")
    compared = 0
    # C4 and P2 each rate both managers; no anonymous cell comes to three.
    for rater in scaled(("C4",), ("C4", "P2")):
        before = visible(command, client, everybody, rater)
        for form in [
            f for f in everybody if f.rater == rater and f.relation in ("PEER", "CUSTOMER")
        ]:
            stored = dump(run)
            assert client.post(form.address, data=form.data([1, 2, 3], "words")).status_code == 200
            assert dump(run) != stored
            after = visible(command, client, everybody, rater)
            assert after == before
            compared += len(after)
    figures(outputs_compared=compared, changed=0)
