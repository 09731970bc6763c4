"""The pages for people with an account, one module and blueprint per page."""

from surveyapp.views.admin import (
    accounts,
    audit,
    cycles,
    home,
    library,
    mails,
    nominations,
    raters,
    results,
    rosters,
    settings,
    team,
    writing,
)

BLUEPRINTS = (
    home.blueprint,
    raters.blueprint,
    team.blueprint,
    cycles.blueprint,
    rosters.blueprint,
    settings.blueprint,
    nominations.blueprint,
    mails.blueprint,
    results.blueprint,
    library.blueprint,
    writing.blueprint,
    accounts.blueprint,
    audit.blueprint,
)
