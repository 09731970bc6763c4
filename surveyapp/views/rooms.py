"""All pages, and what goes before them, in its order."""

from __future__ import annotations

from flask import Flask

from surveyapp.views import (
    access,
    account,
    admin,
    entrance,
    errors,
    pages,
    provider,
    rate,
    recover,
    reminders,
    report,
    start,
    status,
    uploads,
)

BLUEPRINTS = (
    *(
        room.blueprint
        for room in (rate, reminders, report, recover, status, entrance, provider, account)
    ),
    *admin.BLUEPRINTS,
)


def prepare(app: Flask) -> None:
    pages.prepare(app)
    uploads.prepare(app)  # before the first look at a form
    access.prepare(app)
    start.prepare(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    errors.register(app)
