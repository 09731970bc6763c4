"""Signing in through a provider of identities (OpenID Connect): the way there, and what it proves.

Authorization code with PKCE. State, nonce and verifier derive from the token of the browser that
set out, so nothing is stored and nothing that was begun elsewhere is taken. The provider is asked
only while somebody signs in: no other page waits for it.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from importlib.util import find_spec
from threading import BoundedSemaphore
from typing import Any
from urllib.parse import urlsplit

from surveyapp.config import OidcSettings
from surveyapp.errors import Refused
from surveyapp.i18n import N_

TIMEOUT = (5, 10)  # seconds to connect, and to wait for an answer
AT_ONCE = BoundedSemaphore(
    3
)  # fewer than the threads that serve: a slow provider holds up no rater
# A provider signs with its own key. Neither "none" nor a key that both sides know is good enough.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "Ed25519")
LEEWAY = 60  # seconds that clocks may differ
ON_THIS_MACHINE = {"localhost", "127.0.0.1", "::1"}


class NotProven(Exception):
    """The answer proves nobody; the reason is for the log."""


class ProviderUnavailable(Exception):
    """The provider does not answer, or answers what no provider says."""


@dataclass(frozen=True)
class Setting:
    """What belongs to one try to sign in, in one browser."""

    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True)
class Reply:
    """What the browser brings back from the provider."""

    code: str
    state: str
    issuer: str = ""


@dataclass(frozen=True)
class Proven:
    """Who somebody is, as the provider says; ``email`` only if it has verified it."""

    issuer: str
    subject: str
    email: str


def setting(key: bytes, token: str) -> Setting:
    """The same each time for the token of a browser."""

    def derived(purpose: str) -> str:
        return hmac.digest(key, f"{purpose} {token}".encode(), "sha256").hex()

    return Setting(derived("state"), derived("nonce"), derived("verifier"))


def require_usable(settings: OidcSettings) -> None:
    """Refuse settings with which nobody could sign in, and a missing extra."""
    parts = urlsplit(settings.issuer)
    if not _is_safe(settings.issuer) or parts.query or parts.fragment:
        raise Refused(
            N_("SURVEYAPP_OIDC_ISSUER must be an https address, not %(issuer)s"),
            issuer=repr(settings.issuer),
        )
    if not (settings.client_id and settings.client_secret):
        raise Refused(
            N_(
                "SURVEYAPP_OIDC_ISSUER needs SURVEYAPP_OIDC_CLIENT_ID, and one of "
                "SURVEYAPP_OIDC_CLIENT_SECRET and SURVEYAPP_OIDC_CLIENT_SECRET_FILE"
            )
        )
    if find_spec("authlib") is None or find_spec("requests") is None:
        raise Refused(
            N_('Signing in through a provider needs an extra; run: pip install "surveyapp[oidc]"')
        )


def _is_safe(address: object) -> bool:
    """Over TLS, or on this machine."""
    if not isinstance(address, str):
        return False
    parts = urlsplit(address)
    local = parts.scheme == "http" and parts.hostname in ON_THIS_MACHINE
    return bool(parts.hostname) and (parts.scheme == "https" or local)


class Provider:
    """The configured provider, asked anew for each step."""

    def __init__(self, settings: OidcSettings, come_back_to: str) -> None:
        self.settings, self.come_back_to = settings, come_back_to

    def metadata(self) -> dict[str, Any]:
        """Where the provider answers what; refused if it speaks for another one."""
        address = f"{self.settings.issuer.rstrip('/')}/.well-known/openid-configuration"
        with self._session() as session:
            found = self._fetched(session, address)
        if found.get("issuer") != self.settings.issuer:
            raise ProviderUnavailable("the issuer of its metadata is another one")
        needed = ("authorization_endpoint", "token_endpoint", "jwks_uri")
        if not all(_is_safe(found.get(name)) for name in needed):
            raise ProviderUnavailable("its metadata lack an address, or one is not https")
        return found

    def way_there(self, setting: Setting) -> str:
        """The address at the provider where somebody signs in."""
        endpoint = self.metadata()["authorization_endpoint"]
        with self._session() as session:
            wanted = {"acr_values": " ".join(acr)} if (acr := self.settings.acr) else {}
            address, _state = session.create_authorization_url(
                endpoint,
                state=setting.state,
                nonce=setting.nonce,
                code_verifier=setting.verifier,
                **wanted,
            )
        return str(address)

    def prove(self, setting: Setting, reply: Reply, now: datetime) -> Proven:
        """Who came back.

        Raises
        ------
        NotProven
            If any part of the answer is not what this try asked for.
        ProviderUnavailable
            If the provider does not answer.
        """
        if not hmac.compare_digest(reply.state.encode(errors="replace"), setting.state.encode()):
            raise NotProven("state of another try")
        if reply.issuer and reply.issuer != self.settings.issuer:
            raise NotProven("answer of another issuer")
        metadata = self.metadata()
        with self._session(metadata) as session:
            token = self._token(session, metadata, reply, setting)
            keys = self._fetched(session, metadata["jwks_uri"])
            claims = self._claims(token.get("id_token"), keys, setting, now)
            if "email" not in claims and _is_safe(metadata.get("userinfo_endpoint")):
                claims |= self._more(session, metadata["userinfo_endpoint"], token, claims)
        verified = claims.get("email_verified") is True
        email = str(claims.get("email") or "") if verified else ""
        return Proven(self.settings.issuer, str(claims["sub"]), email)

    @contextmanager
    def _session(self, metadata: dict[str, Any] | None = None) -> Iterator[Any]:
        """A client of the provider; what it throws becomes one of our two refusals."""
        from authlib.common.errors import AuthlibBaseError
        from authlib.integrations.requests_client import OAuth2Session
        from requests import RequestException

        known = (metadata or {}).get("token_endpoint_auth_methods_supported")
        by_post = known and "client_secret_basic" not in known
        if not AT_ONCE.acquire(blocking=False):
            raise ProviderUnavailable("too many sign in at once")
        with OAuth2Session(
            self.settings.client_id,
            self.settings.client_secret,
            "client_secret_post" if by_post else "client_secret_basic",
            scope="openid email",
            redirect_uri=self.come_back_to,
            code_challenge_method="S256",
            default_timeout=TIMEOUT,
        ) as session:
            session.max_redirects = 0
            try:
                yield session
            except AuthlibBaseError as error:
                raise NotProven(f"refused by the provider: {error.error}") from error
            except (RequestException, ValueError) as error:
                raise ProviderUnavailable(type(error).__name__) from error
            finally:
                AT_ONCE.release()

    def _fetched(self, session: Any, address: str) -> dict[str, Any]:
        answer = session.get(address, withhold_token=True, allow_redirects=False)
        if answer.status_code != 200 or not isinstance(found := answer.json(), dict):
            raise ProviderUnavailable(f"status {answer.status_code}")
        return found

    def _token(
        self, session: Any, metadata: dict[str, Any], reply: Reply, setting: Setting
    ) -> dict[str, Any]:
        found = session.fetch_token(
            metadata["token_endpoint"],
            grant_type="authorization_code",
            code=reply.code,
            code_verifier=setting.verifier,
            allow_redirects=False,
        )
        return dict(found)

    def _claims(
        self, id_token: object, keys: dict[str, Any], setting: Setting, now: datetime
    ) -> dict[str, Any]:
        """What a token says that the provider has signed for us, for this try and this hour."""
        from joserfc.errors import JoseError
        from joserfc.jwk import KeySet
        from joserfc.jwt import JWTClaimsRegistry, decode

        rules = JWTClaimsRegistry(
            now=int(now.timestamp()),
            leeway=LEEWAY,
            iss={"essential": True, "value": self.settings.issuer},
            aud={"essential": True, "value": self.settings.client_id},
            nonce={"essential": True, "value": setting.nonce},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
        )
        try:
            read = decode(str(id_token), KeySet.import_key_set(keys), algorithms=ALGORITHMS)  # type: ignore[arg-type]
            rules.validate(read.claims)
        except (JoseError, ValueError, KeyError, TypeError) as error:
            raise NotProven(f"token: {type(error).__name__}") from error
        claims = dict(read.claims)
        if claims.get("azp", self.settings.client_id) != self.settings.client_id:
            raise NotProven("token was given to another client")
        if self.settings.acr and claims.get("acr") not in self.settings.acr:
            raise NotProven("signed in there in another way than was demanded")
        return claims

    def _more(
        self, session: Any, address: str, token: dict[str, Any], claims: dict[str, Any]
    ) -> dict[str, Any]:
        """The mail address, of providers that do not write it into the token."""
        bearer = {"Authorization": f"Bearer {token.get('access_token', '')}"}
        answer = session.get(address, withhold_token=True, allow_redirects=False, headers=bearer)
        found = answer.json() if answer.status_code == 200 else {}
        if not isinstance(found, dict) or found.get("sub") != claims["sub"]:
            raise NotProven("the provider says this of somebody else")
        return {name: found[name] for name in ("email", "email_verified") if name in found}
