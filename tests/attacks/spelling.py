"""A word as it might lie in a file."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterable


def spellings(word: str) -> set[bytes]:
    """The word in the encodings in which programs write text."""
    plain = word.encode()
    # In base64 a word looks different at each of three places; the ends depend on neighbours.
    base64 = {b64encode(b"x" * shift + plain)[4 if shift else 0 : -4] for shift in range(3)}
    escaped = json.dumps(word)[1:-1].encode()
    return {plain, escaped, word.encode("utf-16-le"), plain.hex().encode(), *base64}


def occurrences(words: Iterable[str], content: bytes) -> int:
    return sum(content.count(spelling) for word in words for spelling in spellings(word))
