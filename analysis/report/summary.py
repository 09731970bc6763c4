"""The report of a team and the summary of a company, in the model of a manager's report.

All their numbers are made of scores that the managers' own reports show; what is hidden there has
no number to enter. The rows of the tables are managers where theirs are items.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from statistics import fmean, stdev
from typing import Any, cast

from analysis.asked import is_rating
from analysis.comments import ScoredComment, themes, wished
from analysis.cycle_summary import build_cycle_summary
from analysis.disclosure import Cell, Group, GroupScore, HiddenGroup
from analysis.figures import difference, filled, rounded, signed
from analysis.narrative import MOST, Narrator
from analysis.report.commentary import counted_theme, wish_sentences
from analysis.report.model import (
    HiddenCell,
    ManagerReport,
    Marker,
    ReportCell,
    ReportGroup,
    ReportRow,
    ReportSection,
    ScalePoint,
    ShownCell,
    ThemeRow,
    digest_of,
)
from analysis.report.summary_words import SUMMARY_WORDS, SummaryWords
from analysis.results import CycleResults, RateeResults, ScoreRow, raters_asked
from analysis.wording import WORDS, Language, Words
from questionnaires.model import Relation, Scale

LEAST_MANAGERS = 3  # in a mean; no cycle goes below, and none below its own threshold
SAME = 1e-9  # two means no farther apart are of the same managers and items
SPREAD_FROM = 10  # managers from which on it is told how far they differ

RowOf = Callable[[RateeResults], ScoreRow | None]


def build_team_report(
    results: CycleResults, members: Iterable[str], name: str, language: Language
) -> ManagerReport:
    """What the reports of a team have in common, and each of its managers beside the others.

    Parameters
    ----------
    results
        What `analysis.analyse` returned.
    members
        External ids of the managers of the team.
    name
        Of the supervisor.
    language
        Language of labels and sentences.

    Raises
    ------
    ValueError
        If no member is rated in the cycle.
    """
    wanted = set(members)
    team = {id: of for id, of in sorted(results.ratees.items()) if id in wanted}
    if not team:
        raise ValueError(f"nobody of this team is rated in cycle {results.cycle.key!r}")
    told = _Teller(results, team, language)
    words, policy = told.own, results.policy
    readers = words.team_readers_supervisor if policy.supervisor_reads else words.team_readers
    report = replace(
        told.report(),
        title=words.team_title,
        ratee_name=filled(words.team, name=name),
        confidentiality=filled(readers, name=name),
        reading=(*told.reading(), words.reading_team),
        sections=tuple(told.sections()),
    )
    return replace(report, digest=digest_of(report))


def build_company_report(results: CycleResults, language: Language) -> ManagerReport:
    """What the reports of a whole cycle have in common, and how far its managers differ.

    Parameters
    ----------
    results
        What `analysis.analyse` returned.
    language
        Language of labels and sentences.
    """
    told = _Teller(results, results.ratees, language, spread=len(results.ratees) >= SPREAD_FROM)
    words = told.own
    spread = words.reading_spread.format(ratees=SPREAD_FROM)
    report = replace(
        told.report(),
        title=words.company_title,
        ratee_name=words.company,
        confidentiality=words.company_readers,
        reading=(*told.reading(), spread),
        statistics=build_cycle_summary(results, language).sections,
    )
    return replace(report, digest=digest_of(report))


@dataclass(frozen=True)
class _Teller:
    """Some managers of a cycle, in one language."""

    results: CycleResults
    managers: Mapping[str, RateeResults]
    language: Language
    spread: bool = False  # whether it is told how far they differ

    @property
    def words(self) -> Words:
        return WORDS[self.language]

    @property
    def own(self) -> SummaryWords:
        return SUMMARY_WORDS[self.language]

    @property
    def least(self) -> int:
        """Managers in a mean, at least."""
        return max(LEAST_MANAGERS, self.results.policy.threshold)

    def report(self) -> ManagerReport:
        """All but what differs between a team and a company."""
        narrator = Narrator(self.results, next(iter(self.managers.values())), self.language)
        scale = self.results.questionnaire.rating_scale
        return ManagerReport(
            language=self.language,
            audience="hr",
            **self.which(),
            title="",
            ratee_id="",
            ratee_name="",
            position=self.own.managers.format(n=len(self.managers)),
            date_text=narrator.date(),
            confidentiality="",
            reading=(),
            groups=tuple(self.group(key) for key in self.keys),
            overall=self.mean_row("overall", self.words.overall, _overall, scale),
            weights_text="",
            headline=self.headline(),
            strengths=self.scores(self.best),
            improvements=self.scores(self.worst),
            gaps=(),
            perception=(),
            wishes=self.wishes(),
            competencies=tuple(self.ranked),
            sections=(),
            trend=None,
            recommendations=tuple(self.recommendations()),
            comments=(),
            comments_note=self.own.themes.format(k=self.results.policy.comment_threshold),
            themes=self.themes(),
            suggestions=(),
            reliability_text="",
            agreement=(),
            statistics=(),
            method=(*self.own.method, *narrator.method()),
            versions=narrator.versions(),
            digest="",
        )

    def which(self) -> dict[str, Any]:
        """Which cycle, which questionnaire."""
        asked, cycle = self.results.questionnaire, self.results.cycle
        return {
            "organisation": cycle.organisation,
            "cycle_key": cycle.key,
            "cycle_title": cycle.title,
            "questionnaire_title": asked.title.said(self.language),
            "questionnaire_version": asked.version,
            "questionnaire_hash": asked.content_hash,
            "cannot_judge": asked.rating_scale.cannot_judge.said(self.language),
            "scale": tuple(
                ScalePoint(point.value, point.label.said(self.language) if point.label else "")
                for point in asked.rating_scale.points
            ),
        }

    def reading(self) -> tuple[str, ...]:
        return tuple(paragraph.format(least=self.least) for paragraph in self.own.reading)

    # Groups

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """The groups that any of the managers has, merged ones last."""
        found = {group.key for of in self.managers.values() for group in of.groups}
        order = list(Relation)
        return tuple(
            sorted(found, key=lambda key: ("+" in key, order.index(Relation(key.split("+")[0]))))
        )

    def group(self, key: str) -> ReportGroup:
        groups = [g for of in self.managers.values() for g in of.groups if g.key == key]
        shown = [group for group in groups if group.answered is not None]
        counts = {"total": len(groups), "shown": len(shown), "hidden": len(groups) - len(shown)}
        return ReportGroup(
            key=key,
            label=self.label(groups[0]),
            marker=cast(Marker, "merged" if "+" in key else key.lower()),
            invited=raters_asked(groups, self.results.cycle),
            answered=str(sum(group.answered or 0 for group in shown)),
            attributed=groups[0].attributed,
            shown=bool(shown),
            note=self.own.group_note.format(**counts),
            withheld=self.own.group_hidden.format(**counts) if counts["hidden"] else "",
        )

    def label(self, group: Group) -> str:
        names = [self.words.groups[relation] for relation in group.relations]
        joined = self.words.and_.join(names).capitalize()
        return names[0] if len(names) == 1 else self.words.merged.format(relations=joined)

    # Means over managers

    def mean_row(self, id: str, label: str, row_of: RowOf, scale: Scale) -> ReportRow:
        rows = [row for of in self.managers.values() if (row := row_of(of)) is not None]
        others = [row.others.mean for row in rows if isinstance(row.others, GroupScore)]
        gaps = [row.gap.difference for row in rows if row.gap is not None]
        gap = fmean(gaps) if len(gaps) >= self.least else None
        spread = stdev(others) if self.spread and len(others) >= SPREAD_FROM else None
        cells = tuple(self.mean_cell(self.of_group(key, row_of)) for key in self.keys)
        all_others = self.mean_cell([row.others for row in rows])
        return ReportRow(
            id=id,
            label=label,
            description="" if spread is None else self.own.spread.format(sd=rounded(spread)),
            cells=cells,
            others=all_others,
            gap=gap,
            margin=spread,
            low=scale.low,
            high=scale.high,
            **self.gap_words(gap, len(gaps), cells, all_others),
        )

    def gap_words(
        self, gap: float | None, n: int, cells: Sequence[ReportCell], others: ReportCell
    ) -> dict[str, Any]:
        """The mean gap, and a note where it is not the difference of the means beside it."""
        if gap is None:
            return {"gap_text": self.own.no_gap}
        own = dict(zip(self.keys, cells, strict=True)).get(Relation.SELF)
        if isinstance(own, ShownCell) and isinstance(others, ShownCell):
            beside = difference(own.value, others.value)
            if signed(beside) == signed(gap) or abs(own.value - others.value - gap) < SAME:
                return {"gap_text": signed(beside)}
        return {"gap_text": f"{signed(gap)}*", "gap_note": self.own.gap_note.format(n=n)}

    def of_group(self, key: str, row_of: RowOf) -> list[Cell]:
        """The cells of one group, of all managers who have it."""
        return [
            row.cells[places[key]]
            for of, places in zip(self.managers.values(), self.places, strict=True)
            if key in places and (row := row_of(of)) is not None
        ]

    @cached_property
    def places(self) -> list[dict[str, int]]:
        """Per manager, where the cells of each group stand."""
        return [
            {group.key: place for place, group in enumerate(of.groups)}
            for of in self.managers.values()
        ]

    def mean_cell(self, cells: Sequence[Cell]) -> ReportCell:
        shown = [cell.mean for cell in cells if isinstance(cell, GroupScore)]
        if len(shown) >= self.least:
            return ShownCell(fmean(shown), rounded(fmean(shown)), len(shown))
        hidden = [cell.reason for cell in cells if isinstance(cell, HiddenGroup)]
        if cells and set(hidden) == {"not_asked"} and len(hidden) == len(cells):
            return HiddenCell("not_asked", self.words.hidden["not_asked"])
        return HiddenCell("too_few", self.own.too_few.format(least=self.least))

    # Competencies

    @cached_property
    def ranked(self) -> list[ReportRow]:
        """Competencies by the view of the others, best first, hidden ones last."""
        questionnaire = self.results.questionnaire
        rows = [
            self.mean_row(
                competency.id,
                competency.name.said(self.language),
                _competency(competency.id),
                questionnaire.rating_scale,
            )
            for competency in questionnaire.competencies
            if any(competency.id in of.competencies for of in self.managers.values())
        ]
        return sorted(rows, key=lambda row: -_value(row.others))

    @cached_property
    def ends(self) -> tuple[list[ReportRow], list[ReportRow]]:
        """The highest and the lowest, never overlapping and never of the same printed score."""
        shown = [row for row in self.ranked if isinstance(row.others, ShownCell)]
        count = min(MOST, len(shown) // 2)
        while count and shown[count - 1].others.text == shown[-count].others.text:
            count -= 1
        return shown[:count], shown[::-1][:count]

    @property
    def best(self) -> list[ReportRow]:
        return self.ends[0]

    @property
    def worst(self) -> list[ReportRow]:
        return self.ends[1]

    def scores(self, rows: Sequence[ReportRow]) -> tuple[str, ...]:
        return tuple(
            self.own.score.format(name=row.label, score=row.others.text, n=row.others.n)
            for row in rows
            if isinstance(row.others, ShownCell)
        )

    def headline(self) -> str:
        scale = self.results.questionnaire.rating_scale
        overall = self.mean_row("", "", _overall, scale).others
        if not isinstance(overall, ShownCell):
            return self.own.headline_hidden.format(least=self.least)
        ends = {"best": self.best[0].label, "worst": self.worst[0].label} if self.best else {}
        template = self.own.headline if ends else self.own.headline_flat
        return template.format(n=overall.n, score=overall.text, **ends)

    def recommendations(self) -> Iterator[ReportRow]:
        questionnaire = self.results.questionnaire
        for item in questionnaire.items:
            if not is_rating(questionnaire, item):
                wording = item.wording(item.relations[0], self.language)
                label = wording.replace("{ratee}", self.own.ratee)
                yield self.mean_row(item.id, label, _item(item.id), questionnaire.scale_of(item))

    # Manager by manager

    def sections(self) -> Iterator[ReportSection]:
        """The managers beside each other: over all, then competency by competency."""
        yield ReportSection(self.words.overall, self.manager_rows(_overall))
        for row in self.ranked:
            yield ReportSection(row.label, self.manager_rows(_competency(row.id)))

    def manager_rows(self, row_of: RowOf) -> tuple[ReportRow, ...]:
        return tuple(
            self.manager_row(of, row)
            for of in self.managers.values()
            if (row := row_of(of)) is not None
        )

    def manager_row(self, of: RateeResults, row: ScoreRow) -> ReportRow:
        """As it stands in the manager's own report."""
        narrator = Narrator(self.results, of, self.language)
        scale = self.results.questionnaire.rating_scale
        by_key = {group.key: cell for group, cell in zip(of.groups, row.cells, strict=True)}
        return ReportRow(
            id=of.ratee.id,
            label=of.ratee.name,
            description=of.ratee.position,
            cells=tuple(
                _as_shown(narrator, by_key[key], scale, merged="+" in key)
                if key in by_key
                else self.elsewhere(key, by_key)
                for key in self.keys
            ),
            others=_as_shown(narrator, row.others, scale),
            gap=row.gap.difference if row.gap else None,
            gap_text=narrator.gap_text(row),
            gap_note=narrator.gap_note(row),
            margin=row.others_margin,
            low=scale.low,
            high=scale.high,
        )

    def elsewhere(self, key: str, cells: Mapping[str, Cell]) -> HiddenCell:
        """In place of a group that this manager has not, or has as part of a merged one."""
        merged = any(key in other.split("+") for other in cells)
        if merged:
            return HiddenCell("merged", self.own.merged)
        return HiddenCell("no_group", self.own.no_group)

    # Comments

    def themes(self) -> tuple[ThemeRow, ...]:
        """What the comments are about; none is quoted."""
        return tuple(
            ThemeRow(
                label=self.names[theme.competency],
                n=theme.n,
                positive=theme.counts["positive"],
                mixed=theme.counts["mixed"],
                negative=theme.counts["negative"],
                text=counted_theme(self.words, theme),
                praise="",
                wish="",
            )
            for theme in themes(self.comments, self.names)
            if theme.n >= self.results.policy.comment_threshold
        )

    @cached_property
    def names(self) -> dict[str, str]:
        competencies = self.results.questionnaire.competencies
        return {each.id: each.name.said(self.language) for each in competencies}

    @cached_property
    def comments(self) -> list[ScoredComment]:
        """All that may be shown, in the order of their random ids."""
        found = [comment for of in self.managers.values() for comment in of.comments]
        return sorted(found, key=lambda scored: scored.comment.id)

    def wishes(self) -> tuple[str, ...]:
        least = self.results.policy.comment_threshold
        found = wished(self.comments, self.names, least=least)
        return wish_sentences(self.words, self.names, found)[:MOST]


def _overall(of: RateeResults) -> ScoreRow:
    return of.overall


def _competency(id: str) -> RowOf:
    return lambda of: of.competencies.get(id)


def _item(id: str) -> RowOf:
    return lambda of: of.items.get(id)


def _as_shown(narrator: Narrator, cell: Cell, scale: Scale, *, merged: bool = False) -> ReportCell:
    text = narrator.cell_text(cell, scale, merged=merged)
    if isinstance(cell, GroupScore):
        return ShownCell(cell.mean, text, cell.n)
    return HiddenCell(cell.reason, text)


def _value(cell: ReportCell) -> float:
    return cell.value if isinstance(cell, ShownCell) else float("-inf")
