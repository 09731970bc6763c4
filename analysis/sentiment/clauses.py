"""Where one thought of a comment ends and the next begins."""

from __future__ import annotations

import itertools
import re
from typing import NamedTuple

from analysis.sentiment.constructions import only_says_when

MOST = 60  # clauses of one comment that are told apart; the last one keeps the rest

_BREAK = re.compile(
    r"[;!?。…\n]+|(?<!please),(?!\d| ?please\b)|\.(?![\w.])|(?<=[a-z]{2})\.(?=[a-z]{3})"
    r"|(?=但|不过(?![了来去])|可是|可惜|然而|就是(?=[^这那说我你他她它会要能])|只是|却|唯一|美中不足|(?<![有无何么没])(?:不足之处|缺点))"
    r"|\b(?=(?:but|however|yet(?! to\b)|although|though|except|unfortunately|cons:)(?![\w']))"
)
_NO_TURN = re.compile(r"(?:不|也|还|这|那|都|可|正|only|nothing|anything|anyone|all|not|no|as) ?$")
_TURN = re.compile(
    r"但|不过|可是|可惜|然而|就是|只是|却|唯一|美中不足|不足之处|缺点"
    r"|but\b|however\b|yet\b|except\b|unfortunately\b|cons:"
)
_SAYS = re.compile(r"[^\W_]|[^\s\x00-\x7f，。、；：！？“”‘’（）《》—…·～]")


class Span(NamedTuple):
    """A clause ``folded[start:end]``; ``turn`` says that a contrast word opens it."""

    start: int
    end: int
    turn: bool


def split(folded: str) -> list[Span]:
    """The clauses of a folded text, at punctuation and before contrast words, in order.

    ``folded`` comes from :func:`analysis.sentiment.folding.fold`. Pieces that hold neither a
    letter nor a digit nor a picture are left out; after ``MOST`` clauses the rest is one.
    """
    cuts = [0]
    for found in _BREAK.finditer(folded):
        if found.end() > found.start():
            if not (
                found.group() == "," and only_says_when(folded[cuts[-1] : found.start()].strip())
            ):
                cuts.append(found.end())
        elif not _NO_TURN.search(folded, max(0, found.start() - 9), found.start()):
            cuts.append(found.start())
        if len(cuts) > MOST:
            break
    cuts.append(len(folded))
    spans = []
    for start, end in itertools.pairwise(cuts):
        if _SAYS.search(folded, start, end):
            start += len(folded[start:end]) - len(folded[start:end].lstrip())
            end = start + len(folded[start:end].rstrip(" \n,.;!?。…"))
            spans.append(Span(start, max(end, start + 1), bool(_TURN.match(folded, start))))
    return spans
