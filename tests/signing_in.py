"""Accounts for tests: made and signed in without typing, and the steps of a browser."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import cache

import pyotp
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp import account_steps, passwords, tokens
from surveyapp.models import Person, Role
from surveyapp.runtime import Runtime
from surveyapp.services.accounts import accounts, second_factor, sessions
from surveyapp.views.visitor import SESSION, _name, _stamp
from tests.people import NOW

PASSWORD = "four loud herons whistle"  # good for every role
PEOPLE = {Role.SUPERVISOR: "B1", Role.MANAGER: "AM1"}  # of the shared cast


@dataclass(frozen=True)
class Member:
    """An account of a test."""

    id: str
    email: str
    authenticator: pyotp.TOTP | None


def member(
    run: Runtime,
    role: Role | str = Role.ADMINISTRATOR,
    *,
    email: str = "",
    person: str = "",
    authenticator: bool | None = None,
    password: str = PASSWORD,
) -> Member:
    """An account that can sign in; with a second factor where its role needs one.

    Supervisors and managers are persons of the roster: ``person`` is an external id.
    """
    role = Role(role)
    run.keys.ensure_secret()
    with_second = role in sessions.NEED_SECOND_FACTOR if authenticator is None else authenticator
    external_id = person or PEOPLE.get(role, "")
    now = run.config.now()
    with run.database.transaction() as session:
        account = accounts.create(
            session,
            email or f"{external_id or role}@accounts.example",
            [role],
            now,
            person=_person(session, external_id) if external_id else None,
            language="en",
        )
        account.password_hash = _hashed(password, passwords.HASHER)
        secret = second_factor.offered(run.keys, account.id)
        totp = pyotp.TOTP(second_factor.spelt_in_groups(secret).replace(" ", ""))
        if with_second:
            second_factor.set_up(session, account, run.keys, secret, totp.at(now), now)
            account.totp_step = 0
    return Member(account.id, account.email, totp if with_second else None)


@cache
def _hashed(password: str, _hasher: object) -> str:
    """Once for all accounts of the suite, since it takes 64 MiB; anew by another hasher."""
    return passwords.hashed(password)


def codes_around_now(authenticator: pyotp.TOTP) -> list[str]:
    """What it shows in each half minute from one minute before to one minute after."""
    return [authenticator.at(NOW + timedelta(seconds=30 * step)) for step in range(-2, 3)]


def wrong_codes(*authenticators: pyotp.TOTP) -> list[str]:
    """Codes that none of these shows around now, as any code that is made up may be by chance."""
    shown = {code for each in authenticators for code in codes_around_now(each)}
    return [code for code in map("{:06}".format, range(20)) if code not in shown]


def _person(session: Session, external_id: str) -> Person:
    """Of the roster, or who will be: a roster that comes later finds them by their id."""
    person = session.scalar(select(Person).where(Person.external_id == external_id))
    if person is None:
        person = Person(external_id=external_id, name=external_id, language="en")
        session.add(person)
        session.flush()
    return person


def signed_in(client: FlaskClient, role: Role | str = Role.ADMINISTRATOR, **options) -> Member:
    """The client holds the session of a new account; no password is hashed more than once."""
    run: Runtime = client.application.extensions["surveyapp"]
    made = member(run, role, **options)
    with_session(client, made)
    return made


def with_session(client: FlaskClient, who: Member, *, complete: bool = True) -> str:
    """Begin a session of an account in this client; returns its token."""
    run: Runtime = client.application.extensions["surveyapp"]
    with run.database.transaction() as session:
        token = sessions.start(
            session, who.id, run.config.now(), device="Firefox, Linux", complete=complete
        )
    carry(client, token)
    return token


def carry(client: FlaskClient, token: str) -> None:
    """Put a token into the client's session cookie, signed as the service does."""
    with client.application.test_request_context():
        client.set_cookie(_name(SESSION), _stamp(SESSION).sign(token).decode())


def cookie(client: FlaskClient) -> str:
    """The session cookie that the client holds."""
    with client.application.test_request_context():
        found = client.get_cookie(_name(SESSION))
    return found.value if found else ""


def form_token(client: FlaskClient) -> str:
    """The token in the forms of this client's session."""
    run: Runtime = client.application.extensions["surveyapp"]
    token = cookie(client).split(".")[0]
    return tokens.session_form_token(run.keys.derived("browsers"), token)


def post(client: FlaskClient, address: str, **data):
    """Send a form as the page of this client's session would."""
    return client.post(address, data=data | {"form_token": form_token(client)})


def type_password(client: FlaskClient, email: str, password: str = PASSWORD, **headers):
    """Open the page and sign in with a password."""
    client.get("/account/sign-in")
    return client.post(
        "/account/sign-in",
        data={"email": email, "password": password, "form_token": form_token(client)},
        **headers,
    )


def invited(run: Runtime, who: str, *roles: Role) -> str:
    """The path of the link of a new account."""
    made = account_steps.create(run, who, roles or [Role.ADMINISTRATOR])
    return made.link.removeprefix(run.config.public_base_url)
