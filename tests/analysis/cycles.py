"""Small cycles for the tests of the analysis: plain functions with defaults."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from analysis import analyse
from analysis.disclosure import Policy, form_groups
from analysis.ratings import Comment, CycleData, CycleInfo, Ratee, RatingTable
from questionnaires.model import Questionnaire, Relation

ALL = ["SELF", "SUPERVISOR", "PEER", "CUSTOMER"]
Answers = Mapping[str, Mapping[str, Sequence[Sequence[float]]]]


def item(id, *, relations=ALL, scale="agreement", reverse=False):
    text = {
        "default": {"zh": f"{{ratee}}做到{id}", "en": f"{{ratee}} does {id}"},
        "SELF": {"zh": f"我做到{id}", "en": f"I do {id}"},
    }
    return {"id": id, "text": text, "relations": relations, "scale": scale, "reverse": reverse}


def competency(id, items):
    return {
        "id": id,
        "name": {"zh": f"能力{id}", "en": f"Competency {id}"},
        "description": {"zh": f"{id}的定义", "en": f"What {id} means"},
        "items": items,
        "suggestions": [{"zh": f"练习{id}", "en": f"Practise {id}"}],
    }


def questionnaire(competencies=None, *, weights=None, by_position=None, open_relations=ALL):
    """Two competencies of two items each, on five points, and one open question."""
    given = competencies or [
        competency("trust", [item("t1"), item("t2")]),
        competency("speed", [item("s1"), item("s2")]),
    ]
    names = ["never", "seldom", "sometimes", "often", "always"]
    points = [
        {"value": value, "label": {"zh": f"{value}分", "en": name}}
        for value, name in enumerate(names, start=1)
    ]
    cannot_judge = {"zh": "无法判断", "en": "cannot judge"}
    return Questionnaire.model_validate(
        {
            "key": "tiny",
            "version": "1",
            "languages": ["zh", "en"],
            "title": {"zh": "小问卷", "en": "Tiny questionnaire"},
            "scales": {
                "agreement": {"points": points, "cannot_judge": cannot_judge},
                "recommend": {
                    "kind": "recommendation",
                    "points": [{"value": value} for value in range(11)],
                    "cannot_judge": cannot_judge,
                },
            },
            "competencies": given,
            "open_questions": [
                {
                    "id": "advice",
                    "text": {"default": {"zh": "给{ratee}的建议？", "en": "Advice for {ratee}?"}},
                    "relations": open_relations,
                }
            ],
            "weights": weights or {},
            "position_weights": by_position or {},
        }
    )


def cycle(
    answers: Answers,
    *,
    of=None,
    policy=None,
    invited=None,
    comments=(),
    imported=False,
    positions=None,
) -> CycleData:
    """A closed cycle: ``answers[ratee][relation]`` are rows of points, as the items stand."""
    of, policy = of or questionnaire(), policy or Policy()
    groups, rows = [], []
    for ratee, by_relation in answers.items():
        counts = {Relation(relation): len(ticked) for relation, ticked in by_relation.items()}
        formed = form_groups(ratee, {**counts, **(invited or {})}, counts, policy)
        groups += formed
        key = {relation: group.key for group in formed for relation in group.relations}
        rows += [
            (ratee, key[Relation(relation)], points)
            for relation, ticked in by_relation.items()
            for points in ticked
        ]
    return CycleData(
        cycle=CycleInfo("2026q3", "2026 Q3", "Acme", "2026-11-22", imported),
        questionnaire=of,
        policy=policy,
        ratees=tuple(
            Ratee(ratee, f"Manager {ratee}", (positions or {}).get(ratee, "key accounts"))
            for ratee in answers
        ),
        groups=tuple(groups),
        ratings=RatingTable(
            values=np.array([points for _, _, points in rows], dtype=float).reshape(
                len(rows), len(of.items)
            ),
            items=tuple(each.id for each in of.items),
            ratee=np.array([ratee for ratee, _, _ in rows], dtype=str),
            group=np.array([group for _, group, _ in rows], dtype=str),
        ),
        comments=tuple(comments),
    )


def comment(ratee, group, text, question="advice"):
    return Comment(ratee, group, question, text)


def rows(*points):
    """Responses that tick the same point everywhere: ``rows(4, 5)`` on the four items."""
    return [[point] * 4 for point in points]


def company_of(count, *, customers=5, hidden=None, **options):
    """Managers who differ; of each third one the customers are too few to be shown."""
    answers = {}
    for n in range(count):
        few = hidden or rows(2, 5)
        answers[f"m{n:02d}"] = {
            "SELF": rows(3 + n % 3),
            "SUPERVISOR": rows(2 + n % 4),
            "PEER": rows(*(1 + (n + k) % 5 for k in range(6))),
            "CUSTOMER": few if n % 3 == 2 else rows(*(2 + (n + k) % 4 for k in range(customers))),
        }
    policy = options.pop("policy", Policy(merging=()))
    return analyse(cycle(answers, policy=policy, **options))
