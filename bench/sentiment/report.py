"""How often the comment engine is right, and what it costs, beside TextBlob, VADER and SnowNLP.

``make sentiment-report`` scores every labelled set that is here with every engine that reads its
language, in one run, and prints ``name=value`` lines. Sets: those in ``held`` (our own sentences,
never trained on), the probe sentences of the tests, the development files in
$SURVEYAPP_SENTIMENT_DATA, and any file named on the command line: TSV (also .xz) with a header,
text in the first column, label in the second: pos, neg, neu or the whole words. The name of a file
begins with its language, such as zh_hotel.tsv.

Two classes: right is the sign of the score; 0 is wrong. Three classes: right is the label, where
mixed and none count as neutral. An engine without labels is neutral within .05 of 0, as VADER's
authors propose.
"""

from __future__ import annotations

import csv
import importlib.util
import lzma
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parent.parent.parent))

from analysis.sentiment import score_comments

HERE = Path(__file__).parent
PROBES = HERE.parent.parent / "tests" / "analysis" / "sentiment" / "probes"
WORDS = {"positive": "pos", "negative": "neg", "neutral": "neu", "mixed": "neu", "none": "neu"}
BAND = 0.05
SLOW = 120  # texts of a set that SnowNLP reads: it takes a second for forty
BINS = 10


class Set(NamedTuple):
    name: str
    language: str
    texts: list[str]
    labels: list[str]  # pos, neg, neu


class Judged(NamedTuple):
    """Per text the score, the label, and how sure the engine is of it."""

    scores: list[float]
    labels: list[str]
    confidence: list[float]


Engine = Callable[[Sequence[str], str], Judged]


def ours(texts: Sequence[str], language: str) -> Judged:
    found = score_comments(texts, languages=[language] * len(texts))
    scores = [one.score or 0.0 for one in found]
    return Judged(scores, [WORDS[one.label] for one in found], [one.confidence for one in found])


def textblob(texts: Sequence[str], _language: str) -> Judged:
    from textblob import TextBlob

    return _by_sign([TextBlob(text).sentiment.polarity for text in texts])


def vader(texts: Sequence[str], _language: str) -> Judged:
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    read = SentimentIntensityAnalyzer()
    return _by_sign([read.polarity_scores(text)["compound"] for text in texts])


def snownlp(texts: Sequence[str], _language: str) -> Judged:
    from snownlp import SnowNLP

    return _by_sign([2 * SnowNLP(text).sentiments - 1 for text in texts])


def _by_sign(scores: list[float]) -> Judged:
    labels = ["pos" if s > BAND else "neg" if s < -BAND else "neu" for s in scores]
    return Judged(scores, labels, [])


ENGINES: dict[str, tuple[str, Engine, str]] = {  # language ("" both), engine, its package
    "ours": ("", ours, ""),
    "textblob": ("en", textblob, "textblob"),
    "vader": ("en", vader, "vaderSentiment"),
    "snownlp": ("zh", snownlp, "snownlp"),
}


def sets(files: Sequence[str]) -> Iterator[Set]:
    found = [*sorted((HERE / "held").glob("*.tsv")), *map(Path, files)]
    data = os.environ.get("SURVEYAPP_SENTIMENT_DATA")
    if data:
        found += sorted(Path(data).glob("*.dev.tsv*"))
    else:
        print("skipped=development files; set SURVEYAPP_SENTIMENT_DATA to their folder")
    for file in found:
        opened = lzma.open if file.suffix == ".xz" else open
        with opened(file, "rt", encoding="utf-8", newline="") as stream:
            rows = list(csv.reader(stream, delimiter="\t", quoting=csv.QUOTE_NONE))[1:]
        name = file.name.partition(".")[0]
        labels = [WORDS.get(row[1], row[1]) for row in rows]
        yield Set(name, name[:2], [row[0] for row in rows], labels)
    yield from (_probes(language) for language in ("zh", "en"))


def _probes(language: str) -> Set:
    """The probe sentences that have a side; ``tests`` hold the five labels and the themes."""
    lines = (PROBES / f"{language}.tsv").read_text("utf-8").splitlines()[1:]
    rows = [line.split("\t") for line in lines]
    sided = [row for row in rows if row[0] in {"positive", "negative"} and not row[1]]
    return Set(f"{language}_probes", language, [r[3] for r in sided], [WORDS[r[0]] for r in sided])


def report(one: Set, name: str, engine: Engine) -> None:
    texts, labels = one.texts, one.labels
    if name == "snownlp":
        step = max(1, len(texts) // SLOW)
        texts, labels = texts[::step], labels[::step]
    engine(texts[:2], one.language)  # loaded, not timed
    started = time.process_time()
    judged = engine(texts, one.language)
    seconds = time.process_time() - started
    three = "neu" in labels
    guessed = judged.labels if three else list(map(side, judged.scores))
    right = [g == w for g, w in zip(guessed, labels, strict=True)]
    prefix = f"{one.name}_{name}"
    print(f"{prefix}_n={len(texts)} classes={3 if three else 2}")
    print(f"{prefix}_accuracy={sum(right) / len(right):.3f}")
    print(f"{prefix}_macro_f1={macro_f1(guessed, labels):.3f}")
    print(f"{prefix}_texts_per_cpu_second={len(texts) / max(seconds, 1e-9):.0f}")
    if judged.confidence and not three:
        print(f"{prefix}_calibration_error={calibration_error(judged, right):.3f}")


def side(score: float) -> str:
    return "pos" if score > 0 else "neg" if score < 0 else "neu"


def macro_f1(guessed: Sequence[str], wanted: Sequence[str]) -> float:
    def f1(label: str) -> float:
        both = sum(g == w == label for g, w in zip(guessed, wanted, strict=True))
        all_ = guessed.count(label) + wanted.count(label)
        return 2 * both / all_ if all_ else 0.0

    classes = sorted(set(wanted))
    return sum(map(f1, classes)) / len(classes)


def calibration_error(judged: Judged, right: Sequence[bool]) -> float:
    """Expected calibration error: how far the probability of the sign lies from how often it is
    right, over ten bins, weighted by their texts."""
    sure = [(1 + abs(score)) / 2 for score in judged.scores]
    error = 0.0
    for at in range(BINS):
        low, high = at / BINS, (at + 1) / BINS
        inside = [n for n, p in enumerate(sure) if low < p <= high]
        if inside:
            share = sum(right[n] for n in inside) / len(inside)
            error += abs(share - sum(sure[n] for n in inside) / len(inside)) * len(inside)
    return error / len(right)


COST = """
import resource, sys, time
sys.path.insert(0, {root!r})
import numpy
from analysis.sentiment import score_comments
before, started = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
score_comments([{text!r}])
print(time.process_time() - started, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def cost(language: str, text: str) -> None:
    """Loading and memory, in a process of its own that has numpy already."""
    program = COST.format(root=str(HERE.parent.parent), text=text)
    runs = []
    for _ in range(5):
        ran = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
        runs.append(tuple(map(float, ran.stdout.split())))
    print(f"{language}_load_cpu_seconds_min={min(runs)[0]:.3f}")
    print(f"{language}_load_cpu_seconds_median={sorted(runs)[2][0]:.3f}")
    print(f"{language}_memory_added_mb={max(kib for _, kib in runs) / 1024:.1f}")


def main() -> None:
    for language, text in (
        ("zh", "响应很快，但是报价经常拖延"),
        ("en", "quick, but quotes are late"),
    ):
        cost(language, text)
    for one in sets(sys.argv[1:]):
        for name, (language, engine, package) in ENGINES.items():
            if language in {"", one.language}:
                if package and importlib.util.find_spec(package) is None:
                    print(f"{one.name}_{name}=not installed; make sentiment-report installs it")
                else:
                    report(one, name, engine)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak_mb_of_this_process={peak:.0f}")


if __name__ == "__main__":
    main()
