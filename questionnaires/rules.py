"""What must agree between the parts of a questionnaire.

The rules look at the data as the author wrote it and pass over whatever has a wrong shape (that
is reported by ``shape``), so that one mistake does not hide the others.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any

from questionnaires.mistakes import DataPath, Finding, listed, shorten, suggest
from questionnaires.model import LANGUAGE_CODE, RECOMMENDATION_POINTS, Relation, spread_wording
from questionnaires.sentences import N_, Sentence

Data = dict[str, Any]
Findings = Iterator[Finding]

WORDING, LABEL = 500, 60
# Where texts stand, and how many characters they may have.
TEXTS = {
    "title": 120,
    "introduction": 2000,
    "scales.*.cannot_judge": LABEL,
    "scales.*.points.*.label": LABEL,
    "competencies.*.name": LABEL,
    "competencies.*.description": WORDING,
    "competencies.*.suggestions.*": WORDING,
}
KEYWORD, KEYWORDS = 40, 40  # characters of one, number per competency and language

# A customer has a minute, a colleague a few; nobody writes five essays.
MOST_ITEMS = {Relation.CUSTOMER: 12, Relation.PEER: 20}
MOST_OPEN_QUESTIONS = {Relation.CUSTOMER: 1}


def check_rules(data: Data) -> Findings:
    """Everything that does not fit together, rule by rule."""
    return chain.from_iterable(rule(data) for rule in RULES)


def find(data: object, pattern: str) -> list[tuple[DataPath, Any]]:
    """All values at the places that match, such as ``competencies.*.items.*``, with their paths."""
    found: list[tuple[DataPath, Any]] = [((), data)]
    for part in pattern.split("."):
        found = [
            ((*path, key), child)
            for path, value in found
            for key, child in _children(value)
            if part in ("*", key)
        ]
    return found


def _children(value: object) -> Iterator[tuple[str | int, Any]]:
    if isinstance(value, dict):
        yield from value.items()
    elif isinstance(value, list):
        yield from enumerate(value)


def mappings(data: object, pattern: str) -> list[tuple[DataPath, Data]]:
    return [(path, value) for path, value in find(data, pattern) if isinstance(value, dict)]


@dataclass(frozen=True)
class _Asked:
    """An item or open question, seen through its well-shaped parts."""

    path: DataPath
    data: Data

    @property
    def relations(self) -> tuple[str, ...]:
        given = self.data.get("relations", tuple(Relation))
        return tuple(r for r in given if isinstance(r, str)) if _is_list(given) else ()

    @property
    def wordings(self) -> Data:
        text = spread_wording(self.data.get("text"))
        return text if isinstance(text, dict) else {}


def _is_list(value: object) -> bool:
    return isinstance(value, list | tuple)


def _items(data: Data) -> list[_Asked]:
    return [_Asked(*found) for found in mappings(data, "competencies.*.items.*")]


def _questions(data: Data) -> list[_Asked]:
    return [_Asked(*found) for found in mappings(data, "open_questions.*")]


# Texts


def texts(data: Data) -> Iterator[tuple[DataPath, Data, int, bool]]:
    """Every text: its path, its words per language, its limit, and whether it is a wording."""
    for pattern, limit in TEXTS.items():
        for path, text in mappings(data, pattern):
            yield path, text, limit, False
    for asked in _items(data) + _questions(data):
        for name, text in asked.wordings.items():
            if isinstance(text, dict):
                yield (*asked.path, "text", name), text, WORDING, True


def languages(data: Data) -> list[str]:
    codes = [code for _, code in find(data, "languages.*") if isinstance(code, str)]
    return [code for code in codes if re.fullmatch(LANGUAGE_CODE, code)][:10]


def texts_in_every_language(data: Data) -> Findings:
    wanted = languages(data)
    keywords = mappings(data, "competencies.*.keywords")
    for path, text in chain(((path, text) for path, text, *_ in texts(data)), keywords):
        for language in wanted:
            if language not in text:
                yield Finding(
                    (*path, language), f"`{language}` is missing", f"add `{language}: ...`"
                )
        for language in text:
            if wanted and language not in wanted:
                message = f"`{shorten(language)}` is not one of the languages"
                yield Finding((*path, language), message, suggest(language, wanted), at="key")


def languages_named_once(data: Data) -> Findings:
    yield from _repeated(
        [(path, code) for path, code in find(data, "languages.*") if isinstance(code, str)],
        "the language",
    )


def texts_not_too_long(data: Data) -> Findings:
    for path, text, limit, _ in texts(data):
        for language, words in text.items():
            if isinstance(words, str) and len(words) > limit:
                message = f"{len(words)} characters are too long here"
                yield Finding((*path, language), message, f"shorten it to at most {limit}")


def placeholders_known(data: Data) -> Findings:
    for path, text, _, is_wording in texts(data):
        for language, words in text.items():
            rest = words.replace("{ratee}", "") if is_wording and isinstance(words, str) else words
            if isinstance(rest, str) and (odd := re.search(r"\{[^{}]*\}?|\}", rest)):
                hint = "write `{ratee}`, or no braces" if is_wording else "write it without braces"
                message = f"`{shorten(odd[0])}` is not a placeholder here"
                yield Finding((*path, language), message, hint)


def keywords_short_and_different(data: Data) -> Findings:
    for path, words in find(data, "competencies.*.keywords.*"):
        if not isinstance(words, list):
            continue
        if len(words) > KEYWORDS:
            yield Finding(path, f"{len(words)} keywords are too many", f"keep at most {KEYWORDS}")
        given = [((*path, i), w) for i, w in enumerate(words) if isinstance(w, str)]
        yield from _repeated(given, "the keyword")
        for place, word in given:
            if len(word) > KEYWORD:
                hint = f"shorten it to at most {KEYWORD} characters"
                yield Finding(place, "this keyword is too long to be found in comments", hint)


# Names


def ids_unique(data: Data) -> Findings:
    asked = [((*a.path, "id"), a.data.get("id")) for a in _items(data) + _questions(data)]
    yield from _repeated(asked, "the id")
    yield from _repeated(find(data, "competencies.*.id"), "the id")


def _repeated(given: list[tuple[DataPath, Any]], what: str) -> Findings:
    seen: set[str] = set()
    for path, value in given:
        if isinstance(value, str) and value in seen:
            yield Finding(
                path, f"{what} `{shorten(value)}` is used twice", "keep one, or rename it"
            )
        elif isinstance(value, str):
            seen.add(value)


# Scales


def _kind(scale: Data) -> object:
    return scale.get("kind", "rating")


def _rating_scales(data: Data) -> list[tuple[DataPath, Data]]:
    return [found for found in mappings(data, "scales.*") if _kind(found[1]) == "rating"]


def _values(scale: Data) -> list[int]:
    """The point values in the order of the file, or none if one of them is no number."""
    numbers = [_whole(point.get("value")) for _, point in mappings(scale, "points.*")]
    return [] if None in numbers else [number for number in numbers if number is not None]


def _whole(value: object) -> int | None:
    return int(value) if isinstance(value, str) and re.fullmatch(r"-?\d{1,3}", value) else None


def a_rating_scale_exists(data: Data) -> Findings:
    if mappings(data, "scales.*") and not _rating_scales(data):
        yield Finding(("scales",), "there is no rating scale", "add a scale of kind `rating`")


def rating_points_consecutive(data: Data) -> Findings:
    for path, scale in _rating_scales(data):
        values = _values(scale)
        if values and values != list(range(values[0], values[0] + len(values))):
            message = f"the points {listed(values)} do not rise by one"
            hint = f"number them {values[0]} to {values[0] + len(values) - 1}, from low to high"
            yield Finding((*path, "points"), message, hint)
        if 0 < len(values) < 3:
            yield Finding((*path, "points"), "a rating scale needs 3 to 11 points", "add points")
        for place, point in mappings(scale, "points.*"):
            if "label" not in point:
                hint = "add `label: {zh: ..., en: ...}`"
                yield Finding((*path, *place, "label"), "the point has no `label`", hint)


def recommendation_from_0_to_10(data: Data) -> Findings:
    for path, scale in mappings(data, "scales.*"):
        points = {
            _whole(point.get("value")): (place, point)
            for place, point in mappings(scale, "points.*")
        }
        if _kind(scale) != "recommendation" or not points:
            continue
        for end in (RECOMMENDATION_POINTS[0], RECOMMENDATION_POINTS[-1]):
            if "label" not in points.get(end, ((), {}))[1]:
                message = f"the end {end} of the recommendation has no label"
                hint = f"add `- {{value: {end}, label: {{zh: ..., en: ...}}}}`"
                yield Finding((*path, "points"), message, hint)
        for value, (place, _) in points.items():
            if value is not None and value not in RECOMMENDATION_POINTS:
                message = f"{value} lies outside of a recommendation"
                yield Finding((*path, *place, "value"), message, "use 0 to 10")


def rating_scales_share_ends(data: Data) -> Findings:
    ends = {path: (v[0], v[-1]) for path, scale in _rating_scales(data) if (v := _values(scale))}
    common = next(iter(ends.values()), None)
    for path, own in ends.items():
        if common and own != common:
            message = f"this rating scale runs from {own[0]} to {own[1]}, the first one does not"
            hint = f"number its points {common[0]} to {common[1]}, so that means can be compared"
            yield Finding((*path, "points"), message, hint)


# Items


def item_scales_exist(data: Data) -> Findings:
    scales = dict(mappings(data, "scales.*"))
    names = [str(path[-1]) for path in scales]
    for item in _items(data):
        name = item.data.get("scale")
        place = (*item.path, "scale")
        if isinstance(name, str) and names and name not in names:
            yield Finding(place, f"unknown scale `{shorten(name)}`", suggest(name, names))
        elif _kind(scales.get(("scales", str(name)), {})) != "rating" and "reverse" in item.data:
            message = "a recommendation enters no score, so it cannot be reversed"
            yield Finding((*item.path, "reverse"), message, "remove `reverse`")


def wordings_used(data: Data) -> Findings:
    for asked in _items(data) + _questions(data):
        place = (*asked.path, "text")
        relations = set(asked.relations)
        if asked.wordings and "default" not in asked.wordings:
            yield Finding(
                place, "there is no `default` wording", "add `default: {zh: ..., en: ...}`"
            )
        for name in asked.wordings:
            if relations < set(Relation) and name in set(Relation) - relations:
                message = f"this wording is never shown: {name} is not asked"
                hint = f"add {name} to `relations`, or remove the wording"
                yield Finding((*place, name), message, hint, at="key")
        yield from _self_in_first_person(place, asked.wordings.get("SELF"))


def _self_in_first_person(place: DataPath, own: object) -> Findings:
    for language, words in own.items() if isinstance(own, dict) else ():
        if isinstance(words, str) and "{ratee}" in words:
            message = "the SELF wording names the ratee, who is reading it"
            hint = "write it in the first person, without `{ratee}`"
            yield Finding((*place, "SELF", language), message, hint)


def relations_named_once(data: Data) -> Findings:
    for asked in _items(data) + _questions(data):
        given = [((*asked.path, "relations", i), r) for i, r in enumerate(asked.relations)]
        yield from _repeated(given, "the relation")


def forms_short(data: Data) -> Findings:
    yield from _too_many(_items(data), MOST_ITEMS, "items")
    yield from _too_many(_questions(data), MOST_OPEN_QUESTIONS, "open questions")


def _too_many(asked: list[_Asked], most: dict[Relation, int], what: str) -> Findings:
    counts: Counter[str] = Counter()
    for each in asked:
        counts.update(set(each.relations))
        for relation, limit in most.items():
            if relation in each.relations and counts[relation] == limit + 1:
                message = f"{relation} is asked too many {what}: at most {limit}"
                hint = f"take {relation} out of `relations` from here on"
                yield Finding((*each.path, "relations"), message, hint)


# Weights


def _weights(data: Data) -> list[tuple[DataPath, Data]]:
    """All weights: those of everybody, then those of single positions."""
    return mappings(data, "weights") + mappings(data, "position_weights.*")


def weights_add_up(data: Data) -> Findings:
    for place, given in _weights(data):
        weights = [_percent(value) for value in given.values()]
        total = sum(value or 0 for value in weights)
        if weights and None not in weights and abs(total - 100) > 0.005:
            message = Sentence(N_("the weights sum to %(total)g, not to 100"), total=total)
            hint = Sentence(N_("change them by %(by)+g in all"), by=100 - total)
            yield Finding(place, message, hint)
        if Relation.SELF in given:
            message = Sentence(N_("SELF has no weight"))
            hint = Sentence(
                N_("remove it: the view of oneself is compared with the others, not averaged in")
            )
            yield Finding((*place, "SELF"), message, hint, at="key")


def weighted_relations_are_asked(data: Data) -> Findings:
    recommendations = {
        path[-1] for path, scale in mappings(data, "scales.*") if _kind(scale) == "recommendation"
    }
    scored = [item for item in _items(data) if item.data.get("scale") not in recommendations]
    asked = {relation for item in scored for relation in item.relations}
    for place, given in _weights(data):
        for relation in given:
            if relation in set(Relation) - {Relation.SELF} - asked:
                message = Sentence(
                    N_("%(relation)s has a weight but is asked no rating item"), relation=relation
                )
                hint = Sentence(
                    N_("add %(relation)s to the `relations` of items, or remove its weight"),
                    relation=relation,
                )
                yield Finding((*place, relation), message, hint, at="key")


def positions_written_as_in_rosters(data: Data) -> Findings:
    for path, _ in find(data, "position_weights.*"):
        name = str(path[-1])
        if name != name.strip():
            message = Sentence(
                N_("the position begins or ends with a blank, which no roster keeps")
            )
            yield Finding(path, message, Sentence(N_("remove the blank")), at="key")


def _percent(value: object) -> float | None:
    plain = isinstance(value, str) and re.fullmatch(r"\d{1,3}(\.\d{1,6})?", value)
    return float(str(value)) if plain else None


RULES: tuple[Callable[[Data], Findings], ...] = (
    languages_named_once,
    texts_in_every_language,
    texts_not_too_long,
    placeholders_known,
    keywords_short_and_different,
    ids_unique,
    a_rating_scale_exists,
    rating_points_consecutive,
    recommendation_from_0_to_10,
    rating_scales_share_ends,
    item_scales_exist,
    wordings_used,
    relations_named_once,
    forms_short,
    weights_add_up,
    weighted_relations_are_asked,
    positions_written_as_in_rosters,
)
