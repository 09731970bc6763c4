"""What changed from one questionnaire to another, and which trends outlive the change.

Parts are recognised by their ids, so that a sentence that was reworded is not one removed and
another one added. What a relation reads is compared, not where the author wrote it.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

from questionnaires.model import (
    Competency,
    Item,
    OpenQuestion,
    Questionnaire,
    Relation,
    Scale,
    Text,
    Weights,
)

MAX_LINES = 4_000  # of each text; comparing lines costs their number squared at worst

Part = Literal["questionnaire", "scale", "competency", "item", "open question", "weights"]
What = Literal[
    "added", "removed", "reworded", "labels", "moved", "order", "languages", "relations", "scale",
    "reverse", "polarity", "keywords", "suggestions", "percent",
]  # fmt: skip
Key = TypeVar("Key", str, int)
T = TypeVar("T")
Asked = TypeVar("Asked", Item, OpenQuestion)


@dataclass(frozen=True)
class Change:
    """One thing that is not as before; ``before`` and ``after`` are empty if they say nothing."""

    part: Part
    id: str  # of the part; "title"; "frequency.3"; the position of weights, "" for all others
    what: What
    before: str = ""
    after: str = ""
    language: str = ""  # of words
    relations: tuple[Relation, ...] = ()  # who reads these words; empty = everybody who is asked


Changes = Iterator[Change]


@dataclass(frozen=True)
class ItemTrend:
    """Whether results of a rating item before and after the change stand side by side.

    ``kept``: they do. ``changed``: they do, since the id is the same, but somebody should look
    whether it still is the same question. ``lost``: they cannot. ``new``: there was nothing before.
    """

    item: str
    verdict: Literal["kept", "changed", "lost", "new"]
    reasons: tuple[What, ...] = ()


@dataclass(frozen=True)
class QuestionnaireDiff:
    changes: tuple[Change, ...]
    trends: tuple[ItemTrend, ...]  # in the order of the later questionnaire, then what was removed

    @property
    def comparable(self) -> bool:
        """Whether no rating item has lost its trend."""
        return all(trend.verdict != "lost" for trend in self.trends)


def compare(before: Questionnaire, after: Questionnaire) -> QuestionnaireDiff:
    """Every change of content; how the files are laid out does not matter."""
    comparison = _Comparison(before, after)
    changes = tuple(comparison.changes())
    return QuestionnaireDiff(changes, tuple(comparison.trends(changes)))


def line_diff(before: str, after: str, names: tuple[str, str]) -> tuple[str, ...] | None:
    """The lines of a unified diff; None where the texts have too many lines to be compared."""
    old, new = before.splitlines(), after.splitlines()
    if max(len(old), len(new)) > MAX_LINES:
        return None
    return tuple(difflib.unified_diff(old, new, *names, lineterm=""))


@dataclass(frozen=True)
class _Comparison:
    before: Questionnaire
    after: Questionnaire

    @property
    def languages(self) -> list[str]:
        """Those of both: a language that came or went is one change, not one per text."""
        return [code for code in self.after.languages if code in self.before.languages]

    def changes(self) -> Changes:
        before, after = self.before, self.after
        yield from _differs("questionnaire", "", "languages", before.languages, after.languages)
        yield from self._text("questionnaire", "title", before.title, after.title)
        yield from self._text(
            "questionnaire", "introduction", before.introduction, after.introduction
        )
        yield from self._scales()
        yield from self._competencies()
        yield from self._items()
        yield from self._open_questions()
        yield from _weights(before, after)

    def trends(self, changes: Iterable[Change]) -> Iterator[ItemTrend]:
        rated = [
            {item.id: of.scale_of(item) for item in of.items if of.scale_of(item).kind == "rating"}
            for of in (self.before, self.after)
        ]
        found: dict[str, set[What]] = {id: {"scale"} for of in rated for id in of}
        for change in changes:
            if change.part == "item" and change.id in found:
                found[change.id].add(change.what)
        for id, old, new in _in_both(*rated):
            if _steps(old) == _steps(new):  # also where it has another name
                found[id].discard("scale")
            if any(self._labels(id, old, new)):
                found[id].add("labels")
        for id in [*rated[1], *(id for id in rated[0] if id not in rated[1])]:
            yield _trend(id, found[id])

    def _text(
        self, part: Part, id: str, before: Text | None, after: Text | None, what: What = "reworded"
    ) -> Changes:
        for language in self.languages:
            old, new = (text.root.get(language, "") if text else "" for text in (before, after))
            if old != new:
                yield Change(part, id, what, old, new, language)

    def _labels(self, name: str, before: Scale, after: Scale) -> Changes:
        labels = [{point.value: point.label for point in scale.points} for scale in (before, after)]
        for value, old, new in _in_both(*labels):
            yield from self._text("scale", f"{name}.{value}", old, new, "labels")

    def _scales(self) -> Changes:
        yield from _came_and_went("scale", self.before.scales, self.after.scales)
        for name, old, new in _in_both(self.before.scales, self.after.scales):
            yield from _differs("scale", name, "scale", _steps(old), _steps(new))
            yield from self._labels(name, old, new)
            unjudged = old.cannot_judge, new.cannot_judge
            yield from self._text("scale", f"{name}.cannot_judge", *unjudged, "labels")

    def _competencies(self) -> Changes:
        before, after = (
            {each.id: each for each in of.competencies} for of in (self.before, self.after)
        )
        yield from _came_and_went("competency", before, after)
        yield from _reordered("competency", before, after)
        for id, old, new in _in_both(before, after):
            yield from self._text("competency", f"{id}.name", old.name, new.name)
            yield from self._text(
                "competency", f"{id}.description", old.description, new.description
            )
            yield from _differs("competency", id, "keywords", *map(self._keywords, (old, new)))
            yield from _differs(
                "competency", id, "suggestions", *map(self._suggestions, (old, new))
            )

    def _keywords(self, of: Competency) -> list[str]:
        return [word for code in self.languages for word in of.keywords.get(code, ())]

    def _suggestions(self, of: Competency) -> list[str]:
        return [text.root.get(code, "") for text in of.suggestions for code in self.languages]

    def _items(self) -> Changes:
        before, after = ({item.id: item for item in of.items} for of in (self.before, self.after))
        home = _homes(self.before), _homes(self.after)
        yield from _came_and_went("item", before, after)
        yield from _reordered("item", before, after)
        for id, old, new in _in_both(before, after):
            yield from _differs("item", id, "moved", [home[0][id]], [home[1][id]])
            if old.scale != new.scale:  # else it is the scale that has changed
                yield from _differs("item", id, "scale", [old.scale], [new.scale])
            yield from _differs("item", id, "reverse", _yes(old.reverse), _yes(new.reverse))
            yield from self._wordings("item", old, new)

    def _open_questions(self) -> Changes:
        before, after = (
            {each.id: each for each in of.open_questions} for of in (self.before, self.after)
        )
        yield from _came_and_went("open question", before, after)
        yield from _reordered("open question", before, after)
        for id, old, new in _in_both(before, after):
            yield from _differs("open question", id, "polarity", [old.polarity], [new.polarity])
            yield from self._wordings("open question", old, new)

    def _wordings(self, part: Part, before: Asked, after: Asked) -> Changes:
        asked = [[r for r in Relation if r in each.relations] for each in (before, after)]
        yield from _differs(part, after.id, "relations", *asked)
        both = [relation for relation in asked[1] if relation in asked[0]]
        for language in self.languages:
            read: dict[tuple[str, str], list[Relation]] = {}
            for relation in both:
                words = before.wording(relation, language), after.wording(relation, language)
                if words[0] != words[1]:
                    read.setdefault(words, []).append(relation)
            for (old, new), of in read.items():
                readers = () if of == both else tuple(of)
                yield Change(part, after.id, "reworded", old, new, language, readers)


def _came_and_went(part: Part, before: Mapping[str, T], after: Mapping[str, T]) -> Changes:
    yield from (Change(part, id, "removed") for id in before if id not in after)
    yield from (Change(part, id, "added") for id in after if id not in before)


def _in_both(before: Mapping[Key, T], after: Mapping[Key, T]) -> Iterator[tuple[Key, T, T]]:
    return ((id, before[id], after[id]) for id in after if id in before)


def _reordered(part: Part, before: Iterable[str], after: Iterable[str]) -> Changes:
    old, new = list(before), list(after)
    both = [[id for id in old if id in new], [id for id in new if id in old]]
    yield from _differs(part, "", "order", *both)


def _differs(
    part: Part, id: str, what: What, before: Sequence[str], after: Sequence[str]
) -> Changes:
    if tuple(before) != tuple(after):
        yield Change(part, id, what, ", ".join(before), ", ".join(after))


def _yes(flag: bool) -> list[str]:
    return ["true" if flag else "false"]


def _steps(scale: Scale) -> list[str]:
    return [f"{scale.kind} {scale.low} to {scale.high}"]


def _homes(of: Questionnaire) -> dict[str, str]:
    return {item.id: competency.id for competency in of.competencies for item in competency.items}


def _weights(before: Questionnaire, after: Questionnaire) -> Changes:
    old, new = ({"": of.weights, **of.position_weights} for of in (before, after))
    for position in {**old, **new}:
        percents = [_percents(of.get(position, {})) for of in (old, new)]
        yield from _differs("weights", position, "percent", *percents)


def _percents(weights: Weights) -> list[str]:
    return [f"{relation} {weights[relation]:g}" for relation in Relation if relation in weights]


# Why `analysis.trend` does not compare an item, and what only a person can judge.
_LOST: tuple[What, ...] = ("moved", "scale", "reverse")
_LOOK: tuple[What, ...] = ("reworded", "relations", "labels")


def _trend(item: str, found: set[What]) -> ItemTrend:
    if "added" in found:
        return ItemTrend(item, "new")
    if "removed" in found:
        return ItemTrend(item, "lost", ("removed",))
    lost, look = (tuple(what for what in of if what in found) for of in (_LOST, _LOOK))
    return ItemTrend(item, "lost" if lost else "changed" if look else "kept", lost + look)
