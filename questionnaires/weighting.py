"""The same questions with other weights."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain

from questionnaires import rules, shape
from questionnaires.mistakes import Mistake, QuestionnaireError, path_text
from questionnaires.model import Questionnaire

Percents = Mapping[str, str]  # by relation, as somebody wrote them


def reweighted(
    of: Questionnaire, weights: Percents, by_position: Mapping[str, Percents]
) -> Questionnaire:
    """The questionnaire with these percents; raises ``QuestionnaireError`` with every mistake.

    They are held to the rules of a questionnaire that is written with them.
    """
    data = of.model_dump(mode="json") | {
        "weights": dict(weights),
        "position_weights": {position: dict(each) for position, each in by_position.items()},
    }
    checked = shape.check_shape(data)
    misshapen = () if isinstance(checked, Questionnaire) else shape.findings(checked)
    found = [
        Mistake(of.key, 1, 1, path_text(finding.path), finding.message, finding.hint)
        for finding in chain(
            misshapen,
            rules.weights_add_up(data),
            rules.weighted_relations_are_asked(data),
            rules.positions_written_as_in_rosters(data),
        )
    ]
    if found or not isinstance(checked, Questionnaire):
        raise QuestionnaireError(tuple(found))
    return checked
