"""What a rater is told about who will see what: made from the policy, so both always agree."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from analysis.disclosure import Policy
from questionnaires.model import Relation
from surveyapp.i18n import translations


def relation_word(relation: Relation, language: str) -> str:
    """How the rater stands to the ratee, said to the rater."""
    _ = translations(language).gettext
    return {
        Relation.SELF: _("your self-assessment"),
        Relation.SUPERVISOR: _("as their supervisor"),
        Relation.PEER: _("as a peer"),
        Relation.CUSTOMER: _("as their customer"),
    }[relation]


def promise(relation: Relation, policy: Policy, language: str) -> str:
    """Who will see the answers of this relation, in one or two sentences."""
    _ = translations(language).gettext
    told = _with_supervisor if policy.supervisor_reads else _without_supervisor
    own, named, anonymous = told(_)
    if relation == Relation.SELF:
        return own
    if policy.attributed(relation):
        return named
    return anonymous % {"k": policy.threshold, "c": policy.comment_threshold}


def _with_supervisor(_: Callable[[str], str]) -> tuple[str, str, str]:
    """To raters of a cycle whose reports supervisors read: of themselves, by name, anonymous."""
    return (
        _(
            "Your own view stands beside the views of others in your report; your supervisor and "
            "HR read it too."
        ),
        _(
            "Not anonymous: the person you rate, their supervisor and HR can see that these "
            "answers and words are yours."
        ),
        _(
            "Anonymous: your answers are sealed at once. The person you rate, their supervisor and "
            "HR see only averages of at least %(k)d people, and comments word for word, without a "
            "name, from %(c)d people on."
        ),
    )


def _without_supervisor(_: Callable[[str], str]) -> tuple[str, str, str]:
    return (
        _("Your own view stands beside the views of others in your report; HR reads it too."),
        _(
            "Not anonymous: the person you rate and HR can see that these answers and words "
            "are yours."
        ),
        _(
            "Anonymous: your answers are sealed at once. The person you rate and HR see only "
            "averages of at least %(k)d people, and comments word for word, without a name, from "
            "%(c)d people on."
        ),
    )


def promises(relations: Iterable[Relation], policy: Policy, language: str) -> tuple[str, ...]:
    """The promises for all relations a rater has, each once, and what nobody can promise."""
    held = [relation for relation in Relation if relation in set(relations)]
    said = [promise(relation, policy, language) for relation in held]
    if not all(policy.attributed(relation) for relation in held):
        said.append(limits(language))
    return tuple(dict.fromkeys(said))


def limits(language: str) -> str:
    """What no encryption can keep, said to whoever is promised anonymity."""
    return translations(language).gettext(
        "What cannot be promised: your own words may show who you are, and whoever reads your mail "
        "can use your link."
    )
