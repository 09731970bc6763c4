"""The rows of exports: published numbers, and words where there is none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from analysis.comments import ScoredComment
from analysis.cycle_summary import remarks
from analysis.cycle_wording import CYCLE_WORDS
from analysis.disclosure import Cell, Group, GroupScore, HiddenGroup
from analysis.export.model import Range, Row, Value, Why
from analysis.export.wording import EXPORT_WORDS, ExportWords
from analysis.narrative import READERS, Narrator
from analysis.quality import OVERALL
from analysis.report.commentary import report_comment
from analysis.results import CycleResults, ScoreRow, asked_of
from analysis.spread import Spread
from analysis.summaries import statistics_json
from analysis.wording import WORDS, Language
from questionnaires.model import Competency, Item, OpenQuestion, Questionnaire, Relation, Scale

OTHERS = "OTHERS"
NAME = "…"  # stands for the ratee's name, so that an item reads the same in all rows
ORDERS = ("equal_weights", "careful_forms", "shrunken")


@dataclass(frozen=True)
class Rows:
    """What stands in each table, row by row. A cycle has results for each questionnaire."""

    results: Sequence[CycleResults]
    language: Language

    @property
    def words(self) -> ExportWords:
        return EXPORT_WORDS[self.language]

    def overview(self) -> Iterator[Row]:
        for told, ratee in self._ratees():
            overall, standing = told.of_ratee.overall, told.results.standing
            scale = told.results.questionnaire.rating_scale
            tier = standing.tiers.get(told.of_ratee.ratee.id) if standing else None
            yield {
                **ratee,
                "others": _number(told, overall.others, scale),
                "n": _raters(overall.others),
                "self": _number(told, _own(told, overall), scale),
                "gap": _gap(told, overall),
                "tier": self.words.tier[tier] if tier else None,
                **{
                    competency_key(told.results.questionnaire, id): _number(told, row.others, scale)
                    for id, row in told.of_ratee.competencies.items()
                },
            }

    def scores(self) -> Iterator[Row]:
        yield from self.competencies()
        yield from self.items()

    def competencies(self) -> Iterator[Row]:
        for told, ratee in self._ratees():
            questionnaire, of = told.results.questionnaire, told.of_ratee
            scale = questionnaire.rating_scale
            whole = {"level": "overall", "competency": OVERALL}
            whole["competency_name"] = self.words.overall
            for row in self._across(told, of.overall, scale):
                yield {**ratee, **whole, **row}
            for competency in questionnaire.competencies:
                if competency.id in of.competencies:
                    part = {"level": "competency"} | self._competency(competency)
                    spreads = of.spreads[competency.id]
                    for row in self._across(told, of.competencies[competency.id], scale, spreads):
                        yield {**ratee, **part, **row}

    def items(self) -> Iterator[Row]:
        for told, ratee in self._ratees():
            questionnaire = told.results.questionnaire
            for competency in questionnaire.competencies:
                part = {"level": "item"} | self._competency(competency)
                for item in competency.items:
                    found, scale = told.of_ratee.items[item.id], questionnaire.scale_of(item)
                    for row in self._across(told, found, scale):
                        yield {**ratee, **part, **self._item(item), **row}

    def response(self) -> Iterator[Row]:
        for told, ratee in self._ratees():
            for group in told.of_ratee.groups:
                yield {
                    **ratee,
                    **_group(told, group),
                    "invited": asked_of(group, told.results.cycle),
                    "answered": _answered(told, group),
                    "named": group.attributed,
                    "shown": group.answered is not None,
                    "reason": told.group_note(group),
                }

    def reliability(self) -> Iterator[Row]:
        for results in self.results:
            names = {each.id: self._competency(each) for each in results.questionnaire.competencies}
            whole = CYCLE_WORDS[self.language].overall
            names[OVERALL] = {"competency": OVERALL, "competency_name": whole}
            said = remarks(results, self.language)
            for scale in statistics_json(results)["scales"]:
                yield {
                    **_source(results),
                    **names[scale["scale"]],
                    "relation": scale["relation"],
                    "relation_name": self._relation(scale["relation"]),
                    **_coefficients(scale),
                    "misfits": ", ".join(scale["items_that_do_not_fit"]),
                    "remark": said[scale["scale"], scale["relation"]],
                }

    def cycle(self) -> Iterator[Row]:
        for results in self.results:
            found = statistics_json(results)
            of = _source(results)
            for response in found["response"]:
                group = {"group": response["key"], "group_name": self._relation(response["key"])}
                for figure, name in _RESPONSE.items():
                    yield {**of, **group, **self._figure(figure, response[name])}
            forms = found["forms"]
            flagged = forms["flagged"]
            yield {**of, **self._figure("forms", forms["responses"])}
            yield {**of, **self._figure("forms_flagged", self._or_why(flagged, forms, results))}
            for order in ORDERS:
                of_order = found["order"].get(order, found["order"])
                value = self._or_why(of_order.get("value"), of_order, results)
                yield {**of, **self._figure(f"order_{order}", value)}

    def comments(self) -> Iterator[Row]:
        """In the order of their random ids, question by question and group by group."""
        for told, ratee in self._ratees():
            for question in told.results.questionnaire.open_questions:
                for group in told.of_ratee.groups:
                    for scored in told.of_ratee.comments:
                        place = (scored.comment.question, scored.comment.group)
                        if place == (question.id, group.key):
                            yield {
                                **ratee,
                                **_group(told, group),
                                **self._question(question),
                                **_comment(told, scored),
                            }

    # Parts of rows

    def _ratees(self) -> Iterator[tuple[Narrator, Row]]:
        for results in self.results:
            for of_ratee in results.ratees.values():
                yield (
                    Narrator(results, of_ratee, self.language),
                    {
                        **_source(results),
                        "ratee": of_ratee.ratee.id,
                        "name": of_ratee.ratee.name,
                        "position": of_ratee.ratee.position,
                    },
                )

    def _across(
        self,
        told: Narrator,
        row: ScoreRow,
        scale: Scale,
        spreads: Sequence[Spread | None] = (),
    ) -> Iterator[Row]:
        """One row per group of the ratee, and one for the others together."""
        for place, (group, cell) in enumerate(zip(told.of_ratee.groups, row.cells, strict=True)):
            spread = spreads[place] if spreads else None
            yield {
                **_group(told, group),
                "score": _number(told, cell, scale, merged=len(group.relations) > 1),
                "n": _raters(cell),
                "margin": row.margins[place] if row.margins else None,
                "weight": row.weights.get(group.key),
                "agreement": self.words.spread[spread.width] if spread else None,
                "r_star": spread.r_star if spread else None,
                "ad": spread.ad if spread else None,
            }
        yield {
            "group": OTHERS,
            "group_name": self.words.others,
            "score": _number(told, row.others, scale),
            "n": _raters(row.others),
            "margin": row.others_margin,
            "gap": _gap(told, row),
        }

    def _competency(self, competency: Competency) -> dict[str, str]:
        name = competency.name.said(self.language)
        return {"competency": competency.id, "competency_name": name}

    def _item(self, item: Item) -> dict[str, Value]:
        reader = next(relation for relation in READERS if relation in item.relations)
        text = item.wording(reader, self.language).replace("{ratee}", NAME)
        return {"item": item.id, "item_text": text, "reverse": item.reverse}

    def _question(self, question: OpenQuestion) -> dict[str, str]:
        reader = next(relation for relation in READERS if relation in question.relations)
        text = question.wording(reader, self.language).replace("{ratee}", NAME)
        return {"question": question.id, "question_text": text}

    def _relation(self, key: str) -> str:
        words = WORDS[self.language]
        return words.and_.join(words.groups[part] for part in key.split("+"))

    def _figure(self, key: str, value: Value) -> dict[str, Value]:
        return {"figure": key, "figure_name": self.words.figure[key], "value": value}

    def _or_why(
        self, value: float | int | None, found: dict[str, Any], results: CycleResults
    ) -> Value:
        if value is not None:
            return value
        words = CYCLE_WORDS[self.language]
        said = {
            "fewer_than_10_ratees": words.undefined["fewer_than_10_ratees"],
            "no_weights_declared": words.order_none,
            "too_few_flagged": words.few_careless.format(k=results.policy.threshold),
        }
        return Why(said.get(found["status"], words.not_told_apart))


_RESPONSE = {
    "groups_shown": "shown",
    "groups_hidden": "hidden",
    "invited": "invited",
    "answered": "answered",
}


def competency_key(questionnaire: Questionnaire, id: str) -> str:
    """The column of a competency in the overview."""
    return f"{questionnaire.key}.{id}"


def _source(results: CycleResults) -> dict[str, str]:
    asked = results.questionnaire
    return {"cycle": results.cycle.key, "questionnaire": f"{asked.key} {asked.version}"}


def _group(told: Narrator, group: Group) -> dict[str, str]:
    return {"group": group.key, "group_name": told.group_label(group)}


def _number(told: Narrator, cell: Cell, scale: Scale, *, merged: bool = False) -> Value:
    words = told.cell_text(cell, scale, merged=merged)
    if isinstance(cell, HiddenGroup):
        return Why(words)
    return Range(cell.mean, words) if cell.band else cell.mean


def _raters(cell: Cell) -> int | None:
    return cell.n if isinstance(cell, GroupScore) else None


def _own(told: Narrator, row: ScoreRow) -> Cell:
    pairs = zip(told.of_ratee.groups, row.cells, strict=True)
    own = (cell for group, cell in pairs if group.key == Relation.SELF)
    return next(own, HiddenGroup("not_asked"))


def _gap(told: Narrator, row: ScoreRow) -> Value:
    return row.gap.difference if row.gap else Why(told.gap_text(row))


def _answered(told: Narrator, group: Group) -> Value:
    if group.answered is not None:
        return group.answered
    return 0 if group.attributed else Why(told.answered(group))


def _coefficients(scale: dict[str, Any]) -> dict[str, Value]:
    alpha, omega, icc, needed = (scale[name] for name in ("alpha", "omega", "icc", "raters_needed"))
    return {
        "ratees": scale["ratees"],
        "responses": scale["responses"],
        "alpha": alpha.get("value"),
        "alpha_low": alpha.get("low"),
        "alpha_high": alpha.get("high"),
        "omega": omega.get("value"),
        "icc1": icc.get("icc1"),
        "icc1_low": icc.get("low"),
        "icc1_high": icc.get("high"),
        "icc2": icc.get("icc2"),
        "raters_70": needed["0.7"],
        "raters_80": needed["0.8"],
    }


def _comment(told: Narrator, scored: ScoredComment) -> dict[str, str]:
    shown = report_comment(told, scored)
    return {"comment": shown.text, "tone": shown.sentiment_text}
