"""A company made by a seed: quarters of ratings that go through the whole analysis.

For what needs reports as they come out of a real cycle: how they look, how long they take. The
same arguments give the same reports.
"""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise

import numpy as np

import questionnaires
from analysis import analyse
from analysis.disclosure import Policy, form_groups
from analysis.ratings import Comment, CycleData, CycleInfo, Ratee, RatingTable
from analysis.report import Audience, ManagerReport, build_manager_report
from analysis.results import CycleResults
from analysis.wording import Language
from questionnaires.model import Questionnaire, Relation

RATEES = 12
QUARTERS = ("2026 Q1", "2026 Q2", "2026 Q3", "2026 Q4")
FULL = {Relation.SELF: 1, Relation.SUPERVISOR: 1, Relation.PEER: 6, Relation.CUSTOMER: 10}
COMMENTS = {  # 26, as many as raters of one manager write when they like to write
    ("keep_doing", "SELF"): 1, ("keep_doing", "SUPERVISOR"): 1, ("keep_doing", "PEER"): 6,
    ("do_differently", "SELF"): 1, ("do_differently", "SUPERVISOR"): 1,
    ("do_differently", "PEER"): 6, ("working_together", "CUSTOMER"): 10,
}  # fmt: skip
NAMES = {
    "zh": ("陈晓东", "欧阳慧敏", "𬭚龘", "李娜", "王建国", "赵堃", "林志远", "刘㛃", "周婷",
           "吴迪", "郑爽", "孙丽"),
    "en": ("Alexandra Whitfield", "Ben Okafor", "Chloé Dubois", "Dmitri Volkov", "Erin Walsh",
           "Farid Haddad", "Grace Kim", "Henrik Sørensen", "Inés Ortega", "Jack Liu", "Kate Ho",
           "Luca Rossi"),
}  # fmt: skip
THIRTIETH = {
    "id": "shares_plans",
    "text": {
        "zh": "{ratee}会把客户的长期规划告诉团队。",
        "en": "{ratee} shares the client's long-term plans with the team.",
    },
    "scale": "frequency",
}


@cache
def questionnaire() -> Questionnaire:
    """The large questionnaire of the library with a thirtieth item."""
    content = questionnaires.load("account_manager_360").model_dump(mode="json")
    content["competencies"][0]["items"].append(THIRTIETH)
    return Questionnaire.model_validate(content)


@cache
def _texts() -> dict[str, dict[str, list[str]]]:
    answers = files("surveyapp.demo").joinpath("answers.json").read_text(encoding="utf-8")
    return dict(json.loads(answers)["texts"])


@dataclass(frozen=True)
class Company:
    language: Language
    answered: Sequence[dict[Relation, int]]  # per ratee; missing ones answered in FULL
    comments: bool = True

    def results(self, quarter: int) -> CycleResults:
        return analyse(self.data(quarter))

    def data(self, quarter: int) -> CycleData:
        asked, policy = questionnaire(), Policy()
        names = NAMES[self.language]
        ratees = [f"AM{number:02}" for number in range(1, RATEES + 1)]
        groups, rows, comments = [], [], []
        for number, ratee in enumerate(ratees):
            counts = self.answered[number] if number < len(self.answered) else FULL
            formed = form_groups(ratee, FULL, counts, policy)
            groups += formed
            key = {relation: group.key for group in formed for relation in group.relations}
            for relation, count in counts.items():
                rows += [
                    (ratee, key[relation], _points(asked, ratee, relation, rater, quarter))
                    for rater in range(count)
                ]
            if self.comments:
                comments += self._comments(ratee, set(key.values()), quarter)
        closed_on = f"2026-{3 * quarter + 3:02}-28"
        title = QUARTERS[quarter]
        return CycleData(
            cycle=CycleInfo(
                title.replace(" ", "-"), title, _organisation(self.language), closed_on
            ),
            questionnaire=asked,
            policy=policy,
            ratees=tuple(
                Ratee(ratee, names[number], _position(self.language), self.language)
                for number, ratee in enumerate(ratees)
            ),
            groups=tuple(groups),
            ratings=RatingTable(
                values=np.array([points for _, _, points in rows], dtype=float),
                items=tuple(item.id for item in asked.items),
                ratee=np.array([ratee for ratee, _, _ in rows]),
                group=np.array([group for _, group, _ in rows]),
            ),
            comments=tuple(comments),
        )

    def _comments(self, ratee: str, groups: set[str], quarter: int) -> list[Comment]:
        draw = random.Random(f"comments {ratee} {quarter}")
        found = []
        for (question, group), count in COMMENTS.items():
            bank = list(_texts()[question][self.language])
            draw.shuffle(bank)
            bank += [f"{one} {two}" for one, two in pairwise(bank)]
            if group in groups:
                found += [Comment(ratee, group, question, text) for text in bank[:count]]
        return found


def _organisation(language: str) -> str:
    return "云帆科技股份有限公司" if language == "zh" else "Northwind Instruments Ltd"


def _position(language: str) -> str:
    return "大客户经理" if language == "zh" else "Key account manager"


def _points(
    asked: Questionnaire, ratee: str, relation: Relation, rater: int, quarter: int
) -> list[float]:
    """One form: the ratee's level per competency, drifting slowly, and the rater's leaning."""
    own = random.Random(f"{ratee} {relation} {rater} {quarter}")
    leaning = own.gauss(0.5 if relation == Relation.SELF else 0, 0.3)
    points = []
    for competency in asked.competencies:
        level = random.Random(f"{ratee} {competency.id}")
        strength = level.gauss(3.7, 0.5) + quarter * level.gauss(0.05, 0.12)
        seen = (
            strength + leaning + random.Random(f"{ratee} {competency.id} {relation}").gauss(0, 0.3)
        )
        points += [
            _point(asked, item, relation, seen + own.gauss(0, 0.6), own.random())
            for item in competency.items
        ]
    return points


def _point(asked, item, relation, seen: float, chance: float) -> float:
    if relation not in item.relations or chance < 0.04:
        return float("nan")
    scale = asked.scale_of(item)
    share = (seen - 1) / 4
    point = min(scale.high, max(scale.low, round(scale.low + share * (scale.high - scale.low))))
    return float(scale.low + scale.high - point if item.reverse else point)


@cache
def _company(language: Language) -> tuple[CycleResults, tuple[CycleResults, ...]]:
    company = Company(language, ())
    results = [company.results(quarter) for quarter in range(len(QUARTERS))]
    return results[-1], tuple(results[:-1])


def rich(
    language: Language = "zh", audience: Audience = "manager", ratee: str = "AM01"
) -> ManagerReport:
    """8 competencies, 30 items, 26 comments, the trend of four quarters."""
    now, earlier = _company(language)
    return build_manager_report(now, ratee, language, audience, earlier)


def sparse(language: Language = "zh", audience: Audience = "manager") -> ManagerReport:
    """Only the supervisor answered: no self-rating, two peers, no customer, no comment."""
    counts = {Relation.SUPERVISOR: 1, Relation.PEER: 2}
    results = Company(language, (counts,), comments=False).results(0)
    return build_manager_report(results, "AM01", language, audience)


def silent(language: Language = "zh") -> ManagerReport:
    """Two peers and nobody else: nothing at all can be shown."""
    results = Company(language, ({Relation.PEER: 2},), comments=False).results(0)
    return build_manager_report(results, "AM01", language)


def one_relation(language: Language = "zh") -> ManagerReport:
    """Nobody but customers was asked, and nobody wrote anything."""
    results = Company(language, ({Relation.CUSTOMER: 10},), comments=False).results(0)
    return build_manager_report(results, "AM01", language)


def merged(language: Language = "zh") -> ManagerReport:
    """Two peers and two customers, shown together."""
    counts = {Relation.SELF: 1, Relation.SUPERVISOR: 1, Relation.PEER: 2, Relation.CUSTOMER: 2}
    results = Company(language, (counts,)).results(0)
    return build_manager_report(results, "AM01", language)
