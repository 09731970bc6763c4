"""Headers of every answer, and logs that never hold a personal link."""

from __future__ import annotations

import secrets
from typing import Any

from flask import Flask, Response, current_app, g, request

_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'nonce-{nonce}'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_OVER_TLS_ALONE = "max-age=63072000; includeSubDomains"  # for two years


def nonce() -> str:
    """The word that marks our own scripts on this page."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(16)
    return str(g.nonce)


def harden(response: Response) -> Response:
    """No framing, no sniffing, no referrer, no third party, no copy in a cache."""
    headers = response.headers
    # A browser shows a PDF on a page of its own making, to which the policy of ours would apply.
    shows_itself = response.mimetype == "application/pdf"
    policy = "frame-ancestors 'none'" if shows_itself else _POLICY.format(nonce=nonce())
    headers["Content-Security-Policy"] = policy
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "no-referrer"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
    if current_app.extensions["surveyapp"].config.over_tls:
        headers["Strict-Transport-Security"] = _OVER_TLS_ALONE
    if request.endpoint != "static":
        headers["Cache-Control"] = "no-store"
        headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


class QuietFlask(Flask):
    """Flask logs the address of a failed request; ours holds a token, so the rule is logged."""

    def log_exception(self, exc_info: Any) -> None:
        rule = request.url_rule.rule if request.url_rule else "an unknown address"
        self.logger.error("Exception on %s [%s]", rule, request.method, exc_info=exc_info)
