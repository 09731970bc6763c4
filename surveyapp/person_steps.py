"""What is done for somebody who asks for their data, from the command line and from the browser."""

from __future__ import annotations

from typing import Any

from surveyapp import batches
from surveyapp.errors import StorageUnavailable, TracesLeft
from surveyapp.i18n import N_
from surveyapp.runtime import Runtime
from surveyapp.services.accounts import accounts
from surveyapp.services.audit import Act
from surveyapp.services.privacy import erasure, lookup
from surveyapp.services.privacy.personal import held_about

# Rewritten afterwards, so that PostgreSQL keeps no old version of their rows.
IDENTITY_TABLES = (
    "person", "invitation", "report_link", "stopped_address", "link_request", "draft", "response",
    "comment", "roster_snapshot", "nomination", "assignment", "cell", "cycle_ratee",
    "response_group", "user_account", "account_session", "account_link", "recovery_code",
    "development_action",
)  # fmt: skip


def export(run: Runtime, external_id: str) -> dict[str, Any]:
    """Everything that is held about a person, to be handed out."""
    with run.database.transaction() as session:
        held = held_about(session, erasure.find_person(session, external_id))
        run.note(session, Act.EXPORT)
    return held


def erase(run: Runtime, external_id: str, *, with_results: bool, force: bool) -> str:
    """Replace an identity everywhere; returns the word that stands for it from now on.

    ``clean`` then takes it out of the files of the database too.
    """
    with run.database.transaction() as session:
        found = erasure.find_person(session, external_id)
        account = lookup.account_of(session, found)
        if account:
            provider = run.config.oidc is not None
            accounts.require_another_administrator(session, account, provider=provider)
        word = erasure.erase(session, found, with_results=with_results, force=force)
        run.note(session, Act.ERASE, with_results=with_results)
        batches.remove_all(run)
    return word


def clean(run: Runtime) -> None:
    """Rewrite the files of the database after an erasure, which stays done if that fails."""
    try:
        run.database.scrub(IDENTITY_TABLES)
    except StorageUnavailable as error:
        reason = N_(
            "The person is erased, but the files of the database still hold the name: "
            "%(reason)s. The daily retention run rewrites them."
        )
        command = "Rewrite them with: surveyapp retention run"
        raise TracesLeft(reason, command=command, reason=error) from error
