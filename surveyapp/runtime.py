"""What the edges share: configuration, database and keys, made once per process."""

from __future__ import annotations

from dataclasses import dataclass

from surveyapp.config import Config
from surveyapp.db import Database
from surveyapp.sealing import KeyFolder


@dataclass(frozen=True)
class Runtime:
    config: Config
    database: Database
    keys: KeyFolder


def runtime_for(config: Config) -> Runtime:
    return Runtime(
        config, Database(config.database_url), KeyFolder(config.key_dir, config.secret_file)
    )
