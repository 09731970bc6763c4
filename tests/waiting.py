"""Waiting for what another process does: asked again and again, up to a bound."""

from __future__ import annotations

import time
from collections.abc import Callable


def until(
    ready: Callable[[], bool], what: str, *, seconds: float = 60, pause: float = 0.05
) -> None:
    """Return as soon as ``ready`` says so; the other process has no way to tell by itself."""
    deadline = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what} within {seconds:.0f} seconds")
        time.sleep(pause)
