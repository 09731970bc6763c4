"""The statistics of a cycle in words: what HR reads on the page, in a terminal and in print."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from unicodedata import east_asian_width

from analysis.agreement import IccOneway
from analysis.cycle_wording import CYCLE_WORDS, CycleWords
from analysis.figures import coefficient
from analysis.ordering import RankCorrelation, Tier
from analysis.quality import FIRM, OVERALL, RELIABLE, ScaleQuality
from analysis.reliability import Alpha, Omega
from analysis.results import CycleResults, GroupResponse
from analysis.standing import Standing
from analysis.statuses import Status
from analysis.sureness import MOST_RATERS
from analysis.wording import WORDS, Language
from questionnaires.model import Relation

CONSISTENCY = (0.7, 0.8, 0.9, 0.95)  # Nunnally & Bernstein 1994; above the last: redundancy
NOTEWORTHY = 0.03  # from this far on, alpha from complete answers is told too
FIRMNESS = (0.8, 0.95)  # our own bounds for rank correlations
ALPHA, OMEGA, ICC1 = range(3)  # places of the columns
TIERS: tuple[Tier, ...] = ("upper", "middle", "lower")


@dataclass(frozen=True)
class Line:
    """One row of a table, with what is to be said about it."""

    name: str
    values: tuple[str, ...]
    remark: str = ""


@dataclass(frozen=True)
class Section:
    """A table; each column has a name and says what its numbers mean."""

    title: str
    columns: tuple[tuple[str, str], ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class CycleSummary:
    language: Language
    title: str
    sections: tuple[Section, ...]


def build_cycle_summary(results: CycleResults, language: Language) -> CycleSummary:
    """How far the numbers of a cycle can be trusted, ready to be shown to HR.

    Parameters
    ----------
    results
        What `analysis.analyse` returned.
    language
        Language of names and sentences.

    Returns
    -------
    CycleSummary
        Response, the coefficients of each competency by relation, careful answering, how firm
        the order of the managers is, and the tiers. Whatever is undefined says why.
    """
    teller = _Teller(results, CYCLE_WORDS[language], language)
    return CycleSummary(
        language,
        teller.words.title.format(cycle=results.cycle.title),
        tuple(teller.sections()),
    )


def remarks(results: CycleResults, language: Language) -> dict[tuple[str, str], str]:
    """What is to be said about each competency as each relation judged it, by their keys."""
    teller = _Teller(results, CYCLE_WORDS[language], language)
    return {(of.scale, of.relation): teller.scale(of).remark for of in results.scales}


def as_text(summary: CycleSummary) -> str:
    """The summary for a terminal: tables, remarks below their rows, and what the columns mean."""
    parts = [summary.title]
    meanings: dict[str, str] = {}
    for section in summary.sections:
        parts += ["", section.title, *_table(section)]
        meanings |= dict(section.columns)
    parts += ["", *(f"{name}: {meaning}" for name, meaning in meanings.items())]
    return "\n".join(parts)


def _table(section: Section) -> Iterator[str]:
    rows = [("", *(name for name, _ in section.columns))]
    rows += [(line.name, *line.values) for line in section.lines]
    widths = [max(_columns(row[at]) for row in rows) for at in range(len(rows[0]))]
    remarks = ["", *(line.remark for line in section.lines)]
    for row, remark in zip(rows, remarks, strict=True):
        padded = (cell + " " * (w - _columns(cell)) for cell, w in zip(row, widths, strict=True))
        yield f"  {'  '.join(padded)}".rstrip()
        if remark:
            yield f"    {remark}"


def _columns(text: str) -> int:
    """How wide a text is in a terminal, where a Chinese character takes two columns."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


@dataclass(frozen=True)
class _Teller:
    results: CycleResults
    words: CycleWords
    language: Language

    def sections(self) -> Iterator[Section]:
        words = self.words
        response = tuple(map(self._response, self.results.response))
        yield Section(words.response, words.response_columns, response)
        yield from self._relations()
        yield Section(words.forms, words.forms_columns, (self._forms(),))
        yield from self._standing()

    def _response(self, of: GroupResponse) -> Line:
        numbers = (of.shown, of.hidden, of.invited, of.answered)
        return Line(self._relation(of.key), tuple(map(str, numbers)))

    def _relation(self, key: str) -> str:
        names = WORDS[self.language]
        return names.and_.join(names.groups[part] for part in key.split("+"))

    # Coefficients

    def _relations(self) -> Iterator[Section]:
        by_relation: dict[str, list[ScaleQuality]] = {}
        for scale in self.results.scales:
            by_relation.setdefault(scale.relation, []).append(scale)
        for relation, scales in by_relation.items():
            overall = scales[-1]
            title = self.words.relation.format(
                relation=self._relation(relation),
                ratees=overall.ratees,
                responses=overall.responses,
            )
            lines = tuple(map(self.scale, scales))
            yield Section(title, self.words.relation_columns, lines)

    def scale(self, scale: ScaleQuality) -> Line:
        name, none = self._scale_name(scale.scale), self.words.none
        if scale.icc is None:
            remark = self.words.undefined[scale.status or "not_estimable"]
            return Line(name, (none,) * len(self.words.relation_columns), remark)
        overall = self._overall(scale.relation)
        alpha, omega, icc = scale.alpha, scale.omega, scale.icc
        values = (
            self._interval(alpha.value, alpha.low, alpha.high) if alpha else none,
            self._number(omega.value) if omega else none,
            self._interval(icc.icc1, icc.low, icc.high),
            self._number(icc.icc2),
            self._needed(scale),
        )
        return Line(name, values, self.words.also.join(self._remarks(scale, icc, overall)))

    def _overall(self, relation: str) -> ScaleQuality:
        """The scale of all items, as the same relation judged it."""
        scales = self.results.scales
        return next(of for of in scales if (of.scale, of.relation) == (OVERALL, relation))

    def _scale_name(self, scale: str) -> str:
        if scale == OVERALL:
            return self.words.overall
        competencies = self.results.questionnaire.competencies
        return next(c.name.said(self.language) for c in competencies if c.id == scale)

    def _remarks(self, scale: ScaleQuality, icc: IccOneway, overall: ScaleQuality) -> Iterator[str]:
        words = self.words
        if scale.alpha is not None:
            yield from self._of_alpha(scale.alpha)
            yield from self._of_omega(scale.omega, scale.alpha)
        if scale is overall or overall.icc is None or icc.status != overall.icc.status:
            yield from self._of_icc(icc)
        if scale.misfits:
            items = [self._item(identity, scale.relation) for identity in scale.misfits]
            yield words.misfits.format(items=WORDS[self.language].listing.join(items))

    def _item(self, identity: str, relation: Relation) -> str:
        """The wording that these raters read, with the id under which exports know the item."""
        item = next(of for of in self.results.questionnaire.items if of.id == identity)
        text = item.wording(relation, self.language)
        said = text.replace("{ratee}", self.words.ratee)
        return self.words.item.format(text=said, id=identity)

    def _of_alpha(self, alpha: Alpha) -> Iterator[str]:
        words, complete = self.words, alpha.complete_value
        if alpha.value is None:
            yield self._why(ALPHA, alpha.status)
            return
        yield self._consistency(alpha)
        if complete is not None and abs(complete - alpha.value) > NOTEWORTHY:
            yield words.complete.format(value=coefficient(complete), n=alpha.n_complete)
        if alpha.dropped_items:
            yield words.dropped.format(count=len(alpha.dropped_items))

    def _of_omega(self, omega: Omega | None, alpha: Alpha) -> Iterator[str]:
        status = omega.status if omega else "fewer_than_10_ratees"
        if status is not None and status != alpha.status:  # else told of alpha
            yield self._why(OMEGA, status)

    def _of_icc(self, icc: IccOneway) -> Iterator[str]:
        words = self.words
        if icc.status == "undefined_no_pairs":
            yield words.no_scores
        elif icc.status is not None:
            yield self._why(ICC1, icc.status)
        elif icc.icc1 is not None and icc.icc1 <= 0:
            surely = icc.high is not None and icc.high <= 0
            yield words.icc1_not_positive if surely else words.icc1_uncertain

    def _why(self, column: int, status: Status | None) -> str:
        name, _ = self.words.relation_columns[column]
        reason = self.words.undefined[status or "not_estimable"]
        return self.words.of_number.format(name=name, reason=reason)

    def _consistency(self, alpha: Alpha) -> str:
        """What alpha is good for, by the lower end of its interval: that much is sure."""
        value = alpha.value or 0.0
        if value < 0:
            return self.words.consistency_negative
        sure = value if alpha.low is None else min(value, alpha.low)
        if sure < CONSISTENCY[0] <= value:
            return self.words.consistency_unsure
        return self.words.consistency[sum(sure >= bound for bound in CONSISTENCY)]

    def _needed(self, scale: ScaleQuality) -> str:
        """For two reliabilities, with the fewest and most that the interval of ICC(1) allows."""
        both = (self._raters(scale, target) for target in (RELIABLE, FIRM))
        return " / ".join(filter(None, both)) or self.words.none

    def _raters(self, scale: ScaleQuality, target: float) -> str:
        needed, (fewest, most) = scale.raters_needed(target), scale.raters_between(target)
        if needed is None or fewest is None:
            return "" if needed is None else self._capped(needed)
        parts = {"value": needed, "low": fewest, "high": most}
        return self.words.interval.format(**{k: self._capped(n) for k, n in parts.items()})

    def _capped(self, n: int | None) -> str:
        """None, which no number of raters attains, is more than is a plan as well."""
        beyond = n is None or n > MOST_RATERS
        return self.words.most.format(most=MOST_RATERS) if beyond else str(n)

    def _interval(self, value: float | None, low: float | None, high: float | None) -> str:
        if value is None or low is None or high is None:
            return self._number(value)
        parts = {"value": value, "low": low, "high": high}
        return self.words.interval.format(**{k: coefficient(v) for k, v in parts.items()})

    def _number(self, value: float | None) -> str:
        return self.words.none if value is None else coefficient(value)

    # Forms and order

    def _forms(self) -> Line:
        forms = self.results.forms
        if forms.flagged is None:
            reason = self.words.undefined["fewer_than_10_ratees"]
            return Line("", (str(forms.responses), self.words.none), reason)
        return Line("", (str(forms.responses), str(forms.flagged)))

    def _standing(self) -> Iterator[Section]:
        found, words = self.results.standing, self.words
        if found is None:
            reason = Line("", (words.none,), words.undefined["fewer_than_10_ratees"])
            yield Section(words.order, words.order_columns, (reason,))
            return
        few = words.few_careless.format(k=self.results.policy.threshold)
        yield Section(
            words.order,
            words.order_columns,
            (
                self._correlation(words.order_equal, found.equal_weights, words.order_none),
                self._correlation(words.order_careful, found.careful_forms, few),
                self._correlation(words.order_shrunken, found.shrunken, ""),
            ),
        )
        yield Section(words.tiers, words.tiers_columns, tuple(self._tiers(found)))

    def _tiers(self, found: Standing) -> Iterator[Line]:
        listing = WORDS[self.language].listing
        for tier in TIERS:
            names = [self._name(ratee) for ratee, of in found.tiers.items() if of == tier]
            if names:
                yield Line(self.words.tier[tier], (listing.join(names),))

    def _name(self, ratee: str) -> str:
        return self.results.ratees[ratee].ratee.name

    def _correlation(self, name: str, found: RankCorrelation | None, without: str) -> Line:
        if found is None:
            return Line(name, (self.words.none,), without)
        if found.value is None:  # all have one score: the managers cannot be told apart
            return Line(name, (self.words.none,), self.words.not_told_apart)
        means = self.words.order_means[sum(found.value >= bound for bound in FIRMNESS)]
        return Line(name, (coefficient(found.value),), means)
