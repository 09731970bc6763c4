"""What administrators do to accounts, from the command line and from the browser alike."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy.orm import Session

from surveyapp.models import Role, UserAccount
from surveyapp.runtime import Runtime
from surveyapp.services.accounts import account_links, accounts
from surveyapp.services.audit import Act


@dataclass(frozen=True)
class NewLink:
    """A link to set a password, shown once; empty where a mail brings it."""

    account_id: str
    email: str
    link: str


def create(
    run: Runtime,
    email: str,
    roles: Collection[Role],
    language: str = "",
    *,
    by_mail: bool = False,
) -> NewLink:
    """An account for a mail address."""
    with _making(run) as session:
        account = accounts.create(session, email, roles, run.config.now(), language=language)
        return _invited(run, session, account, Act.CREATE_ACCOUNT, by_mail)


def invite(
    run: Runtime, external_id: str, roles: Collection[Role], *, by_mail: bool = False
) -> NewLink:
    """An account for the person of the roster with this id."""
    with _making(run) as session:
        account = accounts.invite_person(session, external_id, roles, run.config.now())
        return _invited(run, session, account, Act.INVITE_PERSON, by_mail)


@contextmanager
def _making(run: Runtime) -> Iterator[Session]:
    """What a new account needs: an address for its link, and a secret to seal its own under."""
    run.config.base_url()
    run.keys.ensure_secret()
    with run.database.transaction() as session:
        yield session


def _invited(
    run: Runtime, session: Session, account: UserAccount, act: Act, by_mail: bool
) -> NewLink:
    run.note(session, act, account=account.id, roles=account.roles)
    return _linked(run, session, account, by_mail)


def _linked(run: Runtime, session: Session, account: UserAccount, by_mail: bool) -> NewLink:
    now = run.config.now()
    if by_mail:
        account_links.queue(session, account, now)
        return NewLink(account.id, account.email, "")
    link = f"{run.config.base_url()}/account/link/{account_links.issue(session, account, now)}"
    return NewLink(account.id, account.email, link)


def reset(
    run: Runtime, email: str, *, second_factor: bool = False, by_mail: bool = False
) -> NewLink:
    """Take the password away, and the second factor if that is lost too; sessions end."""
    run.config.base_url()
    with run.database.transaction() as session:
        account = accounts.find(session, email)
        if by_mail:  # the mail may never arrive; a link that is shown is in somebody's hands
            accounts.require_another_administrator(session, account, provider=_has_provider(run))
        accounts.reset(session, account, second_factor=second_factor)
        run.note(session, Act.RESET_ACCOUNT, account=account.id, second_factor=second_factor)
        return _linked(run, session, account, by_mail)


def _has_provider(run: Runtime) -> bool:
    return run.config.oidc is not None


def change_roles(run: Runtime, email: str, roles: Collection[Role], seen: str = "") -> None:
    with run.database.transaction() as session:
        account = accounts.find(session, email)
        accounts.set_roles(session, account, roles, provider=_has_provider(run), seen=seen)
        run.note(session, Act.CHANGE_ROLES, account=account.id, roles=account.roles)


def disable(run: Runtime, email: str) -> None:
    with run.database.transaction() as session:
        account = accounts.find(session, email)
        accounts.disable(session, account, run.config.now(), provider=_has_provider(run))
        run.note(session, Act.DISABLE_ACCOUNT, account=account.id)


def enable(run: Runtime, email: str) -> None:
    with run.database.transaction() as session:
        account = accounts.find(session, email)
        accounts.enable(session, account)
        run.note(session, Act.ENABLE_ACCOUNT, account=account.id)
