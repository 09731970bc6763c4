"""The sealed ballot box: encryption of answers, and the keys of a cycle outside the database."""

from __future__ import annotations

import hmac
import json
import os
import secrets
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nacl.bindings import sodium_pad, sodium_unpad
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox
from nacl.secret import Aead, SecretBox
from nacl.signing import SigningKey

from surveyapp.errors import KeyUnavailable, Refused
from surveyapp.i18n import N_

PADDING = 4096  # the length of a ciphertext must not tell how much was written
KEY_BYTES = 32
CLOSED_CYCLES = "closed-cycles"
SIGNING_KEY = "signing-key"  # beside the secret file


def _padded(payload: dict[str, Any]) -> bytes:
    return sodium_pad(json.dumps(payload, ensure_ascii=False).encode(), PADDING)


def _unpadded(plaintext: bytes) -> dict[str, Any]:
    payload: dict[str, Any] = json.loads(sodium_unpad(plaintext, PADDING))
    return payload


def seal_ballot(public_key: bytes, payload: dict[str, Any]) -> bytes:
    """Encrypt answers so that only the cycle's private key opens them."""
    return SealedBox(PublicKey(public_key)).encrypt(_padded(payload))


def open_ballot(private_key: bytes, ciphertext: bytes) -> dict[str, Any]:
    return _unpadded(SealedBox(PrivateKey(private_key)).decrypt(ciphertext))


def lock_draft(key: bytes, assignment_id: str, payload: dict[str, Any]) -> bytes:
    """Encrypt unfinished answers under the rater's link, bound to their assignment."""
    return bytes(Aead(key).encrypt(_padded(payload), assignment_id.encode()))


def unlock_draft(key: bytes, assignment_id: str, ciphertext: bytes) -> dict[str, Any] | None:
    """The answers of a draft, or None where this link cannot open it."""
    try:
        return _unpadded(Aead(key).decrypt(ciphertext, assignment_id.encode()))
    except CryptoError:
        return None


def seal_secret(key: bytes, owner: str, secret: bytes) -> bytes:
    """Encrypt a secret of an account for the database, bound to its owner."""
    return bytes(Aead(key).encrypt(secret, owner.encode()))


def unseal_secret(key: bytes, owner: str, sealed: bytes) -> bytes:
    try:
        return bytes(Aead(key).decrypt(sealed, owner.encode()))
    except CryptoError as error:
        raise KeyUnavailable(
            N_(
                "The second factors were sealed under another secret file. Put it back, "
                "or let everybody set up theirs again: surveyapp admin reset EMAIL "
                "--second-factor"
            )
        ) from error


@dataclass(frozen=True, repr=False)
class CycleKeys:
    """The secrets of one cycle; both are destroyed at closing."""

    private_key: bytes
    link_key: bytes

    @classmethod
    def parted(cls, joined: bytes) -> CycleKeys:
        return cls(joined[:KEY_BYTES], joined[KEY_BYTES:])

    def joined(self) -> bytes:
        return self.private_key + self.link_key

    @property
    def public_key(self) -> bytes:
        return bytes(PrivateKey(self.private_key).public_key)


class KeyFolder:
    """One file per cycle, wrapped under the secret file, readable by the service alone."""

    def __init__(self, folder: Path, secret_file: Path) -> None:
        self.folder = folder
        self.secret_file = secret_file

    def _path(self, cycle_id: str) -> Path:
        return self.folder / f"{cycle_id}.key"

    def require_apart(self, data_dir: Path) -> None:
        """Refuse keys inside the data folder, where its backup would hold them too."""
        for place in (self.folder, self.secret_file):
            if place.resolve().is_relative_to(data_dir.resolve()):
                raise Refused(
                    N_(
                        "%(place)s lies inside the data folder, so a backup of the data "
                        "would hold the keys; set SURVEYAPP_KEY_DIR to a folder outside"
                    ),
                    place=place,
                )

    def require_private(self) -> None:
        """Refuse keys that other accounts of this machine can read."""
        for place, mode in ((self.folder, "700"), (self.secret_file, "600")):
            if place.exists() and place.stat().st_mode & 0o077:
                raise Refused(
                    N_("%(place)s can be read by others; run: chmod %(mode)s %(place)s"),
                    place=place,
                    mode=mode,
                )

    def holds(self, cycle_id: str) -> bool:
        return self._path(cycle_id).exists()

    def create(self, cycle_id: str) -> CycleKeys:
        """Make and store the keys of a cycle."""
        keys = CycleKeys(bytes(PrivateKey.generate()), secrets.token_bytes(KEY_BYTES))
        self.put(cycle_id, keys)
        return keys

    def put(self, cycle_id: str, keys: CycleKeys) -> None:
        """Store keys, wrapped under the secret."""
        try:
            _ensure_secret(self.secret_file)
            write_once(self._path(cycle_id), SecretBox(self._secret()).encrypt(keys.joined()))
        except OSError as error:
            raise KeyUnavailable(
                N_(
                    "Cannot write the keys of the cycle to %(folder)s: %(reason)s. Set "
                    "SURVEYAPP_KEY_DIR to a folder this service may write."
                ),
                folder=self.folder,
                reason=error.strerror,
            ) from error

    def load(self, cycle_id: str) -> CycleKeys:
        try:
            both = SecretBox(self._secret()).decrypt(self._path(cycle_id).read_bytes())
        except (OSError, CryptoError, ValueError) as error:
            raise KeyUnavailable(
                N_(
                    "Cannot read the keys of the cycle in %(folder)s. Put the key folder "
                    "and the secret file back, or the escrow copy (surveyapp keys "
                    "restore FILE): without them no ballot can be opened and no reminder "
                    "sent. If the cycle was closed before, the database is an old backup "
                    "of it."
                ),
                folder=self.folder,
            ) from error
        return CycleKeys.parted(both)

    def destroy(self, cycle_id: str) -> None:
        """Overwrite and remove the keys of a cycle; none left is fine (a repeated closing)."""
        path = self._path(cycle_id)
        if not path.exists():
            return
        try:
            with path.open("r+b") as file:
                file.write(secrets.token_bytes(path.stat().st_size))
                file.flush()
                os.fsync(file.fileno())
            path.unlink()
            _sync_folder(self.folder)
        except OSError as error:
            raise KeyUnavailable(
                N_(
                    "Cannot destroy %(path)s: %(reason)s. While it exists, old backups "
                    "can be opened: make it writable and run `surveyapp cycle close` "
                    "again."
                ),
                path=path,
                reason=error.strerror,
            ) from error

    def ensure_secret(self) -> None:
        """Make the secret file if there is none: before the first account, or the first opening."""
        try:
            _ensure_secret(self.secret_file)
        except OSError as error:
            raise KeyUnavailable(
                N_(
                    "Cannot write the secret file %(secret_file)s: %(reason)s. Set "
                    "SURVEYAPP_SECRET_FILE to a file this service may write."
                ),
                secret_file=self.secret_file,
                reason=error.strerror,
            ) from error

    def has_secret(self) -> bool:
        return self.secret_file.exists()

    def derived(self, purpose: str) -> bytes:
        """A secret of the service for another purpose; there is none before the first opening, the
        first account, or the first report sent."""
        try:
            return hmac.digest(self._secret(), purpose.encode(), "sha256")
        except (OSError, ValueError) as error:
            raise KeyUnavailable(
                N_("Cannot read the secret file %(secret_file)s."), secret_file=self.secret_file
            ) from error

    def note_closed(self, cycle_id: str) -> None:
        """Remember that a cycle was closed, so that an older backup of it is recognised."""
        if cycle_id in self.closed_before():
            return
        path = self.folder / CLOSED_CYCLES
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "a") as file:  # noqa: PTH123
                file.write(f"\n{cycle_id}\n")  # a line that was torn by a full disk stays apart
                file.flush()
                os.fsync(file.fileno())
            _sync_folder(self.folder)
        except OSError as error:
            raise KeyUnavailable(
                N_(
                    "Cannot write %(path)s: %(reason)s. Make it writable and run "
                    "`surveyapp cycle close` again."
                ),
                path=path,
                reason=error.strerror,
            ) from error

    def closed_before(self) -> set[str]:
        """The ids of all cycles that were ever closed with this key folder."""
        path = self.folder / CLOSED_CYCLES
        try:
            return set(path.read_text().split()) if path.exists() else set()
        except (OSError, UnicodeDecodeError) as error:
            raise KeyUnavailable(
                N_("Cannot read %(path)s: %(error)s. Restore it or make it readable."),
                path=path,
                error=error,
            ) from error

    def signing_key(self) -> SigningKey:
        """The key under which this service signs; made when it is first needed."""
        path = self.secret_file.with_name(SIGNING_KEY)
        try:
            _ensure_secret(path)
            return SigningKey(bytes.fromhex(path.read_text().strip()))
        except (OSError, ValueError) as error:
            raise KeyUnavailable(
                N_("Cannot read or make the signing key %(path)s: %(error)s."),
                path=path,
                error=error,
            ) from error

    def _secret(self) -> bytes:
        return bytes.fromhex(self.secret_file.read_text().strip())


def _ensure_secret(path: Path) -> None:
    """Make a secret that several processes may ask for at once: it appears whole or not at all."""
    if path.exists():
        return
    partial = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    write_once(partial, secrets.token_hex(KEY_BYTES).encode())
    try:
        with suppress(FileExistsError):  # another process was first; its secret is ours too
            os.link(partial, path)
    finally:
        partial.unlink()
    _sync_folder(path.parent)


def write_once(path: Path, content: bytes) -> None:
    """A new file on disk for this account alone; an existing one is never overwritten."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:  # noqa: PTH123
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
