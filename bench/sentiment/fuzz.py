"""Odd texts for the comment engine: `make fuzz-sentiment` (FUZZ_TEXTS=1000000).

Pictures, lone surrogates, right-to-left and control characters, mixed scripts, empty texts, lines
of 100,000 characters and texts made of the engine's own words. Each is read alone; prints how many
raised, how many gave a score outside of -1 to 1 or a clause outside of the text, and the slowest
in milliseconds of CPU. A reading that took more than 50 is repeated, for a machine stalls now and
then and a text does not: its least time counts. Ends with 1 if any raised, was wrong or was slow.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[2])]

from analysis.sentiment import CommentSentiment, score_comments  # noqa: E402
from analysis.sentiment.lexicon import read_groups  # noqa: E402

SLOWEST = 50.0  # milliseconds of CPU
LONG = 100_000  # characters of the longest texts
ONE_IN = 500  # of so many texts one is long

RANGES = (
    (0x00, 0x20), (0x20, 0x7F), (0x80, 0x250), (0x370, 0x590), (0x590, 0x700), (0x900, 0xE00),
    (0x2000, 0x2070), (0x2600, 0x2800), (0x3000, 0x3100), (0x4E00, 0x9FFF), (0xD800, 0xE000),
    (0xE000, 0xE100), (0xF900, 0xFB00), (0xFE00, 0xFE10), (0xFF00, 0xFFF0), (0x1F300, 0x1FB00),
    (0x20000, 0x20100), (0xE0000, 0xE0080), (0x10FF00, 0x110000),
)  # fmt: skip
GLUE = (
    " ",
    "",
    "，",
    "。",
    ", ",
    ". ",
    "! ",
    "\n",
    "\t",
    "但是",
    " but ",
    "不",
    " not ",
    "\u202e",
    "\u200d",
)


def words() -> list[str]:
    lists = [
        f"{kind}_{code}" for kind in ("lexicon", "idioms", "modifiers") for code in ("zh", "en")
    ]
    return [word for name in lists for _, listed in read_groups(f"{name}.txt") for word in listed]


def makers(rng: random.Random) -> list[Callable[[int], str]]:
    """Ways to make a text of about so many characters."""
    known = words()

    def one_range(size: int) -> str:
        low, high = rng.choice(RANGES)
        return "".join(chr(rng.randrange(low, high)) for _ in range(size))

    def all_ranges(size: int) -> str:
        return "".join(chr(rng.randrange(*rng.choice(RANGES))) for _ in range(size))

    def repeated(size: int) -> str:
        piece = rng.choice((one_range(rng.randint(1, 4)), rng.choice(known), rng.choice(GLUE)))
        return (piece * size)[:size]

    def known_words(size: int) -> str:
        parts = (rng.choice(known) + rng.choice(GLUE) for _ in range(size // 3 + 1))
        return "".join(parts)[:size]

    def mixed(size: int) -> str:
        return known_words(size // 2) + all_ranges(size - size // 2)

    return [one_range, all_ranges, repeated, known_words, known_words, mixed]


def texts(many: int, seed: int) -> Iterator[str]:
    rng = random.Random(seed)
    ways = makers(rng)
    for number in range(many):
        long = number % ONE_IN == ONE_IN - 1
        size = LONG if long else min(int(rng.expovariate(1 / 40)), 2000)
        if long and rng.random() < 0.9:  # making them is what takes long, not reading them
            yield (rng.choice(ways)(200) * (LONG // 100))[:LONG]
        else:
            yield rng.choice(ways)(size)


def is_sound(text: str, said: CommentSentiment) -> bool:
    return (
        (said.score is None or -1 <= said.score <= 1)
        and 0 <= said.confidence <= 1
        and all(0 <= each.start < each.end <= len(text) for each in said.clauses)
        and all(-1 <= each.score <= 1 for each in said.clauses)
    )


def milliseconds(text: str) -> float:
    begun = time.process_time()
    score_comments([text])
    return 1000 * (time.process_time() - begun)


def main() -> int:
    many, seed = (int(given) for given in [*sys.argv[1:], "10000", "1"][:2])
    score_comments(["很好", "good"])
    raised = unsound = stalled = 0
    slowest, begun = 0.0, time.process_time()
    for text in texts(many, seed):
        started = time.process_time()
        try:
            (said,) = score_comments([text])
        except Exception as error:  # what it is, is what is asked
            raised += 1
            print(f"raised: {error!r} for {text[:80]!a}", file=sys.stderr)
            continue
        spent_here = 1000 * (time.process_time() - started)
        if spent_here > SLOWEST:
            stalled += 1
            spent_here = min(spent_here, *(milliseconds(text) for _ in range(3)))
        slowest = max(slowest, spent_here)
        unsound += not is_sound(text, said)
    spent = time.process_time() - begun
    print(
        f"texts={many} raised={raised} unsound={unsound} slowest_ms={slowest:.1f} "
        f"repeated={stalled} cpu_seconds={spent:.0f}"
    )
    return int(raised > 0 or unsound > 0 or slowest > SLOWEST)


if __name__ == "__main__":
    sys.exit(main())
