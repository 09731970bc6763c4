"""The pages for people with an account, one module and blueprint per page."""

from surveyapp.views.admin import (
    accounts,
    audit,
    cycles,
    home,
    library,
    mails,
    results,
    rosters,
    settings,
    writing,
)

BLUEPRINTS = (
    home.blueprint,
    cycles.blueprint,
    rosters.blueprint,
    settings.blueprint,
    mails.blueprint,
    results.blueprint,
    library.blueprint,
    writing.blueprint,
    accounts.blueprint,
    audit.blueprint,
)
