"""The command line in this process: arguments in; exit code, output and errors out."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass
from typing import Any

import pytest

from surveyapp import cli
from surveyapp.commands import base, doctor
from surveyapp.runtime import Runtime, runtime_for


@dataclass(frozen=True)
class Outcome:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one JSON object that is all of the output."""
        result = json.loads(self.out)
        assert isinstance(result, dict)
        return result


class Commands:
    """Runs ``surveyapp ...`` as ``main`` does, on the database of a test."""

    def __init__(
        self, run: Runtime, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        self.monkeypatch, self.capsys = monkeypatch, capsys
        for name in [name for name in os.environ if name.startswith("SURVEYAPP_")]:
            monkeypatch.delenv(name)
        config = run.config
        self.set(
            DATA_DIR=config.data_dir,
            DATABASE_URL=config.database_url,
            KEY_DIR=config.key_dir,
            SECRET_FILE=config.secret_file,
            MAIL_URL=config.mail_url,
            PUBLIC_BASE_URL=config.public_base_url,
            ORGANISATION=config.organisation,
            TEST_NOW=config.test_now,
        )

    def set(self, **variables: object) -> None:
        for name, value in variables.items():
            self.monkeypatch.setenv(f"SURVEYAPP_{name}", str(value))

    def __call__(self, *arguments: object) -> Outcome:
        made: list[Runtime] = []

        def remembered(config):
            made.append(runtime_for(config))
            return made[-1]

        for module in (base, doctor):
            self.monkeypatch.setattr(module, "runtime_for", remembered)
        self.monkeypatch.setattr(sys, "argv", ["surveyapp", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        for run in made:
            run.database.engine.dispose()
        return Outcome(int(ended.value.code or 0), *self.capsys.readouterr())
