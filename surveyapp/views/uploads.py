"""How much a request may carry where it is more than a form that a person fills in."""

from __future__ import annotations

from flask import Flask, request

MIB = 1024 * 1024
MOST = {
    "rosters.change": 8 * MIB,  # a roster of 20,000 people, and the same in its preview
    "mails.mend": 8 * MIB,  # delivery reports, or a mailbox of them
    # A text that is too large is refused by the reader, with a page that still holds it.
    "writing.create": 2 * MIB,
    "writing.change": 2 * MIB,
}


def prepare(app: Flask) -> None:
    app.before_request(_allow)


def _allow() -> None:
    """Before anything reads the body."""
    most = MOST.get(request.endpoint or "")
    if most:
        request.max_content_length = request.max_form_memory_size = most
