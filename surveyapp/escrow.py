"""The escrow copy of a cycle's keys: one file, opened by a passphrase alone.

It exists so that a lost key folder does not lose the cycle, and must be destroyed by hand when the
cycle is closed: with it and an old backup the ballots of that backup can be opened.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from dataclasses import dataclass
from pathlib import Path

from nacl.exceptions import CryptoError
from nacl.pwhash import argon2id
from nacl.secret import SecretBox
from nacl.utils import random

from surveyapp.errors import Refused
from surveyapp.i18n import N_
from surveyapp.sealing import CycleKeys, write_once

KIND = "surveyapp escrow 1"
MIN_PASSPHRASE = 12
# About a second and 256 MiB for each passphrase that is tried.
EFFORT = (argon2id.OPSLIMIT_MODERATE, argon2id.MEMLIMIT_MODERATE)


@dataclass(frozen=True, repr=False)
class Escrow:
    """Where the copy goes, and the words that will open it."""

    path: Path
    passphrase: str

    def require_apart(self, *folders: Path) -> None:
        """Refuse a weak passphrase, and a place where the copy would be lost or found together
        with what it is a copy of."""
        if len(self.passphrase) < MIN_PASSPHRASE:
            raise Refused(
                N_("The passphrase needs at least %(min_passphrase)s characters."),
                min_passphrase=MIN_PASSPHRASE,
            )
        if self.path.exists():
            raise Refused(
                N_("%(path)s exists already; name a new file for the escrow copy."), path=self.path
            )
        if not self.path.parent.is_dir():
            raise Refused(
                N_("There is no folder %(parent)s; is the medium in its place?"),
                parent=self.path.parent,
            )
        for folder in folders:
            if self.path.resolve().is_relative_to(folder.resolve()):
                raise Refused(
                    N_("%(path)s lies inside %(folder)s; put the escrow copy on another medium."),
                    path=self.path,
                    folder=folder,
                )

    def write(self, cycle_id: str, keys: CycleKeys) -> None:
        salt = random(argon2id.SALTBYTES)
        content = {
            "kind": KIND,
            "cycle": cycle_id,
            "effort": EFFORT,
            "salt": b64encode(salt).decode(),
            "keys": b64encode(_box(self.passphrase, salt, *EFFORT).encrypt(keys.joined())).decode(),
        }
        try:
            write_once(self.path, json.dumps(content, indent=1).encode())
        except OSError as error:
            raise Refused(
                N_("Cannot write %(path)s: %(reason)s."), path=self.path, reason=error.strerror
            ) from error

    def read(self) -> tuple[str, CycleKeys]:
        """The id of the cycle and its keys."""
        try:
            content = json.loads(self.path.read_bytes())
            salt, locked = b64decode(content["salt"]), b64decode(content["keys"])
            operations, memory = content["effort"]
            if content["kind"] != KIND or operations > EFFORT[0] or memory > EFFORT[1]:
                raise ValueError(KIND)
            cycle_id = str(content["cycle"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise Refused(
                N_("%(path)s is no escrow copy of this program."), path=self.path
            ) from error
        try:
            joined = _box(self.passphrase, salt, operations, memory).decrypt(locked)
        except CryptoError as error:
            raise Refused(N_("The passphrase does not open %(path)s."), path=self.path) from error
        return cycle_id, CycleKeys.parted(joined)


def _box(passphrase: str, salt: bytes, operations: int, memory: int) -> SecretBox:
    key = argon2id.kdf(SecretBox.KEY_SIZE, passphrase.encode(), salt, operations, memory)
    return SecretBox(key)
