"""Which competency a clause is about, by the keywords of the questionnaire."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from analysis.sentiment.folding import fold
from analysis.sentiment.lexicon import read_groups

LONGEST = 12  # Han characters of a frequent phrase

_WORD = re.compile(r"[a-z0-9]+(?:'[a-z]+)?")
_HAN_RUN = re.compile("[\u3400-\u9fff]+")
_ENDINGS = (
    "ations",
    "ation",
    "ings",
    "ing",
    "ies",
    "ied",
    "ers",
    "ed",
    "es",
    "er",
    "ly",
    "s",
    "e",
    "y",
)
# Words whose endings make other words of them.
_OTHERS = frozenset("lately promising orderly valued minute pushy marketing patients".split())
_IDLE = frozenset(
    "a an and are as at be been but by can do does for from had has have he her him his i if in is it its"
    " just me my no not of on or our she so that the their them they this to us very was we were will"
    " with would you your all always never when".split()
)
_IDLE_HAN = re.compile("[的了是我你他她它们这那就都也很在和与着过吗呢吧啊一不没有个]")


@dataclass(frozen=True)
class Theme:
    """What comments may be about, and the words they say it with.

    ``keywords`` in Chinese are found anywhere; in English whole words and phrases are found,
    whatever their ending ("reply" also finds "replies" and "replied"). A word of ``vague`` ("late")
    counts only in a clause that names no other theme. Where a word of ``exclude`` stands, no
    keyword within it counts, nor one within a word of ``data/whole_words.txt`` ("愉快" is not "快").
    """

    id: str
    keywords: tuple[str, ...]
    vague: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()

    @classmethod
    def of(cls, name: str, words: Sequence[str]) -> Theme:
        """A theme from a list as a questionnaire has it: ``~late`` is vague, ``-no problem`` excluded."""
        marked = {mark: tuple(word[1:] for word in words if word[:1] == mark) for mark in "~-"}
        plain = tuple(word for word in words if word[:1] not in marked)
        return cls(name, plain, marked["~"], marked["-"])


Themes = Sequence[Theme] | Mapping[str, Sequence[str]]


class Tagger:
    """Finds the themes of folded clauses; made once for many comments."""

    def __init__(self, themes: Sequence[Theme]) -> None:
        self._themes = [
            (each.id, _finder(each.keywords), _finder(each.vague), _finder(_hidden(each)))
            for each in themes
        ]

    def __call__(self, clause: str) -> tuple[str, ...]:
        """The ids of the themes of a folded clause, in the order of the definitions."""
        both = _joined(clause) + "\n" + _stemmed(clause)
        named, hinted = [], []
        for name, keywords, vague, exclude in self._themes:
            left = exclude.sub("\n", both) if exclude else both
            if keywords and keywords.search(left):
                named.append(name)
            elif vague and vague.search(left):
                hinted.append(name)
        return tuple(named or hinted)


def frequent_phrases(
    clauses: Iterable[str], *, least: int = 3, most: int = 20
) -> list[tuple[str, int]]:
    """Phrases that several clauses share, most frequent first.

    Parameters
    ----------
    clauses
        Texts of clauses without a theme.
    least
        In how many clauses a phrase must stand.
    most
        How many phrases are returned.

    Returns
    -------
    list of (phrase, clauses)
        Runs of 2-12 Han characters and of 1-2 English words; of phrases that contain one another
        and are equally frequent only the longest. Ties in the order of the phrases.
    """
    counted: Counter[str] = Counter()
    for clause in clauses:
        counted.update(_phrases(fold(clause)))
    often = {phrase: n for phrase, n in counted.items() if n >= least}
    # As frequent as a longer one: then as every one between the two, so one step tells.
    told = {part for phrase, n in often.items() for part in _parts(phrase) if often.get(part) == n}
    kept = [(phrase, n) for phrase, n in often.items() if phrase not in told]
    return sorted(kept, key=lambda pair: (-pair[1], -len(pair[0]), pair[0]))[:most]


def _parts(phrase: str) -> Sequence[str]:
    """The phrases one step shorter."""
    if _HAN_RUN.fullmatch(phrase):
        return phrase[1:], phrase[:-1]
    return phrase.split() if " " in phrase else ()


def _phrases(folded: str) -> set[str]:
    found: set[str] = set()
    for run in _HAN_RUN.findall(folded):
        for part in _IDLE_HAN.split(run):
            found.update(
                part[at : at + size]
                for size in range(2, LONGEST + 1)
                for at in range(len(part) - size + 1)
            )
    words = _WORD.findall(folded)
    found.update(word for word in words if word not in _IDLE and len(word) > 2)
    found.update(
        f"{first} {second}"
        for first, second in itertools.pairwise(words)
        if first not in _IDLE and second not in _IDLE
    )
    return found


@cache
def _whole_words() -> tuple[str, ...]:
    return tuple(word for _, listed in read_groups("whole_words.txt") for word in listed)


def _hidden(theme: Theme) -> tuple[str, ...]:
    """What is excluded, and the whole words of which a keyword is only a part."""
    keywords = [_looked_for(word) for word in (*theme.keywords, *theme.vague)]
    return theme.exclude + tuple(
        word
        for word in _whole_words()
        if any(keyword in _looked_for(word) for keyword in keywords)
        and not any(_looked_for(word) in keyword for keyword in keywords)
    )


def _finder(words: Sequence[str]) -> re.Pattern[str] | None:
    patterns = [re.escape(_looked_for(word)) for word in words if fold(word).strip()]
    return (
        re.compile("|".join(sorted(patterns, key=lambda each: (-len(each), each))))
        if patterns
        else None
    )


def _looked_for(word: str) -> str:
    """What of a keyword stands in a clause: Chinese as it is, English without endings."""
    folded = fold(word).strip()
    return _joined(folded) if _HAN_RUN.search(folded) else _stemmed(folded)


def _joined(folded: str) -> str:
    """As it is, but without the spaces by which English words are found."""
    return folded.replace(" ", "_")


def _stemmed(folded: str) -> str:
    """English words without their endings, each between spaces."""
    return " " + " ".join(_stem(word) for word in _WORD.findall(folded)) + " "


def _stem(word: str) -> str:
    if word in _OTHERS:
        return word
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word
