"""The pages for people with an account, one module and blueprint per page."""

from surveyapp.views.admin import accounts, audit, cycles, home, library, mails, results, rosters

BLUEPRINTS = (
    home.blueprint,
    cycles.blueprint,
    rosters.blueprint,
    mails.blueprint,
    results.blueprint,
    library.blueprint,
    accounts.blueprint,
    audit.blueprint,
)
