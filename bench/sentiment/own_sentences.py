"""Training sentences written for this project, in `own/`: what the other texts lack.

Whole lines about delivered meals, hotels, shops, films, flights and account managers, and frames
that are filled with the opinion words of the engine, in a fixed order.
"""

from __future__ import annotations

import random
from pathlib import Path

from analysis.sentiment.lexicon import read_groups

OWN = Path(__file__).parent / "own"

Labelled = list[tuple[str, int]]


def chinese() -> Labelled:
    """Things with opinion words, plain and negated, and whole lines."""
    rng = random.Random(5)
    things = _lines("zh_things")
    made = []
    for name, good in (("zh_is_good", 1), ("zh_is_bad", 0)):
        made += [
            (f"{thing}{said}", good) for thing in things for said in rng.sample(_lines(name), 3)
        ]
    for word, good in _strong_words("lexicon_zh.txt"):
        made += [(word, good), (f"{rng.choice(things)}{word}", good)]
        if good and len(word) <= 2 and word[0] not in "不没":
            made += [(f"{rng.choice(('不', '不太', '不够', '一点都不'))}{word}", 0)]
    return made + _whole_lines("zh", rng)


def english() -> Labelled:
    """Frames with opinion words, and whole lines."""
    rng = random.Random(6)
    frames = _lines("en_frames")
    words = _strong_words("lexicon_en.txt") + _strong_words("opinion_words_en.txt")
    made = [(rng.choice(frames).format(word), good) for word, good in words if " " not in word]
    return made + _whole_lines("en", rng)


def _whole_lines(language: str, rng: random.Random) -> Labelled:
    """Every line alone and once more in a pair."""
    made = []
    for name, good in (("good", 1), ("bad", 0)):
        lines = _lines(f"{language}_{name}")
        made += [(line, good) for line in lines]
        made += [(", ".join(rng.sample(lines, 2)), good) for _ in lines]
    return made


def _lines(name: str) -> list[str]:
    return (OWN / f"{name}.txt").read_text(encoding="utf-8").splitlines()


def _strong_words(name: str) -> Labelled:
    return [
        (word, int(float(value) > 0))
        for value, listed in read_groups(name)
        for word in listed
        if abs(float(value)) >= 1.5
    ]
