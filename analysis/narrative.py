"""What the numbers of one ratee say, sentence by sentence. Reads results, writes strings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from typing import Literal

from analysis.asked import is_rating, rating_items, tells_apart
from analysis.disclosure import Cell, Group, GroupScore, HiddenGroup, may_show_comments
from analysis.figures import date_parts, difference, filled, rounded, signed
from analysis.gaps import NOTABLE, Gap, is_notable, kind
from analysis.results import CycleResults, RateeResults, ScoreRow
from analysis.sureness import how_sure
from analysis.wording import WORDS, Language, Words
from questionnaires.model import Competency, Item, OpenQuestion, Relation, Scale

MOST = 3  # strengths, improvements and gaps named at most

READERS = (Relation.SUPERVISOR, Relation.PEER, Relation.CUSTOMER, Relation.SELF)

PerceptionKind = Literal["blind_spot", "hidden_strength", "alike"]
Ranked = list[tuple[Competency, ScoreRow]]


@dataclass(frozen=True)
class Narrator:
    """One ratee's results in one language."""

    results: CycleResults
    of_ratee: RateeResults
    language: Language

    @property
    def words(self) -> Words:
        return WORDS[self.language]

    # Groups and cells

    def group_label(self, group: Group) -> str:
        if len(group.relations) == 1:
            return self.words.groups[group.relations[0]]
        return self.words.merged.format(relations=self._joined(group))

    def answered(self, group: Group) -> str:
        if group.answered is not None:
            return str(group.answered)
        return "0" if group.attributed else self._k(self.words.fewer_than)

    def group_note(self, group: Group) -> str:
        if group.answered is None:
            words = self.words
            return words.group_silent if group.attributed else self._k(words.group_hidden)
        if len(group.relations) == 1:
            return ""
        return self.words.group_merged.format(
            relations=self._joined(group), k=self.results.policy.threshold
        )

    def cell_text(self, cell: Cell, scale: Scale, *, merged: bool = False) -> str:
        if not isinstance(cell, GroupScore):
            if merged and cell.reason == "not_asked":
                return self.words.hidden_merged
            return self.words.hidden[cell.reason]
        if cell.band == "high":
            return f"≥ {rounded(scale.high - 0.5)}"
        return f"≤ {rounded(scale.low + 0.5)}" if cell.band == "low" else rounded(cell.mean)

    def raters(self, row: ScoreRow) -> str:
        """Who answered in the groups behind a row's score of others: "1 supervisor, 4 peers"."""
        return self.words.listing.join(
            self._counted(group, group.answered)
            for group in self.of_ratee.groups
            if group.key in row.weights and group.answered is not None
        )

    def item_label(self, item: Item) -> str:
        """The wording for the supervisor: it speaks about the ratee, not to the ratee."""
        relation = next(relation for relation in READERS if relation in item.relations)
        return self._about(item.wording(relation, self.language))

    def question(self, question: OpenQuestion, group: Group) -> str:
        return self._about(question.wording(group.relations[0], self.language))

    @cached_property
    def combines(self) -> bool:
        """Whether "others" are not just one group."""
        return sum(Relation.SELF not in group.relations for group in self.of_ratee.groups) != 1

    @cached_property
    def rated_self(self) -> bool:
        return any(isinstance(self._own(row), GroupScore) for row in self.of_ratee.items.values())

    # Competencies

    @cached_property
    def ranked(self) -> Ranked:
        """Competencies by the view of the others, best first, hidden ones last."""
        rows = [
            (competency, self.of_ratee.competencies[competency.id])
            for competency in self.results.questionnaire.competencies
            if competency.id in self.of_ratee.competencies
        ]
        return sorted(rows, key=lambda pair: -_mean(pair[1].others))

    @cached_property
    def best(self) -> Ranked:
        return self._ends[0]

    @cached_property
    def worst(self) -> Ranked:
        """Most room to improve first."""
        return self._ends[1]

    @cached_property
    def _ends(self) -> tuple[Ranked, Ranked]:
        """The highest and the lowest, never overlapping and never of the same printed score."""
        shown = [pair for pair in self.ranked if isinstance(pair[1].others, GroupScore)]
        count = min(MOST, len(shown) // 2)
        while count and self._alike(shown[count - 1][1], shown[-count][1]):
            count -= 1
        return shown[:count], shown[::-1][:count]

    def scores(self, rows: Ranked) -> tuple[str, ...]:
        return tuple(
            self.words.score.format(
                name=self.name(competency),
                score=self.others_text(row),
                raters=self.raters(row),
            )
            for competency, row in rows
        )

    def name(self, competency: Competency) -> str:
        return competency.name.said(self.language)

    def others_text(self, row: ScoreRow) -> str:
        return self._rating_text(row.others)

    def gap_text(self, row: ScoreRow) -> str:
        """The signed gap, with a star if `gap_note` says more of it, or why there is none."""
        if row.gap is not None:
            return signed(_printed(row.gap)) + ("*" if self.gap_note(row) else "")
        if not isinstance(self._own(row), GroupScore):
            return self.words.no_self
        shown = isinstance(row.others, GroupScore)
        return self.words.no_common if shown else self.words.no_others

    def gap_note(self, row: ScoreRow) -> str:
        """Why a gap is not the difference of the scores beside it: they are of more items."""
        items, own = self._items_of(row), self._own(row)
        if row.gap is None or not isinstance(own, GroupScore):
            return ""
        shown = [any(isinstance(cell, GroupScore) for cell in of.cells) for of in items]
        if row.gap.items < sum(shown):
            return self.words.gap_note.format(items=row.gap.items, all=sum(shown))
        if isinstance(row.others, GroupScore) and not (own.band or row.others.band):
            beside = Gap(own, row.others, row.gap.items)
            if _printed(beside) != _printed(row.gap):
                return self.words.gap_note_mixed
        return ""

    def _items_of(self, row: ScoreRow) -> list[ScoreRow]:
        """The items behind the row of a competency or the overall one."""
        questionnaire, of = self.results.questionnaire, self.of_ratee
        return [
            of.items[item.id]
            for competency in questionnaire.competencies
            if row is of.overall or row is of.competencies.get(competency.id)
            for item in rating_items(questionnaire, competency)
        ]

    # Sentences

    def headline(self) -> str:
        overall = self.of_ratee.overall
        if not isinstance(overall.others, GroupScore):
            return self.words.headline_hidden
        template = self.words.headline if self.best else self.words.headline_flat
        return template.format(
            score=self.others_text(overall),
            raters=self.raters(overall),
            best=self.name(self.best[0][0]) if self.best else "",
            worst=self.name(self.worst[0][0]) if self.worst else "",
        )

    def gaps(self) -> tuple[str, ...]:
        """The largest notable differences to one's own view, or why there are none.

        Nothing without an own view: the table of groups says that it is missing.
        """
        if not self.rated_self:
            return ()
        compared = [(c, row.gap, row.others_margin) for c, row in self.ranked if row.gap]
        if not compared:
            return (self.words.gaps_none,)
        notable = [(c, gap) for c, gap, margin in compared if is_notable(gap.difference, margin)]
        if not notable:
            return (self.words.gaps_small.format(notable=rounded(NOTABLE)),)
        notable.sort(key=lambda pair: -abs(pair[1].difference))
        return tuple(self._gap(competency, found) for competency, found in notable[:MOST])

    def perceived(self) -> dict[PerceptionKind, tuple[str, ...]]:
        """Names of the competencies by how the own view stands to that of the others."""
        found: dict[PerceptionKind, list[str]] = {
            "blind_spot": [], "hidden_strength": [], "alike": []
        }  # fmt: skip
        for competency, row in self.ranked:
            if row.gap is not None:
                found[kind(row.gap.difference, row.others_margin) or "alike"].append(
                    self.name(competency)
                )
        return {kind: tuple(names) for kind, names in found.items()}

    def weights(self) -> str:
        weights = self.of_ratee.overall.weights
        if weights and not self.combines:
            return ""
        if not weights:
            return self.words.weights_none
        shares = self.words.listing.join(
            f"{self.group_label(group)} {round(100 * weights[group.key])}%"
            for group in self.of_ratee.groups
            if group.key in weights
        )
        questionnaire, position = self.results.questionnaire, self.of_ratee.ratee.position
        if position in questionnaire.position_weights:
            return self.words.weights_position.format(position=position, weights=shares)
        template = self.words.weights if questionnaire.weights else self.words.weights_equal
        return template.format(weights=shares)

    def comments_note(self) -> str:
        groups, policy = self.of_ratee.groups, self.results.policy
        readable = [group for group in groups if may_show_comments(group, policy)]
        withheld = sum(
            not group.attributed and group not in readable and bool(self._questions_of(group))
            for group in groups
        )
        telling = sum(
            any(tells_apart(group, question) for question in self._questions_of(group))
            for group in readable
        )
        comments = self.of_ratee.comments
        notes = []
        asked = any(map(self._questions_of, groups))
        if asked and not comments and not withheld and not telling:
            notes.append(self.words.comments_none)
        if withheld:
            template = self.words.comments_withheld
            notes.append(template.format(count=withheld, k=policy.comment_threshold))
        if telling:
            notes.append(self.words.comments_telling.format(count=telling))
        if not all(scored.certain for scored in comments):
            notes.append(self.words.comments_unsure)
        return self.words.space.join(notes)

    def reliability(self) -> str:
        """How far to trust the scores: relation by relation where the cycle is large enough."""
        counted = [(group, self._counted(group, group.answered or 0)) for group in self._others()]
        told = bool(self.of_ratee.comments)
        return how_sure(self.words, self.results.scales, counted, comments=told)

    def agreement(self) -> tuple[str, ...]:
        """On what the raters of each group are of one mind, and on what they are not."""
        sentences = []
        for place, group in enumerate(self.of_ratee.groups):
            for width, template in self.words.agreement.items():
                alike = [
                    self.name(competency)
                    for competency, _ in self.ranked
                    if (spread := self.of_ratee.spreads[competency.id][place])
                    and spread.width == width
                ]
                if alike:
                    names = self.words.listing.join(alike)
                    label = self.group_label(group)
                    read = self.words.read_comments if self.of_ratee.comments else ""
                    sentences.append(template.format(group=label, competencies=names, read=read))
        return tuple(sentences)

    def agreement_words(self, competency: Competency) -> tuple[str, ...]:
        """How far each group agrees on a competency, in a word; "" where it may not be told."""
        return tuple(
            self.words.spreads[spread.width] if spread else ""
            for spread in self.of_ratee.spreads[competency.id]
        )

    def reading(self) -> tuple[str, ...]:
        words, scale = self.words, self.results.questionnaire.rating_scale
        of_others = words.reading_others if self.combines else ""
        of_gap = words.reading_gap if self.rated_self else ""
        paragraphs = filter(None, (*words.reading, of_others, words.reading_n, of_gap))
        band = words.reading_band.format(
            high=rounded(scale.high - 0.5), low=rounded(scale.low + 0.5)
        )
        return (*(self._with_scale(paragraph) for paragraph in paragraphs), band)

    def method(self) -> tuple[str, ...]:
        words, questionnaire = self.words, self.results.questionnaire
        sentences = [self._with_scale(words.method_scale)]
        if any(item.reverse for item in questionnaire.items):
            sentences.append(words.method_reverse)
        sentences += [words.method_published, self._k(words.method_thresholds)]
        sentences += [words.method_weights] if self.combines else []
        sentences += [words.method_gap] if self.rated_self else []
        if self._items_differ():
            sentences.append(words.method_items)
        if questionnaire.open_questions:
            k = self.results.policy.comment_threshold
            sentences.append(words.method_comments.format(k=k))
        if not all(is_rating(questionnaire, item) for item in questionnaire.items):
            sentences.append(words.method_recommendation)
        return tuple(sentences)

    def confidentiality(self, *, for_hr: bool = False) -> str:
        words, organisation = self.words, self.results.cycle.organisation.strip()
        named, plain = words.confidentiality, words.confidentiality_plain
        if for_hr:
            named, plain = words.confidentiality_hr, words.confidentiality_hr_plain
        elif self.results.policy.supervisor_reads:
            named, plain = words.confidentiality_team, words.confidentiality_team_plain
        template = named if organisation else plain
        return filled(template, name=self.of_ratee.ratee.name, organisation=organisation)

    def date(self) -> str:
        cycle = self.results.cycle
        template = self.words.imported_on if cycle.imported else self.words.closed_on
        return template.format(**date_parts(cycle.closed_on, self.language))

    def versions(self) -> str:
        questionnaire = self.results.questionnaire
        return self.words.versions.format(
            program=version("surveyapp"),
            questionnaire=questionnaire.key,
            version=questionnaire.version,
        )

    # Parts of sentences

    def _rating_text(self, cell: Cell) -> str:
        return self.cell_text(cell, self.results.questionnaire.rating_scale)

    def _own(self, row: ScoreRow) -> Cell:
        pairs = zip(self.of_ratee.groups, row.cells, strict=True)
        own = (cell for group, cell in pairs if group.key == Relation.SELF)
        return next(own, HiddenGroup("not_asked"))

    def _gap(self, competency: Competency, found: Gap) -> str:
        template = self.words.gap_above if found.difference > 0 else self.words.gap_below
        return template.format(
            name=self.name(competency),
            items=found.items,
            own=self._rating_text(found.own),
            others=self._rating_text(found.others),
            gap=rounded(abs(_printed(found))),
        )

    def _alike(self, one: ScoreRow, other: ScoreRow) -> bool:
        """Whether a reader sees the same score of others: as a number or as a range."""
        if self.others_text(one) == self.others_text(other):
            return True
        return rounded(_mean(one.others)) == rounded(_mean(other.others))

    def _questions_of(self, group: Group) -> tuple[OpenQuestion, ...]:
        """Questions that at least one relation of the group is asked."""
        questions = self.results.questionnaire.open_questions
        return tuple(q for q in questions if set(q.relations) & set(group.relations))

    def _items_differ(self) -> bool:
        """Whether some relation judges other items of a score than another one."""
        questionnaire = self.results.questionnaire
        asked = {
            frozenset(item.relations)
            for competency in questionnaire.competencies
            for item in rating_items(questionnaire, competency)
        }
        return len(asked) > 1

    def _others(self) -> list[Group]:
        """Groups other than self with a score that is shown."""
        return [
            group
            for place, group in enumerate(self.of_ratee.groups)
            if Relation.SELF not in group.relations
            and any(isinstance(row.cells[place], GroupScore) for _, row in self.ranked)
        ]

    def _counted(self, group: Group, n: int) -> str:
        merged = len(group.relations) > 1
        one, several = self.words.raters["merged" if merged else group.relations[0]]
        template = one if n == 1 else several
        return template.format(n=n, relations=self._joined(group).lower())

    def _joined(self, group: Group) -> str:
        labels: Sequence[str] = [self.words.groups[relation] for relation in group.relations]
        return self.words.and_.join(labels).capitalize()

    def _about(self, wording: str) -> str:
        return filled(wording, ratee=self.of_ratee.ratee.name)

    def _k(self, template: str) -> str:
        return template.format(k=self.results.policy.threshold)

    def _with_scale(self, template: str) -> str:
        scale = self.results.questionnaire.rating_scale
        return template.format(
            low=scale.low,
            high=scale.high,
            cannot_judge=scale.cannot_judge.said(self.language),
            k=self.results.policy.threshold,
        )


def _printed(gap: Gap) -> float:
    """The difference of both views as they are printed; of a range, the exact one."""
    if gap.own.band or gap.others.band:
        return gap.difference
    return difference(gap.own.mean, gap.others.mean)


def _mean(cell: Cell) -> float:
    return cell.mean if isinstance(cell, GroupScore) else float("-inf")
