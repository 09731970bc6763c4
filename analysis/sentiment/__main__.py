"""`python -m analysis.sentiment FILE`: a file of comments to TSV."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from analysis.sentiment import CommentSentiment, score_comments

COLUMNS = ("text", "label", "score", "confidence", "language", "engine", "clauses")
EXAMPLE = """\
example:
  printf '回复很快，但是报价太慢\\nNot bad at all\\n' > comments.txt
  python -m analysis.sentiment comments.txt
"""
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def main(arguments: Sequence[str] | None = None) -> int:
    """Write one line per comment: label, score, confidence and clauses; 2 if the file is unfit."""
    parser = argparse.ArgumentParser(
        prog="python -m analysis.sentiment",
        description="Score comments, one per line, and write tab-separated values.",
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "file",
        metavar="FILE",
        type=Path,
        help="UTF-8; plain lines, or tab-separated values whose header has a column named text",
    )
    path: Path = parser.parse_args(arguments).file
    try:
        texts = _texts(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        print(f"{path}: {error}", file=sys.stderr)
        return 2
    out = sys.stdout.buffer
    for line in _lines(texts):
        out.write((line + "\n").encode("utf-8"))
    return 0


def _texts(content: str) -> list[str]:
    lines = content.replace("\r\n", "\n").removesuffix("\n").split("\n") if content else []
    header = lines[0].split("\t") if lines else []
    if "text" not in header:
        return lines
    column = header.index("text")
    return [(line.split("\t") + [""] * len(header))[column] for line in lines[1:]]


def _lines(texts: Sequence[str]) -> Iterator[str]:
    yield "\t".join(COLUMNS)
    for text, said in zip(texts, score_comments(texts), strict=True):
        yield "\t".join(field.translate(_ESCAPES) for field in _fields(text, said))


def _fields(text: str, said: CommentSentiment) -> tuple[str, ...]:
    clauses = [
        {"start": each.start, "end": each.end, "score": round(each.score, 4)}
        for each in said.clauses
    ]
    return (
        text,
        said.label,
        "" if said.score is None else f"{said.score:.4f}",
        f"{said.confidence:.4f}",
        said.language,
        said.engine,
        json.dumps(clauses, separators=(",", ":")),
    )


if __name__ == "__main__":
    sys.exit(main())
