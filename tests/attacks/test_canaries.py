"""Words with a mark are sent in; afterwards every byte on disk is searched for them."""

from __future__ import annotations

import re
import secrets
from base64 import urlsafe_b64decode
from pathlib import Path

from nacl.exceptions import CryptoError
from nacl.secret import SecretBox
from sqlalchemy import select

from surveyapp import sealing, tokens
from surveyapp.models import Ballot, Comment, Draft, Invitation, ResponseGroup
from surveyapp.steps import close_and_destroy
from tests.attacks import disk
from tests.attacks.posting import forms
from tests.attacks.spelling import occurrences
from tests.factories import delivered, open_cycle


def spread(run, client, rng) -> dict[str, list[str]]:
    """Marked words in every form: some only saved, some saved and submitted; by what they are."""
    canaries: dict[str, list[str]] = {"draft": [], "ballot": []}
    for place, form in enumerate(forms(run)):
        last = "save" if place % 5 == 0 else "submit"
        for action in {"save", last} if place % 2 else {last}:
            word = f"kanarie-七色鹿-{secrets.token_hex(6)}"  # no word of another test
            kind = "ballot" if action == "submit" else "draft"
            canaries[kind].append(word)
            assert (
                client.post(form.address, data=form.data([1, 2, 3], word, action)).status_code
                == 200
            )
    return canaries


def test_nothing_that_was_written_can_be_read_on_disk_before_closing(run, client, rng, figures):
    open_cycle(run)
    delivered(run)
    canaries = [w for words in spread(run, client, rng).values() for w in words]
    found = sum(occurrences(canaries, content) for content in disk.files(run).values())
    figures(canaries=len(canaries), readable=found)
    assert found == 0


def test_the_search_finds_words_that_do_lie_on_disk(run):
    open_cycle(run)
    delivered(run)
    contents = disk.files(run).values()
    assert sum(occurrences(["客户一"], content) for content in contents) > 0


def test_after_closing_words_lie_only_where_published_ones_are_kept(run, client, rng, figures):
    open_cycle(run)
    delivered(run)
    canaries = spread(run, client, rng)
    close_and_destroy(run, "2026-Q4")
    with run.database.reading() as session:
        published = set(session.scalars(select(Comment.text)))
    assert published
    assert published < set(canaries["ballot"])
    unpublished = [*canaries["draft"], *(set(canaries["ballot"]) - published)]
    everything = disk.files(run)
    found = sum(occurrences(unpublished, content) for content in everything.values())
    strays = stray_copies(run, published, everything)
    figures(unpublished=len(unpublished), readable=found, strays=strays)
    assert (found, strays) == (0, 0)


def stray_copies(run, published, everything) -> int:
    """Copies of published words elsewhere than in the rows of `comment`."""
    if run.database.is_sqlite:
        return sum(occurrences(published, content) for content in everything.values()) - len(
            published
        )
    kept = disk.table_files(run, "comment")
    assert sum(occurrences(published, everything[path]) for path in kept) == len(published)
    return sum(
        occurrences(published, content)
        for path, content in everything.items()
        if path not in kept and "pg_wal" not in Path(path).parts  # the log of writing these rows
    )


def test_a_backup_from_before_closing_opens_with_nothing_that_is_left(run, client, rng, figures):
    open_cycle(run)
    delivered(run)
    spread(run, client, rng)
    owners = {form.assignment: form.token for form in forms(run)}
    with run.database.reading() as session:
        ballots, drafts = (
            list(session.scalars(select(Ballot))),
            list(session.scalars(select(Draft))),
        )
    backup = disk.files(run)
    key_file = next(content for path, content in backup.items() if path.endswith(".key"))
    before = candidates(run, client, disk.files(run), key_file)
    assert opened(before, ballots, drafts, owners) == len(ballots) + len(drafts)  # it can be done
    close_and_destroy(run, "2026-Q4")
    left = disk.files(run)
    keys = candidates(run, client, left, None)
    found = opened(keys, ballots, drafts, owners)
    figures(sealed=len(ballots) + len(drafts), keys_tried=len(keys), readable=found)
    assert found == 0


def candidates(run, client, left, key_file) -> set[bytes]:
    """Every 32 bytes that might be a key: in key files, mails, digests, and unwrapped by those."""
    words = [c for path, c in left.items() if "keys" in Path(path).parts or path.endswith(".eml")]
    found = {bytes.fromhex(h.decode()) for w in words for h in re.findall(rb"[0-9a-f]{64}", w)}
    links = {t for w in words for t in re.findall(rb"/r/([\w-]{43})", w)}
    assert links
    found |= {urlsafe_b64decode(link + b"=") for link in links}
    found |= {tokens.digest(link.decode()) for link in links}
    with run.database.reading() as session:
        found |= set(session.scalars(select(Invitation.token_digest)))
    for content in [w for w in words if b"\n" not in w or len(w) < 200]:
        found |= {content[place : place + 32] for place in range(max(len(content) - 31, 0))}
    if key_file:
        for key in list(found):
            both = unwrapped(key, key_file)
            found |= {both[:32], both[32:]} if both else set()
    return {key for key in found if len(key) == 32}


def unwrapped(key: bytes, content: bytes) -> bytes | None:
    try:
        return SecretBox(key).decrypt(content)
    except (CryptoError, ValueError):
        return None


def opened(keys, ballots, drafts, owners) -> int:
    """How many ballots and drafts any key opens, with the links of the mails."""
    return sum(any(opens(key, ballot) for key in keys) for ballot in ballots) + sum(
        any(
            sealing.unlock_draft(candidate, draft.assignment_id, draft.ciphertext)
            for key in keys
            for candidate in (
                key,
                tokens.draft_key(key, owners[draft.assignment_id], draft.assignment_id),
            )
        )
        for draft in drafts
    )


def opens(key: bytes, ballot: Ballot) -> bool:
    try:
        return bool(sealing.open_ballot(key, ballot.ciphertext))
    except CryptoError:
        return False


def test_no_hidden_group_has_a_word_or_a_rating_anywhere(run, client, rng):
    open_cycle(run)
    for form in [f for f in forms(run) if f.relation == "PEER"][:2]:
        client.post(form.address, data=form.data([1, 2, 3], "kanarie-hidden"))
    close_and_destroy(run, "2026-Q4")
    with run.database.reading() as session:
        hidden = select(ResponseGroup.answered).where(ResponseGroup.attributed.is_(False))
        assert set(session.scalars(hidden)) == {None}
    assert not sum(occurrences(["kanarie-hidden"], c) for c in disk.files(run).values())
