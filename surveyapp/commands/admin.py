"""surveyapp admin: accounts of people who sign in to the pages."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import click

from surveyapp import account_steps
from surveyapp.account_steps import NewLink
from surveyapp.commands.base import CommandGroup, json_option, runtime, show
from surveyapp.i18n import LANGUAGES
from surveyapp.models import MailKind, Role
from surveyapp.services.accounts import account_links, accounts

role_type = click.Choice([role.value for role in Role])
role_option = click.option(
    "--role", "roles", multiple=True, type=role_type, help="May be repeated."
)


mail_option = click.option(
    "--mail", "by_mail", is_flag=True, help="Let `mail deliver` send the link; print none."
)


def _show_link(made: NewLink, as_json: bool) -> None:
    days = account_links.LIFE[MailKind.ACCOUNT].days
    words = f"{made.email} sets a password within {days} days, once, at:\n{made.link}"
    if not made.link:
        words = f"A mail to {made.email} is queued. Run: surveyapp mail deliver"
    show(asdict(made), as_json, lambda: words)


def _chosen(roles: tuple[str, ...], default: Role) -> list[Role]:
    return [Role(role) for role in roles] or [default]


@click.group(cls=CommandGroup, example="surveyapp admin create anna@example.com")
def admin() -> None:
    """Make and change accounts. Raters need none."""


@admin.command(example="surveyapp admin create anna@example.com --role analyst")
@click.argument("email")
@role_option
@click.option("--language", type=click.Choice(LANGUAGES), default="zh", show_default=True)
@mail_option
@json_option
def create(email: str, roles: tuple[str, ...], language: str, by_mail: bool, as_json: bool) -> None:
    """Make an account for EMAIL (administrator by default) and print its link, once."""
    chosen = _chosen(roles, Role.ADMINISTRATOR)
    _show_link(account_steps.create(runtime(), email, chosen, language, by_mail=by_mail), as_json)


@admin.command(example="surveyapp admin invite B1 --role supervisor")
@click.argument("identity", metavar="ID")
@role_option
@mail_option
@json_option
def invite(identity: str, roles: tuple[str, ...], by_mail: bool, as_json: bool) -> None:
    """Make an account for the person with this ID of the roster (manager by default)."""
    chosen = _chosen(roles, Role.MANAGER)
    _show_link(account_steps.invite(runtime(), identity, chosen, by_mail=by_mail), as_json)


@admin.command("list", example="surveyapp admin list --json")
@json_option
def list_(as_json: bool) -> None:
    """List all accounts."""
    with runtime().database.reading() as session:
        rows: list[dict[str, Any]] = [
            {
                "email": account.email,
                "roles": account.roles.split("+"),
                "person": account.person.external_id if account.person else None,
                "password": account.password_hash is not None,
                "second_factor": account.totp_sealed is not None,
                "disabled": account.disabled_at is not None,
            }
            for account in accounts.everybody(session)
        ]
    lines = [
        f"{row['email']} {'+'.join(row['roles'])}{' disabled' if row['disabled'] else ''}"
        for row in rows
    ]
    none = "There is no account yet. Make one with: surveyapp admin create EMAIL"
    show({"accounts": rows}, as_json, lambda: "\n".join(lines) or none)


@admin.command(example="surveyapp admin role anna@example.com --role administrator --role analyst")
@click.argument("email")
@role_option
@json_option
def role(email: str, roles: tuple[str, ...], as_json: bool) -> None:
    """Give an account these roles and no other. It must sign in again."""
    account_steps.change_roles(runtime(), email, [Role(word) for word in roles])
    words = f"{email} is {' and '.join(roles)} from the next sign-in on."
    show({"email": email, "roles": list(roles)}, as_json, lambda: words)


@admin.command(example="surveyapp admin reset anna@example.com --second-factor")
@click.argument("email")
@click.option("--second-factor", is_flag=True, help="The authenticator and its codes are lost too.")
@mail_option
@json_option
def reset(email: str, second_factor: bool, by_mail: bool, as_json: bool) -> None:
    """Take away the password, end all sessions, and print a new link, once."""
    made = account_steps.reset(runtime(), email, second_factor=second_factor, by_mail=by_mail)
    _show_link(made, as_json)


@admin.command(example="surveyapp admin disable anna@example.com")
@click.argument("email")
@json_option
def disable(email: str, as_json: bool) -> None:
    """Let nobody sign in to this account any more; its sessions end."""
    account_steps.disable(runtime(), email)
    words = f"{email} is disabled. Undo: surveyapp admin enable {email}"
    show({"email": email, "disabled": True}, as_json, lambda: words)


@admin.command(example="surveyapp admin enable anna@example.com")
@click.argument("email")
@json_option
def enable(email: str, as_json: bool) -> None:
    """Let a disabled account sign in again."""
    account_steps.enable(runtime(), email)
    show({"email": email, "disabled": False}, as_json, lambda: f"{email} may sign in again.")
