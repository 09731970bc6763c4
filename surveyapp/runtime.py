"""What the edges share: configuration, database and keys, made once per process."""

from __future__ import annotations

import os
import pwd
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.orm import Session

from surveyapp.config import Config
from surveyapp.db import Database
from surveyapp.sealing import KeyFolder
from surveyapp.services import audit
from surveyapp.services.audit import Act


@dataclass(frozen=True)
class Runtime:
    config: Config
    database: Database
    keys: KeyFolder
    actor: str = ""  # id of the account that is signed in; none: the one that runs this process

    def note(self, session: Session, act: Act, cycle_key: str = "", **details: Any) -> None:
        """Log an act of whoever uses this service."""
        audit.note(session, self.account, self.config.now(), act, cycle_key, details)

    @property
    def account(self) -> str:
        """Who uses this service, as the log names it."""
        return self.actor or _account()

    def acting(self, account_id: str) -> Runtime:
        """The same service in the hands of a signed-in account."""
        return replace(self, actor=account_id)


def _account() -> str:
    """The operating system's name of the account; asked of the system, not of the environment."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return f"uid {os.getuid()}"


def runtime_for(config: Config) -> Runtime:
    return Runtime(
        config, Database(config.database_url), KeyFolder(config.key_dir, config.secret_file)
    )
