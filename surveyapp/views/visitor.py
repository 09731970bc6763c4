"""Who sits at the browser: session cookie, form token, and one message for the next page.

The cookie holds a random token and the time of the last page, signed. Reading renews the time in
the cookie and writes nothing; the database knows the token's digest and when it ends at the latest.
Before sign-in the token belongs to nobody; with each step of it another takes its place.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import secrets
from datetime import datetime
from urllib.parse import urlsplit

from flask import Response, current_app, g, request
from itsdangerous import BadSignature, Signer, TimestampSigner
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from surveyapp import logs, tokens
from surveyapp.guessing import network_of
from surveyapp.services.accounts import sessions
from surveyapp.services.accounts.sessions import SignedIn
from surveyapp.sign_in import Browser
from surveyapp.views.devices import device_of
from surveyapp.views.pages import current_runtime, speak

IDLE = 30 * 60  # seconds
KNOWN_FOR = 180 * 86400
SESSION, KNOWN, MESSAGE = "surveyapp", "known", "message"
FORM_TOKEN = "form_token"  # noqa: S105 - the name of a field
OWN_PAGES = {"same-origin", "none"}
NOT_IN_A_PATH = re.compile(r"[\x00-\x20\x7f\\]")


class StaleForm(Exception):
    """The form was not served to this browser, or too long ago."""


class SignInNeeded(Exception):
    """Nobody is signed in, or a step of it is missing."""


class _Stamp(TimestampSigner):
    """Signs with the time of the service instead of asking the system."""

    def __init__(self, key: bytes, purpose: str, now: datetime) -> None:
        super().__init__(key, salt=purpose, key_derivation="hmac", digest_method=hashlib.sha256)
        self.now = int(now.timestamp())

    def get_timestamp(self) -> int:
        return self.now


def _key() -> bytes:
    """What cookies are signed with; before the first account any key does, nobody can sign in."""
    keys = current_runtime().keys
    return keys.derived("browsers") if keys.has_secret() else current_app.extensions["no secret"]


def _stamp(purpose: str) -> _Stamp:
    return _Stamp(_key(), purpose, current_runtime().config.now())


def recognise() -> None:
    """Before a page for accounts: find out who asks."""
    g.token, g.signed_in, g.fresh = "", None, False
    speak()
    try:
        read = _stamp(SESSION).unsign(_cookie(SESSION), max_age=IDLE, return_timestamp=True)
    except BadSignature:
        return
    g.token, g.seen_at = read[0].decode(), read[1]
    runtime = current_runtime()
    with runtime.database.reading() as session:
        g.signed_in = sessions.find(session, g.token, runtime.config.now())
    if g.signed_in:
        speak(g.signed_in.language)


def who() -> SignedIn | None:
    """Who is signed in, if somebody is."""
    found: SignedIn | None = g.get("signed_in")
    return found


def signed_in() -> SignedIn:
    """Who is signed in, on pages that need somebody to be."""
    found = who()
    if found is None:
        raise SignInNeeded
    return found


def carry(token: str) -> None:
    """From this answer on the browser has another token."""
    g.token, g.fresh = token, True


def forget() -> None:
    """From this answer on the browser is nobody."""
    carry(tokens.new_token())
    g.signed_in = None


def form_token() -> str:
    """The token inside every form of a page; the page brings the cookie that it belongs to."""
    if not g.token:
        carry(tokens.new_token())
    return tokens.session_form_token(_key(), g.token)


def require_own_form() -> None:
    """Before anything is changed: the form was served to this browser, and by a page of ours."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in OWN_PAGES:
        raise StaleForm
    sent = request.form.get(FORM_TOKEN) or request.headers.get("X-Form-Token", "")
    good = form_token() if g.token else ""
    if not good or not hmac.compare_digest(sent.encode(errors="replace"), good.encode()):
        raise StaleForm


def browser() -> Browser:
    """Where this request comes from, as far as the brake on guessing must know."""
    device, network = device_of(request.user_agent.string), network_of(request.remote_addr)
    try:
        signed = _stamp(KNOWN).unsign(_cookie(KNOWN), max_age=KNOWN_FOR).decode()
    except BadSignature:
        return Browser(device, network)
    account_id, _, known = signed.partition(".")
    return Browser(device, network, known, account_id)


def remember_browser(account_id: str) -> None:
    """This browser signed in to this account: guesses from elsewhere shall not put it off."""
    g.known = f"{account_id}.{secrets.token_hex(16)}"


def note_refusal(event: str) -> None:
    """One line for whoever watches the service: what was refused here, and to whom."""
    found, rule = who(), request.url_rule
    logs.refused(
        event,
        account=found.account_id if found else "",
        network=network_of(request.remote_addr),
        route=rule.rule if rule else "",
    )


def note_reading(cycle: str, kind: str, ratee: str = "") -> None:
    """One line on who read whose report here, as page or PDF; without a ratee: on all at once."""
    logs.read("report read", signed_in().account_id, cycle, kind, ratee=ratee)


def note_summary(cycle: str, kind: str, supervisor: str = "") -> None:
    """The same of a team's summary; without a supervisor: of the company's."""
    logs.read("summary read", signed_in().account_id, cycle, kind, supervisor=supervisor)


def say(message: str) -> None:
    """Show this on the next page that is read."""
    g.message = message


def message() -> str:
    """What the page before wanted to be said; said once."""
    if not g.get("token"):
        return ""
    try:
        read = _signer_of_messages().unsign(_cookie(MESSAGE))
        g.message_read = True
        return str(json.loads(read))
    except (BadSignature, ValueError):
        return ""


def _signer_of_messages() -> Signer:
    return Signer(_key(), salt=f"{MESSAGE} {g.token}", digest_method=hashlib.sha256)


def send_cookies(response: Response) -> Response:
    """After a page for accounts: the cookies that it changes, and no other."""
    if g.get("token") and (g.fresh or (g.signed_in and _is_older_than_a_minute())):
        _set(response, SESSION, _stamp(SESSION).sign(g.token).decode())
    if "known" in g:
        _set(response, KNOWN, _stamp(KNOWN).sign(g.known).decode(), max_age=KNOWN_FOR)
    if "message" in g:
        _set(response, MESSAGE, _signer_of_messages().sign(json.dumps(g.message)).decode())
    elif "message_read" in g:
        response.delete_cookie(_name(MESSAGE), secure=_is_secure(), httponly=True, samesite="Lax")
    return response


def _is_older_than_a_minute() -> bool:
    age: float = current_runtime().config.now().timestamp() - g.seen_at.timestamp()
    return age >= 60


def _set(response: Response, name: str, value: str, max_age: int | None = None) -> None:
    response.set_cookie(
        _name(name), value, max_age, secure=_is_secure(), httponly=True, samesite="Lax"
    )


def _cookie(name: str) -> str:
    return request.cookies.get(_name(name), "")


def _is_secure() -> bool:
    return current_runtime().config.over_tls


def _name(name: str) -> str:
    """With the prefix browsers take it over TLS alone, and from no other host of the domain."""
    return f"__Host-{name}" if _is_secure() else name


def own_path(path: str | None, default: str) -> str:
    """A path to go to, if it is one of a page of ours; anything else is the default.

    Browsers leave tabs and ends of lines out and read a backslash as a slash: with such characters
    a path of ours may be the address of somebody else.
    """
    if not path or not path.startswith("/") or NOT_IN_A_PATH.search(path):
        return default
    parts = urlsplit(path)
    if parts.netloc:
        return default
    adapter = current_app.create_url_adapter(request)
    try:
        found = adapter.match(parts.path, method="GET") if adapter else None
    except (HTTPException, RequestRedirect):
        return default
    return path if found else default
