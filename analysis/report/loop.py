"""The note to customers: what they wished, and what was done about it.

It quotes nobody and holds no number. A wish is named only if as many comments as the comment
threshold of the cycle speak of it, so that no customer learns from it what another one wrote.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from analysis.comments import wished
from analysis.narrative import MOST
from analysis.results import CycleResults
from analysis.wording import Language


@dataclass(frozen=True)
class Action:
    """What was done; ``about`` is the competency that it improves, "" for none."""

    about: str
    done: str


@dataclass(frozen=True)
class Wish:
    """One thing that customers wished, and what was done about it."""

    wish: str
    done: tuple[str, ...]


@dataclass(frozen=True)
class LoopNote:
    language: Language
    organisation: str
    title: str
    ratee_name: str  # "" where the note is about all managers
    cycle_title: str
    questionnaire_title: str
    introduction: str
    wished: str  # title of the column
    did: str
    wishes: tuple[Wish, ...]
    others_title: str
    others: tuple[str, ...]  # what was done beside
    thanks: str
    protected: str  # how those who wrote are protected


@dataclass(frozen=True)
class _Words:
    title: str
    introduction: str
    introduction_all: str
    heard: str
    unheard: str
    wished: str
    did: str
    nothing_yet: str
    others: str
    others_alone: str
    thanks: str
    protected: str


_WORDS: Mapping[Language, _Words] = {
    "zh": _Words(
        title="您的意见，我们的行动",
        introduction="感谢您参与“{cycle}”，对{name}提出意见。",
        introduction_all="感谢您参与“{cycle}”，对我们的客户经理提出意见。",
        heard="以下是我们听到的，以及我们所做的。",
        unheard="以下是我们所做的。",
        wished="您希望改进",
        did="我们做了什么",
        nothing_yet="我们听到了，还没有决定怎么做。",
        others="我们还做了",
        others_alone="我们做了什么",
        thanks="谢谢您。我们期待下一次听到您的意见。",
        protected="这里只列出多位客户共同提到的方面，不引用任何人的原话。",
    ),
    "en": _Words(
        title="You said, we did",
        introduction="Thank you for your feedback on {name} in “{cycle}”. ",
        introduction_all="Thank you for your feedback on our account managers in “{cycle}”. ",
        heard="This is what we heard and what we did.",
        unheard="This is what we did.",
        wished="You wished for better",
        did="What we did",
        nothing_yet="We have heard it, and have not decided yet.",
        others="We also did this",
        others_alone="What we did",
        thanks="Thank you. We look forward to hearing from you again.",
        protected="Only what several customers spoke of is named here, and nobody is quoted.",
    ),
}


def build_loop_note(
    results: Sequence[CycleResults],
    ratee: str | None,
    actions: Iterable[Action],
    language: Language,
    thanks: str = "",
) -> LoopNote:
    """What customers wished and what was done, for one manager or for all of a cycle.

    Parameters
    ----------
    results
        What `analysis.analyse` returned, for each questionnaire of the cycle.
    ratee
        External id of the manager; None for all.
    actions
        What was done. An action about something that is not named as a wish stands by itself, so
        that it does not tell that somebody wished it.
    language
        Language of the note; the actions are in it already.
    thanks
        The last sentence, in place of the usual one.

    Raises
    ------
    ValueError
        If the cycle has no such ratee.
    """
    words, cycle = _WORDS[language], results[0].cycle
    found = [of for each in results for id, of in each.ratees.items() if ratee in {None, id}]
    if not found:
        raise ValueError(f"no ratee {ratee!r} in cycle {cycle.key!r}")
    competencies = [c for each in results for c in each.questionnaire.competencies]
    names = {each.id: each.name.said(language) for each in competencies}
    comments = [scored for of in found for scored in of.comments]
    least = max(each.policy.comment_threshold for each in results)
    heard = [competency for competency, _ in wished(comments, names, least=least)[:MOST]]
    given = tuple(actions)
    others = tuple(action.done for action in given if action.about not in heard)
    name = found[0].ratee.name if ratee is not None else ""
    introduction = words.introduction if name else words.introduction_all
    return LoopNote(
        language=language,
        organisation=cycle.organisation,
        title=words.title,
        ratee_name=name,
        cycle_title=cycle.title,
        questionnaire_title=results[0].questionnaire.title.said(language),
        introduction=introduction.format(cycle=cycle.title, name=name)
        + (words.heard if heard else words.unheard),
        wished=words.wished,
        did=words.did,
        wishes=tuple(
            Wish(
                names[competency],
                tuple(action.done for action in given if action.about == competency)
                or (words.nothing_yet,),
            )
            for competency in heard
        ),
        others_title=words.others if heard else words.others_alone,
        others=others,
        thanks=thanks or words.thanks,
        protected=words.protected if heard else "",
    )
