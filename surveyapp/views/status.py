"""The front door, and what monitoring asks."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, render_template

from surveyapp.views.pages import current_runtime

blueprint = Blueprint("status", __name__)


@blueprint.get("/")
def home() -> str:
    return render_template("home.html")


@blueprint.get("/healthz")
def healthy() -> Response:
    """The process answers."""
    return jsonify(status="ok")


@blueprint.get("/readyz")
def ready() -> tuple[Response, int]:
    """The database answers too."""
    if current_runtime().database.answers():
        return jsonify(status="ready"), 200
    return jsonify(status="unavailable"), 503
