"""A real provider of identities on the loopback address: HTTP, codes, PKCE and signed tokens."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from tests.people import NOW

CLIENT, SECRET = "feedback", "kanarie-client-secret"
HMAC_KEY = OctKey.import_key(SECRET)


@dataclass
class Provider:
    """What the next person who signs in is, and what this provider does wrong."""

    email: str = "anna@example.com"
    subject: str = "anna-1"
    verified: Any = True
    claims: dict[str, Any] = field(default_factory=dict)  # in the place of the right ones
    without: set[str] = field(default_factory=set)  # claims that the token lacks
    metadata: dict[str, Any] = field(default_factory=dict)
    algorithm: str = "RS256"
    signs_with: RSAKey | None = None  # another key than the published one
    by_userinfo: dict[str, Any] | None = None
    token: str = ""  # given out as it is
    host: str = "127.0.0.1"
    port: int = 0
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one"}))
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)

    @property
    def issuer(self) -> str:
        return f"http://{self.host}:{self.port}"

    def about(self) -> dict[str, Any]:
        found = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
        }
        if self.by_userinfo is not None:
            found["userinfo_endpoint"] = f"{self.issuer}/userinfo"
        return found | self.metadata

    def authorize(self, asked: dict[str, str]) -> str:
        """Sign the person in without a question; the address to which the browser returns."""
        code = secrets.token_urlsafe()
        self.codes[code] = asked
        brought = {"code": code, "state": asked["state"], "iss": self.issuer}
        return f"{asked['redirect_uri']}?{urlencode(brought)}"

    def exchange(self, sent: dict[str, str], header: str) -> dict[str, Any]:
        """The token for a code, once, for the client that asked and knows the verifier."""
        asked = self.codes.pop(sent.get("code", ""), None)
        known = base64.b64decode(header.removeprefix("Basic ")).decode() if header else ""
        digest = hashlib.sha256(sent.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        right = (
            asked is not None
            and known == f"{CLIENT}:{SECRET}"
            and asked["code_challenge_method"] == "S256"
            and asked["code_challenge"] == challenge
            and asked["redirect_uri"] == sent.get("redirect_uri")
        )
        if not right:
            return {"error": "invalid_grant"}
        return {
            "access_token": "kanarie-access",
            "token_type": "Bearer",
            "id_token": self.token or self.signed(asked["nonce"]),
        }

    def signed(self, nonce: str) -> str:
        now = int(NOW.timestamp())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "sub": self.subject,
            "nonce": nonce,
            "iat": now,
            "exp": now + 300,
            "email": self.email,
            "email_verified": self.verified,
        }
        kept = {k: v for k, v in (claims | self.claims).items() if k not in self.without}
        if self.algorithm == "none":
            parts = ({"alg": "none"}, kept)
            return ".".join(map(_encoded, parts)) + "."
        key = HMAC_KEY if self.algorithm == "HS256" else self.signs_with or self.key
        header = {"alg": self.algorithm, "kid": "one"}
        return jwt.encode(header, kept, key, algorithms=[self.algorithm])


def _encoded(part: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")


def _handler(provider: Provider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            provider.requests.append(parts.path)
            if parts.path == "/authorize":
                self.send_response(302)
                asked = dict(parse_qsl(parts.query))
                self.send_header("Location", provider.authorize(asked))
                self.end_headers()
                return
            public = {"keys": [provider.key.as_dict(private=False)]}
            pages = {
                "/.well-known/openid-configuration": provider.about(),
                "/keys": public,
                "/userinfo": provider.by_userinfo,
            }
            self._answer(pages.get(parts.path))

        def do_POST(self) -> None:
            provider.requests.append(self.path)
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            sent = {name: values[0] for name, values in parse_qs(body).items()}
            found = provider.exchange(sent, self.headers.get("Authorization", ""))
            self._answer(found, 400 if "error" in found else 200)

        def _answer(self, content: Any, code: int = 200) -> None:
            said = json.dumps(content).encode()
            self.send_response(code if content is not None else 404)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *_words: object) -> None:
            pass

    return Handler


@contextmanager
def provider_server(host: str = "127.0.0.1") -> Iterator[Provider]:
    """A provider that serves until the end of the block."""
    provider = Provider(host=host)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(provider))
    provider.port = server.server_address[1]
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
