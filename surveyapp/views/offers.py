"""What a page shows of an authenticator that is being set up; nothing of it is stored yet."""

from __future__ import annotations

from typing import Any

from flask import g

from surveyapp.services.accounts import second_factor
from surveyapp.views.pages import current_runtime
from surveyapp.views.qr import path_of


def offer(email: str) -> dict[str, Any]:
    """The secret of this session, to be read by a phone or to be typed."""
    runtime = current_runtime()
    secret = second_factor.offered(runtime.keys, g.token)
    issuer = runtime.config.organisation or "Feedback"
    return {
        "spelt": second_factor.spelt_in_groups(secret),
        "qr": path_of(second_factor.address(secret, email, issuer)),
    }
