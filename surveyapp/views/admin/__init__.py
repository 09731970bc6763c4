"""The pages for people with an account, one module and blueprint per page."""

from surveyapp.views.admin import (
    accounts,
    audit,
    batches,
    cycles,
    home,
    mails,
    pilots,
    results,
    rosters,
    summaries,
)

BLUEPRINTS = (
    home.blueprint,
    cycles.blueprint,
    rosters.blueprint,
    mails.blueprint,
    pilots.blueprint,
    results.blueprint,
    summaries.blueprint,
    batches.blueprint,
    accounts.blueprint,
    audit.blueprint,
)
