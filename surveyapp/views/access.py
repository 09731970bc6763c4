"""Who may use which route: the whole table, and a refusal for every route that is not in it.

A route of pages for accounts names the roles that may use it and how far each reaches. Where a role
reaches its own or its team's only, the route has the arguments ``cycle`` and ``ratee``, and nobody
gets past this module to what is not theirs. Every POST to such pages proves here, and not in its
view, that it comes from a form of ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from flask import Flask, g, request
from werkzeug.exceptions import Forbidden, NotFound

from surveyapp import tokens
from surveyapp.errors import UnknownLink
from surveyapp.models import Role
from surveyapp.services.accounts import reach
from surveyapp.services.accounts.reach import Scope
from surveyapp.services.accounts.sessions import SignedIn
from surveyapp.views import visitor
from surveyapp.views.pages import current_runtime
from surveyapp.views.visitor import SignInNeeded


class Access(StrEnum):
    PUBLIC = "public"  # tells nothing about any person or cycle
    LINK = "link"  # the holder of the personal link in the address, for their own forms
    REPORT = "report"  # the holder of the personal link in the address, for their own report
    VISITOR = "visitor"  # everybody, through forms of ours: the way in
    HALF = "half"  # whoever gave the right password, with or without the second factor
    SIGNED_IN = "signed in"  # every account, for its own affairs


Grants = Mapping[Role, Scope]
ADMINISTRATORS: Grants = {Role.ADMINISTRATOR: Scope.ALL}
HR: Grants = {Role.ADMINISTRATOR: Scope.ALL, Role.ANALYST: Scope.ALL}
# Raters were promised that the person they rate and HR read results; in cycles that say so their
# supervisor too, and never anybody else.
READERS: Grants = {**HR, Role.SUPERVISOR: Scope.PROMISED, Role.MANAGER: Scope.OWN}
SUPERVISORS: Grants = {Role.SUPERVISOR: Scope.TEAM}
MANAGERS: Grants = {Role.MANAGER: Scope.OWN}
RATED: Grants = {**SUPERVISORS, **MANAGERS}

ROUTES: dict[str, Access | Grants] = {
    "static": Access.PUBLIC,
    "status.home": Access.PUBLIC,
    "status.healthy": Access.PUBLIC,
    "status.ready": Access.PUBLIC,
    "rate.people": Access.LINK,
    "rate.form": Access.LINK,
    "rate.answer": Access.LINK,
    "reminders.show": Access.LINK,
    "reminders.change": Access.LINK,
    "report.show": Access.REPORT,
    "report.pdf": Access.REPORT,
    "recover.show": Access.PUBLIC,
    "recover.ask": Access.PUBLIC,
    "entrance.sign_in": Access.VISITOR,
    "entrance.enter": Access.VISITOR,
    "provider.leave": Access.VISITOR,
    "provider.come_back": Access.VISITOR,
    "provider.finish": Access.VISITOR,
    "entrance.forgotten": Access.VISITOR,
    "entrance.ask_link": Access.VISITOR,
    "entrance.link": Access.VISITOR,
    "entrance.set_password": Access.VISITOR,
    "entrance.ask_code": Access.HALF,
    "entrance.confirm": Access.HALF,
    "entrance.authenticator": Access.HALF,
    "entrance.set_up": Access.HALF,
    "entrance.sign_out": Access.HALF,
    "account.show": Access.SIGNED_IN,
    "account.change_password": Access.SIGNED_IN,
    "account.mail_link": Access.SIGNED_IN,
    "account.new_codes": Access.SIGNED_IN,
    "account.authenticator": Access.SIGNED_IN,
    "account.replace_authenticator": Access.SIGNED_IN,
    "account.end_sessions": Access.SIGNED_IN,
    "account.switch_language": Access.SIGNED_IN,
    "home.cycles": HR,
    "home.mine": RATED,
    "home.ask": RATED,
    "home.trend": MANAGERS,
    "raters.show": MANAGERS,
    "raters.change": MANAGERS,
    "team.show": SUPERVISORS,
    "team.one": SUPERVISORS,
    "team.act": SUPERVISORS,
    "cycles.new": ADMINISTRATORS,
    "cycles.create": ADMINISTRATORS,
    "cycles.show": HR,
    "cycles.act": ADMINISTRATORS,
    "cycles.record": ADMINISTRATORS,
    "cycles.gaps": HR,
    "cycles.copy": ADMINISTRATORS,
    "cycles.make_copy": ADMINISTRATORS,
    "library.everything": HR,
    "library.show": HR,
    "library.preview": HR,
    "library.text": HR,
    "library.compare": HR,
    "writing.new": ADMINISTRATORS,
    "writing.create": ADMINISTRATORS,
    "writing.edit": ADMINISTRATORS,
    "writing.change": ADMINISTRATORS,
    "writing.copy": ADMINISTRATORS,
    "writing.make_copy": ADMINISTRATORS,
    "settings.show": HR,
    "settings.change": ADMINISTRATORS,
    "settings.calendar": HR,
    "nominations.show": HR,
    "nominations.change": ADMINISTRATORS,
    "nominations.show_workload": HR,
    "helping.show": ADMINISTRATORS,
    "helping.act": ADMINISTRATORS,
    "pilots.ask": ADMINISTRATORS,
    "pilots.make": ADMINISTRATORS,
    "pilots.compare": HR,
    "mails.show": ADMINISTRATORS,
    "mails.change": ADMINISTRATORS,
    "mails.failed": ADMINISTRATORS,
    "mails.mend": ADMINISTRATORS,
    "results.show": HR,
    "results.act": HR,
    "results.statistics": HR,
    "batches.show": HR,
    "batches.act": HR,
    "batches.progress": HR,
    "batches.archive": HR,
    "summaries.company": HR,
    "summaries.company_pdf": HR,
    "summaries.teams": HR,
    "summaries.team": HR,
    "summaries.team_pdf": HR,
    "summaries.note": HR,
    "summaries.make_note": HR,
    "results.review": HR,
    "results.correct": HR,
    "results.report": READERS,
    "results.pdf": READERS,
    "rosters.show": ADMINISTRATORS,
    "rosters.change": ADMINISTRATORS,
    "audit.show": ADMINISTRATORS,
    "people.find": ADMINISTRATORS,
    "people.show": ADMINISTRATORS,
    "people.act": ADMINISTRATORS,
    "accounts.everybody": ADMINISTRATORS,
    "accounts.invite": ADMINISTRATORS,
    "accounts.one": ADMINISTRATORS,
    "accounts.change": ADMINISTRATORS,
}
WITHOUT_ACCOUNT = (Access.PUBLIC, Access.LINK, Access.REPORT)
SAFE = {"GET", "HEAD", "OPTIONS"}


def prepare(app: Flask) -> None:
    app.before_request(require_access)
    app.after_request(visitor.send_cookies)
    app.jinja_env.globals.update(
        may_use=may_use,
        form_token=visitor.form_token,
        message=visitor.message,
        who=visitor.who,
    )


def require_access() -> None:
    """Before every request; the services then find the person behind a link, or refuse it."""
    if request.endpoint is None:
        return  # no route: the answer is 404 or 405 already
    if "\0" in request.path:
        raise NotFound  # nothing stored has such a name, and PostgreSQL cannot even be asked
    access = ROUTES.get(request.endpoint)
    if access is None:
        raise Forbidden
    by_link = access in (Access.LINK, Access.REPORT)
    if by_link and not tokens.well_formed((request.view_args or {}).get("token", "")):
        raise UnknownLink
    if access in WITHOUT_ACCOUNT:
        return
    visitor.recognise()
    _require_account(access)
    if request.method not in SAFE:
        visitor.require_own_form()


def _require_account(access: Access | Grants) -> None:
    if access == Access.VISITOR:
        return
    who = visitor.signed_in()
    if access == Access.HALF:
        return
    if not who.complete:
        raise SignInNeeded
    if isinstance(access, Mapping):
        g.scopes = scopes(access, who)
        if not g.scopes:
            raise Forbidden
        _require_reach(who)


def scopes(access: Grants, who: SignedIn) -> set[Scope]:
    """How far the roles of an account reach together; empty: not at all."""
    return {access[role] for role in who.roles if role in access}


def _require_reach(who: SignedIn) -> None:
    """What is not theirs looks like what is not there."""
    arguments = request.view_args or {}
    if "ratee" not in arguments or Scope.ALL in g.scopes:
        return
    with current_runtime().database.reading() as session:
        cycle, ratee = arguments["cycle"], arguments["ratee"]
        if not reach.reaches(session, who.person_id, g.scopes, cycle, ratee):
            raise NotFound


def may_use(endpoint: str) -> bool:
    """Whether a page may offer this route to whoever reads it."""
    who = visitor.who()
    access = ROUTES.get(endpoint)
    if not isinstance(access, Mapping):
        return access is not None
    return who is not None and who.complete and bool(scopes(access, who))
