"""The JSON schema of questionnaire files, for editors."""

from __future__ import annotations

from typing import Any

from questionnaires.model import Questionnaire


def json_schema() -> dict[str, Any]:
    """Describes the YAML as authors write it: short forms allowed, defaults left out."""
    schema = Questionnaire.model_json_schema(mode="validation")
    schema["$defs"]["Item"]["required"].remove("scale")  # filled in by the questionnaire
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
