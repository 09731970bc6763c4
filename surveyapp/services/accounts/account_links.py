"""The links by which people set a password: made, mailed, asked for when it is forgotten, used up.

A link that is shown holds random bits. One that is mailed derives from a secret of the service, as
links to reports do, and is good from the moment its mail is composed; it is its own outbox.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from email.message import EmailMessage

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from surveyapp import tokens
from surveyapp.errors import UnknownLink
from surveyapp.i18n import chosen
from surveyapp.mail import AccountMail, compose_account
from surveyapp.models import AccountLink, MailKind, MailState, UserAccount, random_id
from surveyapp.services.accounts import sessions
from surveyapp.services.invitations import Sender
from surveyapp.services.mails.mailqueue import another_mail

PURPOSE = "account links"  # of the secret that mailed links derive from
LIFE = {MailKind.ACCOUNT: timedelta(days=7), MailKind.PASSWORD: timedelta(hours=1)}


def issue(session: Session, account: UserAccount, now: datetime) -> str:
    """The token of a new link for this account; earlier ones are worthless from now on."""
    token = tokens.new_token()
    _replace(session, account, MailKind.ACCOUNT, now, token, MailState.SENT)
    return token


def queue(
    session: Session, account: UserAccount, now: datetime, kind: MailKind = MailKind.ACCOUNT
) -> None:
    """Let the next delivery bring a new link; earlier ones are worthless from now on."""
    _replace(session, account, kind, now, tokens.new_token(), MailState.QUEUED)


def _replace(
    session: Session,
    account: UserAccount,
    kind: MailKind,
    now: datetime,
    token: str,
    state: MailState,
) -> None:
    session.execute(delete(AccountLink).where(AccountLink.account_id == account.id))
    _add(session, account, kind, now, token, state)


def _add(
    session: Session,
    account: UserAccount,
    kind: MailKind,
    now: datetime,
    token: str,
    state: MailState,
) -> None:
    session.add(
        AccountLink(
            id=random_id(),
            account_id=account.id,
            token_digest=tokens.digest(token),
            expires_at=now + LIFE[kind],
            mail_kind=kind,
            mail_state=state,
        )
    )
    session.flush()


def queue_asked(session: Session, asked: Collection[bytes], now: datetime) -> None:
    """Queue a link for every account whose address was typed, as a digest under ``PURPOSE``.

    Anybody may type it, so what an administrator made stays good. None for whoever signs in through
    the provider alone: the mailbox by itself would get around the factors that are asked for there.
    They ask from within, with `queue`.
    """
    usable = select(UserAccount).where(
        UserAccount.disabled_at.is_(None),
        or_(UserAccount.password_hash.is_not(None), UserAccount.provider_digest.is_(None)),
    )
    for account in session.scalars(usable).all():
        if tokens.address_digest(account.email, PURPOSE) not in asked:
            continue
        if account.password_hash:
            queue(session, account, now, MailKind.PASSWORD)
        else:
            _invite_again(session, account, now)


def _invite_again(session: Session, account: UserAccount, now: datetime) -> None:
    """Mail the same link once more; beside one that was shown, which no mail can hold, another."""
    of_account = AccountLink.account_id == account.id
    session.execute(delete(AccountLink).where(of_account, AccountLink.expires_at <= now))
    good = session.scalars(select(AccountLink).where(of_account)).all()
    mailed = [link for link in good if link.mail_state != MailState.SENT or link.mail_attempts]
    if not mailed:
        _add(session, account, MailKind.ACCOUNT, now, tokens.new_token(), MailState.QUEUED)
    for link in mailed:
        if link.mail_state in {MailState.SENT, MailState.FAILED}:  # no other is on its way
            again = update(AccountLink).where(AccountLink.id == link.id)
            session.execute(again.values(another_mail(AccountLink)))


def account_of_link(session: Session, token: str, now: datetime) -> UserAccount:
    """Whose link this is; unknown, used and expired ones are all alike."""
    account = session.scalar(
        select(UserAccount)
        .join(AccountLink, AccountLink.account_id == UserAccount.id)
        .where(
            AccountLink.token_digest == tokens.digest(token),
            AccountLink.expires_at > now,
            UserAccount.disabled_at.is_(None),
        )
    )
    if account is None:
        raise UnknownLink
    return account


def set_password(session: Session, token: str, password_hash: str, now: datetime) -> UserAccount:
    """Use a link up, and all others of its account. Whoever was signed in there is so no longer."""
    account = account_of_link(session, token, now)
    theirs = delete(AccountLink).where(AccountLink.account_id == account.id)
    if (
        tokens.digest(token)
        not in session.scalars(theirs.returning(AccountLink.token_digest)).all()
    ):
        raise UnknownLink  # another request was faster
    account.password_hash = password_hash
    sessions.end_all(session, account.id)
    return account


def compose(
    session: Session, link_id: str, key: bytes, sender: Sender, now: datetime
) -> EmailMessage:
    """The mail of a link, which is good from now on."""
    link = session.get_one(AccountLink, link_id)
    kind = MailKind(link.mail_kind)
    token = tokens.link_token(key, link.id, link.generation)
    link.token_digest, link.expires_at = tokens.digest(token), now + LIFE[kind]
    account = link.account
    mail = AccountMail(
        sender=sender.address,
        organisation=sender.organisation or "Feedback",
        address=account.email,
        name=account.person.name if account.person else "",
        language=chosen(account.language, "zh"),
        link=f"{sender.base_url}/account/link/{token}",
        message_id=tokens.message_id(key, link.id, link.generation, link.wave),
        kind=kind,
    )
    return compose_account(mail, now)
