"""After closing: whose answer is it? The attacker has every file and knows who answered when."""

from __future__ import annotations

import email
import email.policy
from itertools import product
from pathlib import Path
from typing import NamedTuple

import pytest
from sqlalchemy import select, text

from surveyapp.models import Base, Comment, Person, Response
from surveyapp.steps import close_and_destroy
from tests.attacks import disk
from tests.attacks.posting import ITEMS, forms
from tests.factories import delivered, open_cycle
from tests.people import HEADER

RATERS = 200
# One match is expected by chance. Of so many orders some have six (p = .0006 each); eleven (1e-8),
# or a rank correlation five standard errors from none (6e-7), would be found in one drawing of some
# thousands. So ids and links are drawn from a seed (`drawn`).
NEVER = 10
FAR = 5 / (RATERS - 1) ** 0.5  # five standard errors of a rank correlation
GRAM = 8
# A hexadecimal digit is half a byte, and the rows hold so many random ones that eight in common
# come about by chance in one drawing of 25. Twelve do in one of two million.
HEX_GRAM = 12
HEX_DIGITS = frozenset(b"0123456789abcdef")
ANONYMOUS = ("response", "comment")
ROSTER = (
    HEADER
    + "AM1,Li Wen,li@example.com,zh,key,,,,\n"
    + "".join(
        f"C{n:03},Customer {n:03},c{n:03}@harbour.example,en,,,,Harbour,AM1\n"
        for n in range(RATERS)
    )
)
POINTS = list(product(("1", "2", "3", "4", "5", "cannot_judge"), repeat=3))  # 216 different ones


class Truth(NamedTuple):
    """What the attacker wants to know, and the order of submission that he does know."""

    points: dict[tuple[int | None, ...], str]  # rating vector -> external id of the rater
    texts: dict[str, str]
    order: list[str]


def answered_and_closed(run, client, rng) -> Truth:
    """A cycle in which 200 customers rate one manager, each differently, in a random order."""
    open_cycle(run, roster=ROSTER)
    if not delivered(run):
        raise AssertionError("the attacker needs mails")
    turn = [form for form in forms(run) if form.relation == "CUSTOMER"]
    rng.shuffle(turn)
    answers = dict(zip(turn, rng.sample(POINTS, RATERS), strict=True))
    truth = Truth({}, {}, [form.rater for form in turn])
    for form, points in answers.items():
        opinion = f"opinion-{rng.randbytes(6).hex()}"
        for action in ("save", "submit") if rng.random() < 0.3 else ("submit",):
            reply = client.post(form.address, data=form.data(points, opinion, action))
            assert reply.status_code == 200
        vector = tuple(int(p) if p.isdecimal() else None for p in points)
        truth.points[vector] = truth.texts[opinion] = form.rater
    close_and_destroy(run, "2026-Q4")
    return truth


def physical_orders(run, table: str, identity: str = "id") -> dict[str, list[str]]:
    """The keys of a table in every order that the database keeps besides its columns."""
    if run.database.is_sqlite:
        queries = {"scan": f"SELECT {identity} FROM {table}"}  # noqa: S608
        if table not in ANONYMOUS:
            queries["rowid"] = f"SELECT {identity} FROM {table} ORDER BY rowid"  # noqa: S608
    else:
        queries = {
            name: f"SELECT {identity} FROM {table} ORDER BY {order}"  # noqa: S608
            for name, order in {
                "ctid": "ctid",
                "xmin": "xmin::text::bigint, ctid",
                "cmin": "cmin::text::bigint, ctid",
                "xmax": "xmax::text::bigint, ctid",
            }.items()
        }
    with run.database.reading() as session:
        found = {name: list(session.scalars(text(query))) for name, query in queries.items()}
    found["id"] = sorted(found[next(iter(found))])
    return found | by_place(run, found["id"])


def by_place(run, keys: list[str]) -> dict[str, list[str]]:
    """The keys in the order in which they lie in the files, first and last copies."""
    content = b"".join(disk.files(run).values()) if run.database.is_sqlite else b""
    first = {key: content.find(key.encode()) for key in keys}
    last = {key: content.rfind(key.encode()) for key in keys}
    if -1 in first.values():
        return {}
    return {"file": sorted(keys, key=first.__getitem__), "end": sorted(keys, key=last.__getitem__)}


def orders_of_people(run, truth: Truth) -> dict[str, list[str]]:
    """Raters in every order that tables, mails and the watched submissions give."""
    with run.database.reading() as session:
        people = {p.id: p.external_id for p in session.scalars(select(Person))}
        owner = {
            table: dict(session.execute(text(f"SELECT id, rater_id FROM {table}")).all())  # noqa: S608
            for table in ("assignment", "invitation")
        }
        digests = "SELECT rater_id FROM invitation ORDER BY token_digest"
        by_digest = [people[rater] for rater in session.scalars(text(digests))]
    found = {"submission": truth.order, "digest": by_digest, "name": sorted(truth.order)}
    for table in ("person", "assignment", "invitation"):
        for name, keys in physical_orders(run, table).items():
            raters = [people[owner[table][key] if table in owner else key] for key in keys]
            found[f"{table} {name}"] = raters
    for name, paths in orders_of_mails(run).items():
        found[f"mail {name}"] = [rater_of_mail(path) for path in paths]
    known = set(truth.order)
    return {name: [rater for rater in order if rater in known] for name, order in found.items()}


def orders_of_mails(run) -> dict[str, list[Path]]:
    mails = list(Path(run.config.mail_url.removeprefix("folder:")).glob("*.eml"))
    return {
        "file name": sorted(mails),
        "written": sorted(mails, key=lambda p: p.stat().st_mtime_ns),
    }


def rater_of_mail(path: Path) -> str:
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    return message["To"].addresses[0].username.upper()


def orders_of_answers(run, truth: Truth) -> dict[str, list[str]]:
    """The true raters behind responses and comments, in every order of these."""
    with run.database.reading() as session:
        vectors = {
            r.id: truth.points[tuple(r.ratings.get(item) for item in ITEMS)]
            for r in session.scalars(select(Response))
        }
        texts = {c.id: truth.texts[c.text] for c in session.scalars(select(Comment))}
    return {
        f"{table} {name}": [answers[key] for key in keys]
        for table, answers in (("response", vectors), ("comment", texts))
        for name, keys in physical_orders(run, table).items()
    }


def correlation(one: list[str], other: list[str]) -> float:
    """Spearman's rank correlation of two orders of the same people."""
    place = {rater: rank for rank, rater in enumerate(other)}
    squares = sum((rank - place[rater]) ** 2 for rank, rater in enumerate(one))
    return 1 - 6 * squares / (len(one) * (len(one) ** 2 - 1))


def linked(run, truth: Truth) -> dict[tuple[str, str], tuple[int, float]]:
    """Per pair of orders how many answers it gives to the right person, and the correlation."""
    people = different(orders_of_people(run, truth))
    answers = different(orders_of_answers(run, truth))
    result = {}
    for (one, raters), (other, found), way in product(people.items(), answers.items(), (1, -1)):
        guessed = raters[::way]
        assert sorted(guessed) == sorted(found)
        exact = sum(map(str.__eq__, guessed, found))
        result[one, f"{other} {way:+}"] = (exact, abs(correlation(guessed, found)))
    return result


def different(orders: dict[str, list[str]]) -> dict[str, list[str]]:
    """Each order once, under all names that it has."""
    names: dict[tuple[str, ...], list[str]] = {}
    for name, order in orders.items():
        names.setdefault(tuple(order), []).append(name)
    return {" = ".join(same): list(order) for order, same in names.items()}


def telling(result) -> set[tuple[str, str]]:
    return {pair for pair, (exact, rho) in result.items() if exact > NEVER or rho > FAR}


@pytest.mark.timeout(600)
def test_no_order_of_people_tells_whose_answer_it_is(run, client, rng, drawn, figures):
    truth = answered_and_closed(run, client, rng)
    result = linked(run, truth)
    shared = shared_strings(run)
    figures(
        raters=RATERS,
        pairs_of_orders=len(result),
        most_matches=max(exact for exact, _ in result.values()),
        pairs_above_five_matches=sum(exact > 5 for exact, _ in result.values()),
        largest_rank_correlation=round(max(rho for _, rho in result.values()), 3),
        shared_strings=len(shared),
    )
    assert len(result) >= 20
    assert telling(result) == set()
    assert shared == set()
    # The attack itself works: it sees the link where somebody wrote down the order of the answers,
    # and also where one rater went missing from the list and all others moved up.
    for table in ("response", "comment"):
        order = orders_of_answers(run, truth)[f"{table} id"]
        for watched in (order, order[1:] + order[:1], order[::-1]):
            assert telling(linked(run, truth._replace(order=watched)))
    # It sees a string in common, too, where a rater's key or a part of it was kept with an answer.
    with run.database.transaction() as session:
        comment = session.scalars(select(Comment)).first()
        rater = session.scalars(select(Person)).first()
        comment.text = f"by {rater.id[:HEX_GRAM]}"
    assert shared_strings(run) == {rater.id[:HEX_GRAM].encode()}


def grams(content: bytes) -> set[bytes]:
    """All strings of eight bytes, and of twelve where they are nothing but hexadecimal digits."""
    short, long = (
        {content[place : place + size] for place in range(len(content) - size + 1)}
        for size in (GRAM, HEX_GRAM)
    )
    return {gram for gram in short if not HEX_DIGITS.issuperset(gram)} | {
        gram for gram in long if HEX_DIGITS.issuperset(gram)
    }


def contents(run, table) -> list[list[bytes]]:
    with run.database.reading() as session:
        rows = session.execute(table.select()).all()
    return [
        [value if isinstance(value, bytes) else str(value).encode() for value in row]
        for row in rows
    ]


def shared_strings(run) -> set[bytes]:
    """Strings that an anonymous answer has in common with any row but its group's."""
    tables = Base.metadata.tables
    named = [t for name, t in tables.items() if name not in (*ANONYMOUS, "response_group")]
    # The questions are the same for everybody, and so are the ids of items in a response.
    named = [t for t in named if t.name not in ("questionnaire", "cycle_questionnaire")]
    theirs = {g for table in named for row in contents(run, table) for v in row for g in grams(v)}
    ours = {g for t in ANONYMOUS for row in contents(run, tables[t]) for v in row for g in grams(v)}
    return ours & theirs
