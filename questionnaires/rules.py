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

from questionnaires.mistakes import DataPath, Finding, finding, listed, shorten, suggest
from questionnaires.model import LANGUAGE_CODE, RECOMMENDATION_POINTS, Relation, spread_wording
from questionnaires.sentences import N_

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
                place = (*path, language)
                yield finding(
                    place, N_("`%(key)s` is missing"), N_("add `%(key)s: ...`"), key=language
                )
        for language in text:
            if wanted and language not in wanted:
                message = N_("`%(given)s` is not one of the languages")
                hint = suggest(language, wanted)
                yield finding((*path, language), message, hint, "key", given=shorten(language))


def languages_named_once(data: Data) -> Findings:
    yield from _repeated(
        [(path, code) for path, code in find(data, "languages.*") if isinstance(code, str)],
        N_("the language `%(value)s` is used twice"),
    )


def texts_not_too_long(data: Data) -> Findings:
    for path, text, limit, _ in texts(data):
        for language, words in text.items():
            if isinstance(words, str) and len(words) > limit:
                message = N_("%(count)d characters are too long here")
                hint = N_("shorten it to at most %(limit)d")
                yield finding((*path, language), message, hint, count=len(words), limit=limit)


def placeholders_known(data: Data) -> Findings:
    for path, text, _, is_wording in texts(data):
        for language, words in text.items():
            rest = words.replace("{ratee}", "") if is_wording and isinstance(words, str) else words
            if isinstance(rest, str) and (odd := re.search(r"\{[^{}]*\}?|\}", rest)):
                braces = N_("write `{ratee}`, or no braces")
                hint = braces if is_wording else N_("write it without braces")
                message = N_("`%(given)s` is not a placeholder here")
                yield finding((*path, language), message, hint, given=shorten(odd[0]))


def keywords_short_and_different(data: Data) -> Findings:
    for path, words in find(data, "competencies.*.keywords.*"):
        if not isinstance(words, list):
            continue
        if len(words) > KEYWORDS:
            message, hint = N_("%(count)d keywords are too many"), N_("keep at most %(most)d")
            yield finding(path, message, hint, count=len(words), most=KEYWORDS)
        given = [((*path, i), w) for i, w in enumerate(words) if isinstance(w, str)]
        yield from _repeated(given, N_("the keyword `%(value)s` is used twice"))
        for place, word in given:
            if len(word) > KEYWORD:
                message = N_("this keyword is too long to be found in comments")
                hint = N_("shorten it to at most %(limit)d characters")
                yield finding(place, message, hint, limit=KEYWORD)


# Names


def ids_unique(data: Data) -> Findings:
    asked = [((*a.path, "id"), a.data.get("id")) for a in _items(data) + _questions(data)]
    message = N_("the id `%(value)s` is used twice")
    yield from _repeated(asked, message)
    yield from _repeated(find(data, "competencies.*.id"), message)


def _repeated(given: list[tuple[DataPath, Any]], message: str) -> Findings:
    seen: set[str] = set()
    for path, value in given:
        if isinstance(value, str) and value in seen:
            yield finding(path, message, N_("keep one, or rename it"), value=shorten(value))
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
        hint = N_("add a scale of kind `rating`")
        yield finding(("scales",), N_("there is no rating scale"), hint)


def rating_points_consecutive(data: Data) -> Findings:
    for path, scale in _rating_scales(data):
        values = _values(scale)
        if values and values != list(range(values[0], values[0] + len(values))):
            message = N_("the points %(points)s do not rise by one")
            hint = N_("number them %(low)d to %(high)d, from low to high")
            ends = {"low": values[0], "high": values[0] + len(values) - 1}
            yield finding((*path, "points"), message, hint, points=listed(values), **ends)
        if 0 < len(values) < 3:
            message = N_("a rating scale needs 3 to 11 points")
            yield finding((*path, "points"), message, N_("add points"))
        for place, point in mappings(scale, "points.*"):
            if "label" not in point:
                message, hint = (
                    N_("the point has no `label`"),
                    N_("add `label: {zh: ..., en: ...}`"),
                )
                yield finding((*path, *place, "label"), message, hint)


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
                message = N_("the end %(end)d of the recommendation has no label")
                hint = N_("add `- {value: %(end)d, label: {zh: ..., en: ...}}`")
                yield finding((*path, "points"), message, hint, end=end)
        for value, (place, _) in points.items():
            if value is not None and value not in RECOMMENDATION_POINTS:
                message = N_("%(value)d lies outside of a recommendation")
                yield finding((*path, *place, "value"), message, N_("use 0 to 10"), value=value)


def rating_scales_share_ends(data: Data) -> Findings:
    ends = {path: (v[0], v[-1]) for path, scale in _rating_scales(data) if (v := _values(scale))}
    common = next(iter(ends.values()), None)
    for path, own in ends.items():
        if common and own != common:
            message = N_("this rating scale runs from %(from)d to %(to)d, the first one does not")
            hint = N_("number its points %(low)d to %(high)d, so that means can be compared")
            numbers = {"from": own[0], "to": own[1], "low": common[0], "high": common[1]}
            yield finding((*path, "points"), message, hint, **numbers)


# Items


def item_scales_exist(data: Data) -> Findings:
    scales = dict(mappings(data, "scales.*"))
    names = [str(path[-1]) for path in scales]
    for item in _items(data):
        name = item.data.get("scale")
        place = (*item.path, "scale")
        if isinstance(name, str) and names and name not in names:
            message = N_("unknown scale `%(name)s`")
            yield finding(place, message, suggest(name, names), name=shorten(name))
        elif _kind(scales.get(("scales", str(name)), {})) != "rating" and "reverse" in item.data:
            message = N_("a recommendation enters no score, so it cannot be reversed")
            yield finding((*item.path, "reverse"), message, N_("remove `reverse`"))


def wordings_used(data: Data) -> Findings:
    for asked in _items(data) + _questions(data):
        place = (*asked.path, "text")
        relations = set(asked.relations)
        if asked.wordings and "default" not in asked.wordings:
            hint = N_("add `default: {zh: ..., en: ...}`")
            yield finding(place, N_("there is no `default` wording"), hint)
        for name in asked.wordings:
            if relations < set(Relation) and name in set(Relation) - relations:
                message = N_("this wording is never shown: %(relation)s is not asked")
                hint = N_("add %(relation)s to `relations`, or remove the wording")
                yield finding((*place, name), message, hint, "key", relation=name)
        yield from _self_in_first_person(place, asked.wordings.get("SELF"))


def _self_in_first_person(place: DataPath, own: object) -> Findings:
    for language, words in own.items() if isinstance(own, dict) else ():
        if isinstance(words, str) and "{ratee}" in words:
            message = N_("the SELF wording names the ratee, who is reading it")
            hint = N_("write it in the first person, without `{ratee}`")
            yield finding((*place, "SELF", language), message, hint)


def relations_named_once(data: Data) -> Findings:
    for asked in _items(data) + _questions(data):
        given = [((*asked.path, "relations", i), r) for i, r in enumerate(asked.relations)]
        yield from _repeated(given, N_("the relation `%(value)s` is used twice"))


def forms_short(data: Data) -> Findings:
    items = N_("%(relation)s is asked too many items: at most %(limit)d")
    yield from _too_many(_items(data), MOST_ITEMS, items)
    questions = N_("%(relation)s is asked too many open questions: at most %(limit)d")
    yield from _too_many(_questions(data), MOST_OPEN_QUESTIONS, questions)


def _too_many(asked: list[_Asked], most: dict[Relation, int], message: str) -> Findings:
    counts: Counter[str] = Counter()
    for each in asked:
        counts.update(set(each.relations))
        for relation, limit in most.items():
            if relation in each.relations and counts[relation] == limit + 1:
                hint = N_("take %(relation)s out of `relations` from here on")
                place = (*each.path, "relations")
                yield finding(place, message, hint, relation=relation.value, limit=limit)


# Weights


def _weights(data: Data) -> list[tuple[DataPath, Data]]:
    """All weights: those of everybody, then those of single positions."""
    return mappings(data, "weights") + mappings(data, "position_weights.*")


def weights_add_up(data: Data) -> Findings:
    for place, given in _weights(data):
        weights = [_percent(value) for value in given.values()]
        total = sum(value or 0 for value in weights)
        if weights and None not in weights and abs(total - 100) > 0.005:
            message = N_("the weights sum to %(total)g, not to 100")
            hint = N_("change them by %(by)+g in all")
            yield finding(place, message, hint, total=total, by=100 - total)
        if Relation.SELF in given:
            hint = N_("remove it: the view of oneself is compared with the others, not averaged in")
            yield finding((*place, "SELF"), N_("SELF has no weight"), hint, "key")


def weighted_relations_are_asked(data: Data) -> Findings:
    recommendations = {
        path[-1] for path, scale in mappings(data, "scales.*") if _kind(scale) == "recommendation"
    }
    scored = [item for item in _items(data) if item.data.get("scale") not in recommendations]
    asked = {relation for item in scored for relation in item.relations}
    message = N_("%(relation)s has a weight but is asked no rating item")
    hint = N_("add %(relation)s to the `relations` of items, or remove its weight")
    for place, given in _weights(data):
        for relation in given:
            if relation in set(Relation) - {Relation.SELF} - asked:
                yield finding((*place, relation), message, hint, "key", relation=relation)


def positions_written_as_in_rosters(data: Data) -> Findings:
    for path, _ in find(data, "position_weights.*"):
        name = str(path[-1])
        if name != name.strip():
            message = N_("the position begins or ends with a blank, which no roster keeps")
            yield finding(path, message, N_("remove the blank"), "key")


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
