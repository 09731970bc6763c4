"""The web application: collecting ratings through personal links."""

from __future__ import annotations

import secrets
from importlib.metadata import version
from urllib.parse import urlsplit

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from surveyapp import oidc, security
from surveyapp.config import Config, from_environment
from surveyapp.guessing import GuessingBrake
from surveyapp.runtime import Runtime, runtime_for

__version__ = version("surveyapp")


def create_app(config: Config | None = None, runtime: Runtime | None = None) -> Flask:
    """The Flask application; needs no global state, so tests make as many as they like."""
    from surveyapp.views import rooms

    runtime = runtime or runtime_for(config or from_environment())
    if runtime.config.oidc:
        oidc.require_usable(runtime.config.oidc)
    app = security.QuietFlask("surveyapp")
    public_host = urlsplit(runtime.config.public_base_url).hostname
    app.config.update(
        TRUSTED_HOSTS=[host for host in (public_host, "localhost", "127.0.0.1") if host],
        MAX_CONTENT_LENGTH=256 * 1024,
        MAX_FORM_MEMORY_SIZE=256 * 1024,
        MAX_FORM_PARTS=200,
        SEND_FILE_MAX_AGE_DEFAULT=86400,
    )
    app.extensions["surveyapp"] = runtime
    app.extensions["guessing"] = GuessingBrake()
    app.extensions["no secret"] = secrets.token_bytes()
    rooms.prepare(app)
    app.after_request(security.harden)
    hops = runtime.config.proxy_hops
    app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops)  # type: ignore[method-assign]
    return app
