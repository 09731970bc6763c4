"""The pages for people with an account, one module and blueprint per page."""

from surveyapp.views.admin import (
    accounts,
    audit,
    batches,
    cycles,
    home,
    library,
    mails,
    nominations,
    pilots,
    raters,
    results,
    rosters,
    settings,
    summaries,
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
    pilots.blueprint,
    results.blueprint,
    library.blueprint,
    writing.blueprint,
    summaries.blueprint,
    batches.blueprint,
    accounts.blueprint,
    audit.blueprint,
)
