"""surveyapp questionnaire: list, check, schema."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

import questionnaires
from questionnaires import Mistake, QuestionnaireError
from questionnaires.model import Questionnaire
from surveyapp.commands.base import CommandGroup, json_option, show
from surveyapp.config import from_environment
from surveyapp.errors import BadInput, SurveyError


@click.group(cls=CommandGroup, example="surveyapp questionnaire check my_questionnaire.yaml")
def questionnaire() -> None:
    """List, check and describe questionnaires."""


def load(key: str) -> Questionnaire:
    """A questionnaire by key or path, with its mistakes as a refusal."""
    try:
        return questionnaires.load(key, from_environment().questionnaire_dir)
    except QuestionnaireError as error:
        raise BadInput(f"The questionnaire {key} cannot be used", _lines(error)) from error


def _lines(error: QuestionnaireError) -> list[str]:
    return [f"{_place(m)}: {m.message}; {m.hint}" for m in error.mistakes]


def _place(mistake: Mistake) -> str:
    place = f"{mistake.file}:{mistake.line}:{mistake.column}"
    return f"{place}: {mistake.path}" if mistake.path else place


@questionnaire.command("list", example="surveyapp questionnaire list --json")
@json_option
def list_questionnaires(as_json: bool) -> None:
    """List the questionnaires that can be used by their key."""
    directory = from_environment().questionnaire_dir
    rows = []
    for key in questionnaires.available(directory):
        loaded = load(key)
        title = loaded.title.said("en")
        rows.append(
            {"key": key, "version": loaded.version, "title": title, "items": len(loaded.items)}
        )
    show(
        {"questionnaires": rows},
        as_json,
        lambda: "\n".join(f"{r['key']:28} {r['title']} ({r['items']} items)" for r in rows),
    )


@questionnaire.command(example="surveyapp questionnaire check my_questionnaire.yaml --json")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@json_option
def check(file: Path, as_json: bool) -> None:
    """Report every mistake of a questionnaire FILE with line, column and mend."""
    mistakes = questionnaires.check(file)
    rows = [asdict(mistake) for mistake in mistakes]
    words = [f"{_place(m)}: {m.message}\n    {m.hint}" for m in mistakes]
    result = {"file": str(file), "errors": rows}
    show(result, as_json, lambda: "\n".join(words) or f"{file}: no mistakes")
    if mistakes:
        raise SurveyError(f"{file} has {len(mistakes)} mistake{'s' * (len(mistakes) > 1)}.")


@questionnaire.command(example="surveyapp questionnaire schema > questionnaire.schema.json")
def schema() -> None:
    """Print the JSON schema that editors use to complete and check questionnaires."""
    click.echo(json.dumps(questionnaires.json_schema(), ensure_ascii=False, indent=2))
