"""The steps of a cycle that touch key files as well as the database, in their safe order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from importlib.metadata import version

from surveyapp import batches
from surveyapp.db import SCRUBBED
from surveyapp.dsn import Report, read_report
from surveyapp.errors import KeyUnavailable, Refused, StorageUnavailable, TracesLeft
from surveyapp.escrow import Escrow
from surveyapp.i18n import N_
from surveyapp.models import AccountLink, CycleState, ReportLink
from surveyapp.runtime import Runtime
from surveyapp.services import cycles
from surveyapp.services.accounts import account_links
from surveyapp.services.audit import Act
from surveyapp.services.closing import close_cycle, close_without_results, require_groups
from surveyapp.services.drafts import openings
from surveyapp.services.mails import failedmails
from surveyapp.services.mails.bounces import Bounce, note_bounces
from surveyapp.services.mails.mailqueue import Link
from surveyapp.services.privacy import endings
from surveyapp.services.records import write_record
from surveyapp.services.releases import release_cycle
from surveyapp.services.results import report_links
from surveyapp.services.results.report_links import Sending
from surveyapp.services.running import raters


def open_with_keys(run: Runtime, key: str, escrow: Escrow | None = None) -> int:
    """Open a cycle; returns how many invitations are queued.

    The key is written before the commit: a key without an open cycle is worthless and is replaced
    by the next try, while an open cycle without its key would lose every ballot. The lock keeps a
    second opening from replacing the key of the first.
    """
    run.keys.require_apart(run.config.data_dir)
    run.keys.require_private()
    run.keys.signing_key()  # needed at the closing; where it cannot be made, say so now
    if escrow:
        escrow.require_apart(run.config.data_dir, run.config.key_dir)
    with run.database.transaction() as session:
        cycle = cycles.find_cycle(session, key, lock=True)
        cycles.require_state(cycle, CycleState.DRAFT)
        run.keys.destroy(cycle.id)
        keys = run.keys.create(cycle.id)
        count = cycles.open_cycle(session, cycle, keys, run.config.now())
        if escrow:
            escrow.write(cycle.id, keys)
            cycle.escrow_file = escrow.path.name
        run.note(session, Act.OPEN, key, invitations=count, escrow=escrow is not None)
        return count


def restore_keys(run: Runtime, escrow: Escrow) -> str:
    """Put the keys of an open cycle back from their escrow copy; returns the cycle's key."""
    cycle_id, keys = escrow.read()
    with run.database.reading() as session:
        opened = {cycle.id: cycle for cycle in cycles.open_cycles(session)}
    cycle = opened.get(cycle_id)
    if cycle is None or cycle.public_key != keys.public_key:
        raise Refused(
            N_("%(path)s belongs to no open cycle of this database; destroy it."), path=escrow.path
        )
    with suppress(KeyUnavailable):
        if run.keys.load(cycle_id) == keys:
            raise Refused(
                N_("The keys of %(cycle)s are in their place; nothing was changed."),
                cycle=cycle.key,
            )
    run.keys.destroy(cycle_id)  # what cannot be read any more
    run.keys.put(cycle_id, keys)
    with run.database.transaction() as session:
        run.note(session, Act.RESTORE_KEYS, cycle.key)
    return cycle.key


def close_and_destroy(run: Runtime, key: str, *, despite_extensions: bool = False) -> bool:
    """Close a cycle, then destroy its keys and clean the files; False if it was closed before.

    Keys and files are seen to every time: whatever a crash left undone, the next call does.
    """
    with run.database.transaction() as session:
        cycle = cycles.find_cycle(session, key)
        cycles.require_state(cycle, CycleState.OPEN, CycleState.CLOSED, CycleState.RELEASED)
        cycle_id, is_open = cycle.id, cycle.state == CycleState.OPEN
        if is_open:
            if not despite_extensions:
                raters.require_no_extension(session, cycle, run.config.now())
            close_cycle(session, cycle, run.keys.load(cycle_id), run.config.now())
            write_record(session, cycle, run.keys.signing_key(), version("surveyapp"))
            run.note(session, Act.CLOSE, key)
    run.keys.note_closed(cycle_id)
    run.keys.destroy(cycle_id)
    reason = N_(
        "%(key)s is closed, and its keys are destroyed. But the files of the database still hold "
        "traces of it: %(reason)s. The release cleans them."
    )
    _clean(run, key, reason, "To clean them before: surveyapp cycle close %(key)s")
    return is_open


def take_back(run: Runtime, key: str) -> str:
    """Make an opened cycle a draft again; returns the name of an escrow copy to be destroyed.

    The keys go after the commit: a key without an open cycle is worthless.
    """
    with run.database.transaction() as session:
        cycle = cycles.find_cycle(session, key, lock=True)
        cycle_id, escrow = cycle.id, cycle.escrow_file
        openings.take_back(session, cycle)
        run.note(session, Act.TAKE_BACK, key)
    run.keys.destroy(cycle_id)
    return escrow


def delete(run: Runtime, key: str, typed: str) -> None:
    """Delete a draft, and the key that an opening which failed half-way may have left."""
    with run.database.transaction() as session:
        cycle = cycles.find_cycle(session, key, lock=True)
        cycle_id = cycle.id
        endings.delete_draft(session, cycle, typed)
        run.note(session, Act.DELETE, key)
    run.keys.destroy(cycle_id)


def forget(run: Runtime, key: str, typed: str) -> None:
    """Delete an ended cycle with its results, and its traces in the files of the database."""
    with run.database.transaction() as session:
        cycle = cycles.find_cycle(session, key, lock=True)
        cycle_id = cycle.id
        tables = endings.forget_cycle(session, cycle, typed)
        run.note(session, Act.FORGET, key)
        batches.remove(run, cycle_id)
    run.keys.destroy(cycle_id)
    reason = N_(
        "%(key)s is deleted, but the files of the database still hold traces of it: %(reason)s. "
        "The daily retention run cleans them."
    )
    _clean(run, key, reason, "At once: surveyapp retention run", tables)


def _clean(
    run: Runtime, key: str, reason: str, command: str, tables: Sequence[str] = SCRUBBED
) -> None:
    """Clean the files of the database after something is done; ``reason`` says what, and for how
    long its traces stay if that fails."""
    try:
        run.database.scrub(tables)
    except StorageUnavailable as error:
        raise TracesLeft(reason, command=command, key=key, reason=error) from error


def release(run: Runtime, key: str) -> None:
    """Make the results of a closed cycle readable, after a closing that is surely complete.

    Keys and files are seen to once more: whatever the closing had to leave, the release does.
    """
    with run.database.transaction() as session:
        cycle = cycles.find_cycle(session, key)
        require_groups(session, cycle)
        release_cycle(session, cycle, run.config.now())
        run.note(session, Act.RELEASE, key)
        run.keys.destroy(cycle.id)
    reason = N_(
        "The results of %(key)s can be read now. But the files of the database still hold traces "
        "of the closing: %(reason)s."
    )
    _clean(run, key, reason, "To clean them: surveyapp cycle close %(key)s")


def new_link(run: Runtime, key: str, external_id: str) -> None:
    """Revoke the link of one rater and queue a mail with another one."""
    with run.database.transaction() as session:
        invitation = raters.find_rater(session, cycles.find_cycle(session, key), external_id)
        raters.new_link(session, invitation, run.keys.load(invitation.cycle_id).link_key)
        run.note(session, Act.NEW_LINK, key)


def correct_address(
    run: Runtime, key: str, external_id: str, address: str, *, failed: bool = False
) -> list[str]:
    """Send the mails to a rater elsewhere, with new links; returns the keys of all cycles in which
    this was done, since the links of other open cycles went to the same address.

    ``failed``: only if the mail to this rater was given up. Otherwise whoever may do this could
    have the link of anybody sent to themselves, see who has answered and answer in their place.
    """
    with run.database.transaction() as session:
        cycle = cycles.find_cycle(session, key)
        invitation = raters.find_rater(session, cycle, external_id)
        if failed:
            failedmails.require_failed(session, cycle, external_id)
        theirs = {
            one.cycle_id: one.cycle.key for one in raters.open_invitations(session, invitation)
        }
        link_keys = {identity: run.keys.load(identity).link_key for identity in theirs}
        raters.correct_address(session, invitation, address, link_keys)
        for renewed in theirs.values():
            run.note(session, Act.CORRECT_ADDRESS, renewed)
    return list(theirs.values())


def send_reports(
    run: Runtime, key: str, *, ratee: str | None, again: bool, dry_run: bool
) -> Sending:
    """Queue the mails that bring managers the links to their reports.

    The secret is made before the commit: a link that derives from nothing could not be mailed.
    """
    run.config.base_url()  # refuses now what would only fail at the delivery
    secret = b"" if dry_run else _report_secret(run)
    with run.database.transaction() as session:
        cycle = cycles.find_cycle(session, key)
        sending = report_links.send(session, cycle, secret, ratee=ratee, again=again)
        if sending.queued:
            run.note(session, Act.SEND_REPORT, key, count=len(sending.queued))
        if dry_run:
            session.rollback()
    return sending


def _report_secret(run: Runtime) -> bytes:
    run.keys.require_apart(run.config.data_dir)
    run.keys.require_private()
    run.keys.ensure_secret()
    return run.keys.derived(report_links.PURPOSE)


def read_bounces(
    run: Runtime, messages: Iterable[bytes], *, by_hand: bool = False
) -> list[tuple[Report, Bounce]]:
    """Read delivery reports and stop mails to addresses that bounced for good.

    ``by_hand``: it is an act of whoever uses the service, and not of a timer.
    """
    reports = [read_report(message) for message in messages]
    with run.database.transaction() as session:
        running = [cycle.id for cycle in cycles.open_cycles(session)]
        held = [identity for identity in running if run.keys.holds(identity)]
        link_keys = {identity: run.keys.load(identity).link_key for identity in held}
        noted = note_bounces(session, reports, link_keys, _other_keys(run))
        if by_hand:
            run.note(session, Act.BOUNCES, messages=len(reports))
    return list(zip(reports, noted, strict=True))


def _other_keys(run: Runtime) -> dict[type[Link], bytes]:
    """What links to reports and accounts derive from."""
    purposes: dict[type[Link], str] = {
        ReportLink: report_links.PURPOSE,
        AccountLink: account_links.PURPOSE,
    }
    try:
        return {table: run.keys.derived(purpose) for table, purpose in purposes.items()}
    except KeyUnavailable:  # no secret yet, so none was ever sent
        return {}


def require_newest(run: Runtime) -> None:
    """Refuse a database in which a cycle that was closed is not: an older backup."""
    with run.database.reading() as session:
        behind = [cycle.key for cycle in cycles.older_than(session, run.keys.closed_before())]
    if behind:
        raise Refused(
            N_(
                "This is an older backup: %(behind)s was closed since, and its keys are "
                "destroyed. Restore a backup from after the closing. If there is none, "
                "give up its results: surveyapp db accept-restore"
            ),
            behind=", ".join(behind),
        )


def accept_restore(run: Runtime) -> list[str]:
    """Close, without results, every cycle that an older backup brought back; returns which."""
    with run.database.transaction() as session:
        behind = cycles.older_than(session, run.keys.closed_before())
        for cycle in behind:
            close_without_results(session, cycle, run.config.now())
            run.note(session, Act.ACCEPT_RESTORE, cycle.key)
            run.keys.destroy(cycle.id)
    run.database.scrub()
    return [cycle.key for cycle in behind]
