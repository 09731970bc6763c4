"""Which numbers of a release may leave, from a JSON file."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from analysis.disclosure.file import decision_json, read_release
from analysis.disclosure.release import guard

SCHEMA = Path(__file__).with_name("release.schema.json")
EXAMPLE = """example:
  python -m analysis.disclosure release.json

with release.json
  {"cells": {"peers": 5, "customers": 1},
   "requested": [{"id": "peers", "item": "trust", "cells": ["peers"]},
                 {"id": "all", "item": "trust", "cells": ["peers", "customers"]}]}

prints what may be shown and what not: all less peers would be the one customer's answer.
docs/disclosure.md describes the file. Ends with 0, with 1 if the file is refused, with 2 if the
command is.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the decision on a file; 0 done, 1 refused, 2 usage."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.schema:
        print(SCHEMA.read_text(encoding="utf-8"), end="")
        return 0
    if options.file is None:
        parser.error("a file is needed")
    try:
        requested, released, policy = read_release(options.file.read_text(encoding="utf-8-sig"))
        decision = guard(requested, released, policy)
    except (ValueError, OSError) as refused:
        print(f"refused: {options.file}: {refused}", file=sys.stderr)
        return 1
    print(json.dumps(decision_json(decision), ensure_ascii=False, indent=2))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m analysis.disclosure",
        description=__doc__,
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("file", type=Path, nargs="?", metavar="FILE.json", help="UTF-8")
    parser.add_argument("--schema", action="store_true", help="print the JSON schema of the file")
    return parser


if __name__ == "__main__":
    sys.exit(main())
