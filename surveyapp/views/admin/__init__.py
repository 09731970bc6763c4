"""The pages for people with an account, one module and blueprint per page."""

from surveyapp.views.admin import (
    accounts,
    audit,
    cycles,
    home,
    mails,
    nominations,
    raters,
    results,
    rosters,
    team,
)

BLUEPRINTS = (
    home.blueprint,
    raters.blueprint,
    team.blueprint,
    cycles.blueprint,
    rosters.blueprint,
    nominations.blueprint,
    mails.blueprint,
    results.blueprint,
    accounts.blueprint,
    audit.blueprint,
)
