"""The JSON schema that editors complete questionnaires with."""

import json
from pathlib import Path

import pytest
import yaml
from tiny_questionnaire import TINY, edited

import questionnaires

SHIPPED = Path(questionnaires.__file__).with_name("questionnaire.schema.json")
ROOT = Path(__file__).parents[2]
FILES = [*questionnaires.LIBRARY.glob("*.yaml"), *(ROOT / "docs/examples").rglob("*naire.yaml")]

TYPES = {
    "object": dict,
    "array": list,
    "string": str,
    "integer": int,
    "number": int | float,
    "boolean": bool,
    "null": type(None),
}


def fits(value, schema, root) -> bool:
    """Whether a value has the described structure: as much of the standard as our schema uses."""
    if "$ref" in schema and not fits(value, root["$defs"][schema["$ref"].split("/")[-1]], root):
        return False
    if "anyOf" in schema and not any(fits(value, option, root) for option in schema["anyOf"]):
        return False
    types = schema.get("type", [])
    types = [types] if isinstance(types, str) else types
    if types and not any(isinstance(value, TYPES[name]) for name in types):
        return False
    if value not in schema.get("enum", [value]):
        return False
    if isinstance(value, list):
        return all(fits(each, schema.get("items", {}), root) for each in value)
    return not isinstance(value, dict) or fits_mapping(value, schema, root)


def fits_mapping(value, schema, root) -> bool:
    properties = schema.get("properties", {})
    rest = schema.get("additionalProperties", True)
    if any(name not in value for name in schema.get("required", [])):
        return False
    if rest is False and any(name not in properties for name in value):
        return False
    if not all(fits(name, schema.get("propertyNames", {}), root) for name in value):
        return False
    other = rest if isinstance(rest, dict) else {}
    return all(fits(each, properties.get(name, other), root) for name, each in value.items())


def described(text: str) -> bool:
    schema = questionnaires.json_schema()
    return fits(yaml.safe_load(text), schema, schema)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.parent.name + "/" + file.name)
def test_the_schema_describes_the_shipped_questionnaires(file):
    assert described(file.read_text(encoding="utf-8"))


def test_the_schema_knows_short_forms_and_defaults():
    assert described(TINY)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("reverse: true", "revers: true"),
        ("id: wish\n", "name: wish\n"),
        ("CUSTOMER: 40", "CUSTOMERS: 40"),
        ("SELF: {zh", "ME: {zh"),
        ("polarity: neutral", "polarity: good"),
        ("[SELF, SUPERVISOR]", "SELF"),
        ("default: {zh", "PEER: {zh"),
    ],
)
def test_the_schema_marks_mistakes_while_typing(old, new):
    assert not described(edited(old, new))


def test_the_schema_file_is_the_schema_of_the_models():
    assert json.loads(SHIPPED.read_text(encoding="utf-8")) == questionnaires.json_schema()


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.parent.name + "/" + file.name)
def test_the_shipped_questionnaires_name_the_schema_file(file):
    first = file.read_text(encoding="utf-8").splitlines()[0]
    named = first.removeprefix("# yaml-language-server: $schema=")
    assert (file.parent / named).resolve() == SHIPPED.resolve()


def test_every_key_is_explained_to_the_editor():
    schema = questionnaires.json_schema()
    models = [schema, *(d for name, d in schema["$defs"].items() if name != "WordingByRelation")]
    keys = [key for model in models for key in model.get("properties", {}).values()]
    assert all(key.get("description") for key in keys)
