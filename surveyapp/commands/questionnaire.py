"""surveyapp questionnaire: list, check, schema, and questionnaires of one's own."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

import questionnaires
from surveyapp.commands.base import CommandGroup, json_option, runtime, show
from surveyapp.commands.questionnaire_looks import diff, preview, texts
from surveyapp.commands.sources import saved_session, source
from surveyapp.config import from_environment
from surveyapp.errors import SurveyError
from surveyapp.runtime import Runtime
from surveyapp.services.audit import Act
from surveyapp.services.drafts import authoring
from surveyapp.services.drafts.authoring import Listed, Version, place

_file = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group(cls=CommandGroup, example="surveyapp questionnaire check my_questionnaire.yaml")
def questionnaire() -> None:
    """List, check, compare, look at and save questionnaires."""


for command in (diff, texts, preview):
    questionnaire.add_command(command)


@questionnaire.command("list", example="surveyapp questionnaire list --json")
@json_option
def list_questionnaires(as_json: bool) -> None:
    """List the questionnaires that can be used by their key."""
    directory = from_environment().questionnaire_dir
    with saved_session() as session:
        found = authoring.listed(session, directory)
    faulty = authoring.faulty(found, directory)
    rows = [
        {
            "key": each.key,
            "version": each.questionnaire.version,
            "title": each.questionnaire.title.said("en"),
            "items": len(each.questionnaire.items),
            "origin": each.origin,
            "saved_version": each.number,
        }
        for each in found
    ]
    lines = [*map(_line, found), *(f"{key:28} has mistakes and cannot be used" for key in faulty)]
    show({"questionnaires": rows, "faulty": faulty}, as_json, lambda: "\n".join(lines))


def _line(each: Listed) -> str:
    of = each.questionnaire
    saved = f", saved as version {each.number}" if each.number else ""
    return f"{each.key:28} {of.title.said('en')} ({len(of.items)} items{saved})"


@questionnaire.command(example="surveyapp questionnaire check my_questionnaire.yaml --json")
@click.argument("file", type=_file)
@json_option
def check(file: Path, as_json: bool) -> None:
    """Report every mistake of a questionnaire FILE with line, column and mend."""
    mistakes = questionnaires.check(file)
    rows = [asdict(mistake) for mistake in mistakes]
    words = [f"{place(m)}: {m.message}\n    {m.hint}" for m in mistakes]
    result = {"file": str(file), "errors": rows}
    show(result, as_json, lambda: "\n".join(words) or f"{file}: no mistakes")
    if mistakes:
        raise SurveyError(f"{file} has {len(mistakes)} mistake{'s' * (len(mistakes) > 1)}.")


@questionnaire.command(example="surveyapp questionnaire schema > questionnaire.schema.json")
def schema() -> None:
    """Print the JSON schema that editors use to complete and check questionnaires."""
    click.echo(json.dumps(questionnaires.json_schema(), ensure_ascii=False, indent=2))


@questionnaire.command(
    "show", example="surveyapp questionnaire show account_manager_360@2 > account_manager_360.yaml"
)
@click.argument("wanted", metavar="KEY[@VERSION]")
def show_text(wanted: str) -> None:
    """Print the YAML text of a questionnaire, a saved version, or a draft (KEY@draft)."""
    click.echo(source(wanted).text, nl=False)


@questionnaire.command(example="surveyapp questionnaire save my.yaml --key our_feedback")
@click.argument("file", type=_file)
@click.option("--key", required=True, help="Under which it is saved; stands in the file as well.")
@click.option(
    "--draft",
    "as_draft",
    is_flag=True,
    help="Keep it apart, mistakes and all; it cannot be used before it is saved without this.",
)
@json_option
def save(file: Path, key: str, as_draft: bool, as_json: bool) -> None:
    """Save FILE in the database as the next version of KEY; with mistakes nothing is saved."""
    run, content = runtime(), authoring.read_file(file.name, file)
    if as_draft:
        _keep_draft(run, key, content, as_json)
        return
    with run.database.transaction() as session:
        saved = authoring.save(session, key, content, run.account, run.config.now())
        if saved.new:
            name = f"{key}@{saved.number}"
            run.note(session, Act.SAVE_QUESTIONNAIRE, questionnaire=name)
    words = (
        f"Saved {key} as version {saved.number}."
        if saved.new
        else f"Version {saved.number} of {key} says exactly this; nothing was saved."
    )
    show(saved, as_json, lambda: words)


def _keep_draft(run: Runtime, key: str, content: bytes, as_json: bool) -> None:
    with run.database.transaction() as session:
        mistakes = authoring.keep_draft(session, key, content, run.account, run.config.now())
        run.note(session, Act.SAVE_QUESTIONNAIRE, questionnaire=f"{key}@{authoring.DRAFT}")
    lines = [f"Kept as the draft of {key}; nothing is made from it before it is saved."]
    lines += [f"{place(m)}: {m.message}\n    {m.hint}" for m in mistakes]
    result = {"key": key, "errors": [asdict(mistake) for mistake in mistakes]}
    show(result, as_json, lambda: "\n".join(lines))


@questionnaire.command(example="surveyapp questionnaire versions account_manager_360")
@click.argument("key")
@json_option
def versions(key: str, as_json: bool) -> None:
    """List the saved versions of KEY, latest first, and the cycles that took them."""
    with runtime().database.reading() as session:
        found = authoring.versions(session, key)
    result = {"key": key, "versions": [asdict(version) for version in found]}
    show(result, as_json, lambda: "\n".join(_version_line(key, version) for version in found))


def _version_line(key: str, of: Version) -> str:
    used = f"; in {', '.join(of.cycles)}" if of.cycles else ""
    return f"{key}@{of.number}  {of.saved_at:%Y-%m-%d %H:%M} UTC  {of.saved_by}  ({of.label}){used}"


@questionnaire.command(example="surveyapp questionnaire copy account_manager_360 our_feedback")
@click.argument("wanted", metavar="KEY[@VERSION]")
@click.argument("new_key", metavar="NEW_KEY")
@json_option
def copy(wanted: str, new_key: str, as_json: bool) -> None:
    """Save a copy of a questionnaire under another key, with its comments."""
    run, found = runtime(), source(wanted)
    with run.database.transaction() as session:
        saved = authoring.copy(session, found, new_key, run.account, run.config.now())
        run.note(session, Act.COPY_QUESTIONNAIRE, questionnaire=f"{new_key}@1", of=wanted)
    words = f"Copied. Next: surveyapp questionnaire show {new_key} > {new_key}.yaml"
    show(saved, as_json, lambda: words)
