"""Signing in, step by step: the brake, the password, the second factor, a new session.

Hashing takes long, so it is done between two transactions and never inside one: no rater waits for
the lock of the database because somebody mistypes a password.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from surveyapp import breached, logs, passwords, tokens
from surveyapp.errors import Refused
from surveyapp.i18n import N_
from surveyapp.models import MailKind, Role, UserAccount
from surveyapp.oidc import NotProven, Provider, Reply, Setting, setting
from surveyapp.runtime import Runtime
from surveyapp.services.accounts import (
    account_links,
    accounts,
    attempts,
    second_factor,
    sessions,
)
from surveyapp.services.accounts.attempts import Tried, Who
from surveyapp.services.accounts.sessions import SignedIn
from surveyapp.services.audit import Act
from surveyapp.services.running import recovery

PROVIDER = "provider"  # what is sent to it derives from this key
COME_BACK_TO = "/account/provider/callback"
BRAKE = "sign-in tries"  # what its key is derived for


@dataclass(frozen=True)
class Browser:
    """Where somebody tries to sign in."""

    device: str
    network: str
    known: str = ""  # its own id, where it signed in to ``account_id`` before
    account_id: str = ""

    def tried(self, account_id: str, what: str) -> Tried:
        """Who is counted for a try at ``what``."""
        if self.known and self.account_id == account_id:
            return {Who.BROWSER: f"{self.known} {what}"}
        return {Who.ACCOUNT: what, Who.NETWORK: self.network}


@dataclass(frozen=True)
class Answer:
    """What became of a try: a new session, a refusal, or a wait."""

    token: str = ""
    account_id: str = ""
    wait: int = 0  # seconds
    codes: tuple[str, ...] = ()  # new recovery codes, shown once


def by_password(run: Runtime, email: str, password: str, browser: Browser) -> Answer:
    """Try a password. Unknown and disabled accounts cost and answer the same as a wrong one."""
    if _nobody_yet(run):
        return Answer()
    now, key = run.config.now(), run.keys.derived(BRAKE)
    with run.database.transaction() as session:
        account = accounts.by_email(session, email)
        tried = browser.tried(account.id if account else "", accounts.normal(email))
        wait = attempts.begin(session, key, tried, now)
    known = account.id if account else ""
    if wait:
        return _refused("password", known, browser, wait)
    usable = account if account and not account.disabled_at else None
    if not passwords.matches(usable.password_hash if usable else None, password) or not usable:
        return _refused("password", known, browser)
    fresh_hash = _fresh_hash(usable, password)
    with run.database.transaction() as session:
        attempts.succeeded(session, key, tried, now)
        account = accounts.account_of(session, usable.id)
        account.password_hash = fresh_hash
        complete = sessions.is_enough(account, all_need_more=run.config.all_need_two_factors)
        token = sessions.start(session, account.id, now, device=browser.device, complete=complete)
        if complete:
            run.acting(account.id).note(session, Act.SIGN_IN)
    return Answer(token, account.id)


def provider_of(run: Runtime) -> Provider:
    """The provider through which people sign in."""
    if run.config.oidc is None:
        raise Refused(N_("There is no provider through which to sign in."))
    return Provider(run.config.oidc, run.config.base_url() + COME_BACK_TO)


def _setting(run: Runtime, token: str) -> Setting:
    return setting(run.keys.derived(PROVIDER), token)


def way_to_provider(run: Runtime, token: str) -> str:
    """Where the browser with this token goes, to come back as somebody."""
    return provider_of(run).way_there(_setting(run, token))


def by_provider(run: Runtime, reply: Reply, token: str, browser: Browser) -> Answer:
    """Sign in whoever the provider proves, if they have an account; its factors are trusted."""
    now, key = run.config.now(), run.keys.derived(BRAKE)
    tried = {Who.NETWORK: f"provider {browser.network}"}
    with run.database.transaction() as session:
        wait = attempts.begin(session, key, tried, now)
    if wait:
        return _refused("provider", "", browser, wait)
    try:
        proven = provider_of(run).prove(_setting(run, token), reply, now)
    except NotProven as problem:
        return _refused(f"provider ({problem})", "", browser)
    subject = tokens.subject_digest(proven.issuer, proven.subject)
    with run.database.transaction() as session:
        account = accounts.of_subject(session, subject, proven.email)
        if account is None:
            return _refused("provider (no account)", "", browser)
        attempts.succeeded(session, key, tried, now)
        fresh = sessions.start(session, account.id, now, device=browser.device, complete=True)
        run.acting(account.id).note(session, Act.SIGN_IN, by="provider")
        return Answer(fresh, account.id)


def _nobody_yet(run: Runtime) -> bool:
    """Before the first account there is no secret to count tries under, and nobody to guess."""
    if run.keys.has_secret():
        return False
    with run.database.reading() as session:
        return not accounts.are_there_any(session)


def _refused(what: str, account_id: str, browser: Browser, wait: int = 0) -> Answer:
    """The answer to a try in vain or a hasty one, which whoever watches the service can see."""
    event = f"{what} tried too early" if wait else f"{what} refused"
    logs.refused(event, account=account_id, network=browser.network)
    return Answer(wait=wait)


def ask_for_link(run: Runtime, email: str, browser: Browser) -> Answer:
    """Note that a password is forgotten. Whose it is nobody looks up before the next delivery.

    An answer with a wait: too many were asked for, or too many are kept.
    """
    if _nobody_yet(run):
        return Answer()
    now, key = run.config.now(), run.keys.derived(BRAKE)
    asked = {Who.ACCOUNT: f"link {accounts.normal(email)}", Who.NETWORK: f"link {browser.network}"}
    with run.database.transaction() as session:
        wait = attempts.begin(session, key, asked, now)
        if not wait and not recovery.ask(session, email, now, account_links.PURPOSE):
            wait = recovery.KEPT_FOR
    return _refused("link", "", browser, wait) if wait else Answer()


def mail_own_link(run: Runtime, who: SignedIn) -> None:
    """A link by which somebody who came through the provider chooses a first password."""
    with run.database.transaction() as session:
        account = accounts.account_of(session, who.account_id)
        if account.password_hash:
            raise Refused(N_("This account has a password already."))
        account_links.queue(session, account, run.config.now(), MailKind.PASSWORD)


def _fresh_hash(account: UserAccount, password: str) -> str:
    """The hash to keep: a new one where today's parameters are stronger."""
    kept = account.password_hash or ""
    return passwords.hashed(password) if passwords.outdated(kept) else kept


def by_code(run: Runtime, who: SignedIn, code: str, browser: Browser) -> Answer:
    """Try the second factor, or a recovery code; the half session gives way to a whole one."""
    answer = knows_code(run, who, code, browser)
    if not answer.account_id:
        return answer
    with run.database.transaction() as session:
        run.note(session, Act.SIGN_IN)
        return Answer(_whole(run, session, who, browser), who.account_id)


def set_up_second_factor(
    run: Runtime, who: SignedIn, token: str, code: str, browser: Browser
) -> Answer:
    """Take the authenticator that this session was offered, and give recovery codes."""
    if who.complete or who.has_second_factor:
        raise Refused(N_("This account has a second factor already."))
    return take_authenticator(run, who, token, code, browser)


def take_authenticator(
    run: Runtime, who: SignedIn, token: str, code: str, browser: Browser
) -> Answer:
    """Put the authenticator that this session was offered in the place of any before.

    Whoever has one already proves it first, with `knows_password` and `knows_code`.
    """
    now = run.config.now()
    with run.database.transaction() as session:
        account = accounts.account_of(session, who.account_id)
        secret = second_factor.offered(run.keys, token)
        codes = second_factor.set_up(session, account, run.keys, secret, code, now)
        if codes is None:
            return _refused("authenticator", who.account_id, browser)
        run.note(session, Act.SET_SECOND_FACTOR)
        sessions.end_all(session, account.id)
        return Answer(_whole(run, session, who, browser), who.account_id, codes=tuple(codes))


def set_password_by_link(run: Runtime, token: str, password: str) -> str:
    """Use a link up for a password; returns whose account it is."""
    now = run.config.now()
    with run.database.reading() as session:
        account = account_links.account_of_link(session, token, now)
    _require_good(run, account, password)
    password_hash = passwords.hashed(password)
    with run.database.transaction() as session:
        account = account_links.set_password(session, token, password_hash, now)
        run.acting(account.id).note(session, Act.SET_PASSWORD)
        return account.id


def knows_password(run: Runtime, who: SignedIn, password: str, browser: Browser) -> Answer:
    """Ask somebody for their password once more; an answer with their account is a yes."""
    now, key = run.config.now(), run.keys.derived(BRAKE)
    tried = browser.tried(who.account_id, f"password of {who.account_id}")
    with run.database.transaction() as session:
        wait = attempts.begin(session, key, tried, now)
        account = accounts.account_of(session, who.account_id)
    if wait:
        return _refused("present password", who.account_id, browser, wait)
    if not passwords.matches(account.password_hash, password):
        return _refused("present password", who.account_id, browser)
    with run.database.transaction() as session:
        attempts.succeeded(session, key, tried, now)
    return Answer(account_id=who.account_id)


def knows_code(run: Runtime, who: SignedIn, code: str, browser: Browser) -> Answer:
    """Ask somebody for a code once more; an answer with their account is a yes."""
    now, key = run.config.now(), run.keys.derived(BRAKE)
    tried = browser.tried(who.account_id, f"code of {who.account_id}")
    with run.database.transaction() as session:
        wait = attempts.begin(session, key, tried, now)
    if wait:
        return _refused("code", who.account_id, browser, wait)
    with run.database.transaction() as session:
        account = accounts.account_of(session, who.account_id)
        if not second_factor.passes(session, account, run.keys, code, now):
            return _refused("code", who.account_id, browser)
        attempts.succeeded(session, key, tried, now)
    return Answer(account_id=who.account_id)


def change_password(run: Runtime, who: SignedIn, password: str, browser: Browser) -> Answer:
    """Another password; all sessions end, and a new one begins here."""
    with run.database.reading() as session:
        account = accounts.account_of(session, who.account_id)
    _require_good(run, account, password)
    password_hash = passwords.hashed(password)
    with run.database.transaction() as session:
        accounts.account_of(session, who.account_id).password_hash = password_hash
        sessions.end_all(session, who.account_id)
        run.note(session, Act.SET_PASSWORD)
        return Answer(_whole(run, session, who, browser), who.account_id)


def _require_good(run: Runtime, account: UserAccount, password: str) -> None:
    about = (account.email, run.config.organisation)
    passwords.require_good(password, longer=Role.ADMINISTRATOR in account.role_set, about=about)
    known = run.config.breached_passwords
    if known and breached.is_breached(known, password):
        raise Refused(N_("This password was stolen elsewhere and is known. Take another."))


def _whole(run: Runtime, session: Session, who: SignedIn, browser: Browser) -> str:
    """The token of a new session in the place of this one: a token never gains rights."""
    sessions.end(session, who.account_id, who.session_id)
    now = run.config.now()
    return sessions.start(session, who.account_id, now, device=browser.device, complete=True)
