"""The pages for people with an account, one module and blueprint per page."""

from surveyapp.views.admin import accounts, audit, home

BLUEPRINTS = (home.blueprint, accounts.blueprint, audit.blueprint)
