"""Accounts: who may sign in, and in which roles."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session, joinedload

from surveyapp.errors import NotFound, Refused
from surveyapp.i18n import LANGUAGES, N_, chosen
from surveyapp.mail import mail_address
from surveyapp.models import (
    AccountLink,
    AccountSession,
    Person,
    RecoveryCode,
    Role,
    UserAccount,
)
from surveyapp.services.accounts import sessions
from surveyapp.services.seen import require_same

BY_PERSON = {Role.SUPERVISOR, Role.MANAGER}  # roles that mean nothing without a person
MAX_EMAIL = 254
meanwhile = N_(
    "Somebody else gave this account other roles in the meantime, and nothing was changed. Those "
    "it has now stand below; sent once more, yours take their place."
)


def normal(email: str) -> str:
    """An address as it is compared and kept."""
    return email.strip().casefold()


def by_email(session: Session, email: str) -> UserAccount | None:
    return session.scalar(select(UserAccount).where(UserAccount.email == normal(email)))


def are_there_any(session: Session) -> bool:
    return session.scalar(select(UserAccount.id).limit(1)) is not None


def find(session: Session, email: str) -> UserAccount:
    account = by_email(session, email)
    if account is None:
        raise NotFound(N_("There is no account %(email)s."), email=email)
    return account


def account_of(session: Session, identity: str) -> UserAccount:
    """The account with this id, with its person."""
    account = session.get(UserAccount, identity, options=[joinedload(UserAccount.person)])
    if account is None:
        raise NotFound(N_("There is no such account."))
    return account


def everybody(session: Session) -> list[UserAccount]:
    rows = select(UserAccount).options(joinedload(UserAccount.person)).order_by(UserAccount.email)
    return list(session.scalars(rows))


def of_subject(session: Session, subject_digest: bytes, email: str) -> UserAccount | None:
    """Whose account a provider means; the first time by the address that it has verified.

    An account that is bound to somebody at the provider is nobody else's there, and links that
    would set a password without it are worthless from then on. None is made here.
    """
    usable = select(UserAccount).where(UserAccount.disabled_at.is_(None))
    bound = session.scalar(usable.where(UserAccount.provider_digest == subject_digest))
    if bound or not email:
        return bound
    free = usable.where(UserAccount.email == normal(email), UserAccount.provider_digest.is_(None))
    account = session.scalar(free)
    if account:
        account.provider_digest = subject_digest
        session.execute(delete(AccountLink).where(AccountLink.account_id == account.id))
    return account


def create(
    session: Session,
    email: str,
    roles: Collection[Role],
    now: datetime,
    *,
    person: Person | None = None,
    language: str = "",
) -> UserAccount:
    """A new account, which nobody can use before its password is set."""
    email = normal(email)
    _require_address(email)
    if person and session.scalar(select(UserAccount.id).where(UserAccount.person_id == person.id)):
        raise Refused(N_("%(id)s has an account already."), id=person.external_id)
    if by_email(session, email):
        raise Refused(N_("There is an account %(email)s already."), email=email)
    account = UserAccount(
        email=email,
        person_id=person.id if person else None,
        language=chosen(language, person.language if person else LANGUAGES[0]),
        roles=_joined(roles, by_person=person is not None),
        created_at=now,
    )
    session.add(account)
    session.flush()
    return account


def invite_person(
    session: Session, external_id: str, roles: Collection[Role], now: datetime
) -> UserAccount:
    """An account for somebody of the roster, under the address that stands there."""
    person = session.scalar(select(Person).where(Person.external_id == external_id))
    if person is None:
        raise NotFound(N_('There is no person with the id "%(id)s".'), id=external_id)
    return create(session, person.email, roles, now, person=person)


def _require_address(email: str) -> None:
    try:
        mail_address("", email)
    except ValueError:
        raise Refused(N_('"%(email)s" is no mail address.'), email=email) from None
    if len(email) > MAX_EMAIL:
        raise Refused(N_('"%(email)s" is no mail address.'), email=email)


def _joined(roles: Collection[Role], *, by_person: bool) -> str:
    if not roles:
        raise Refused(N_("An account needs at least one role."))
    if not by_person and set(roles) & BY_PERSON:
        raise Refused(
            N_("Supervisors and managers are persons of the roster; invite them by their id.")
        )
    return "+".join(role for role in Role if role in roles)


def set_roles(
    session: Session,
    account: UserAccount,
    roles: Collection[Role],
    *,
    provider: bool = True,
    seen: str = "",
) -> None:
    """Other roles; they hold from the next sign-in on, which is due at once.

    ``seen`` is a digest of the roles that a page showed.
    """
    session.refresh(account, with_for_update=True)
    if account.role_set != set(roles):
        require_same(account.roles, seen, meanwhile)
    joined = _joined(roles, by_person=account.person_id is not None)
    if Role.ADMINISTRATOR not in roles:
        require_another_administrator(session, account, provider=provider)
    account.roles = joined
    sessions.end_all(session, account.id)


def disable(
    session: Session, account: UserAccount, now: datetime, *, provider: bool = True
) -> None:
    """Nobody signs in to this account any more; what it did stays in the log."""
    require_another_administrator(session, account, provider=provider)
    account.disabled_at = now
    session.execute(delete(AccountLink).where(AccountLink.account_id == account.id))
    sessions.end_all(session, account.id)


def enable(session: Session, account: UserAccount) -> None:
    account.disabled_at = None
    session.flush()


def reset(session: Session, account: UserAccount, *, second_factor: bool = False) -> None:
    """Take the password away, and who it is at the provider; all sessions end now."""
    if account.disabled_at:
        raise Refused(N_("%(email)s is disabled; enable the account first."), email=account.email)
    account.password_hash = account.provider_digest = None
    if second_factor:
        account.totp_sealed = None
        session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account.id))
    sessions.end_all(session, account.id)


def require_another_administrator(
    session: Session, account: UserAccount, *, provider: bool
) -> None:
    """Refuse to lose the last who can sign in: with a password, or through the ``provider``."""
    both = (UserAccount.password_hash, UserAccount.provider_digest)
    ways = both if provider else both[:1]
    able = set(
        session.scalars(
            select(UserAccount.id).where(
                or_(*(way.is_not(None) for way in ways)),
                UserAccount.disabled_at.is_(None),
                UserAccount.roles.contains(Role.ADMINISTRATOR.value),
            )
        )
    )
    if able == {account.id}:
        raise Refused(
            N_("%(email)s is the only administrator who can sign in; make another one first."),
            email=account.email,
        )


def forget(session: Session, person_id: str) -> None:
    """Delete the account of an erased person; the log keeps its random id."""
    theirs = select(UserAccount.id).where(UserAccount.person_id == person_id)
    for table in (AccountLink, RecoveryCode, AccountSession):
        session.execute(delete(table).where(table.account_id.in_(theirs)))
    session.execute(delete(UserAccount).where(UserAccount.person_id == person_id))
