"""What raters are told follows from the policy, word for word."""

import pytest

from analysis.disclosure import Policy
from questionnaires.model import Relation
from surveyapp.services.privacy.promises import limits, promise, promises, relation_word

NAMED = Policy(customers="named")
READ = Policy(supervisor_reads=True)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("relation", [Relation.PEER, Relation.CUSTOMER])
def test_an_anonymous_relation_is_told_both_thresholds_in_force(relation, language):
    said = promise(relation, Policy(threshold=4, comment_threshold=7), language)
    assert "4" in said
    assert "7" in said
    assert ("匿名" if language == "zh" else "Anonymous") in said


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("policy", [Policy(), NAMED, READ])
@pytest.mark.parametrize("relation", Relation)
def test_anonymity_is_promised_exactly_where_the_policy_keeps_it(relation, policy, language):
    said = promise(relation, policy, language)
    assert said.startswith(("Anonymous:", "匿名：")) == (not policy.attributed(relation))


def test_named_customers_are_told_that_their_answers_carry_their_name():
    assert "Not anonymous" in promise(Relation.CUSTOMER, NAMED, "en")


@pytest.mark.parametrize("relation", Relation)
def test_every_promise_and_relation_is_worded_in_both_languages(relation):
    assert promise(relation, Policy(), "zh") != promise(relation, Policy(), "en")
    assert relation_word(relation, "zh") != relation_word(relation, "en")


def test_each_promise_is_made_once_in_the_order_of_the_relations():
    asked = [Relation.CUSTOMER, Relation.PEER, Relation.SELF, Relation.CUSTOMER]
    own, peers = (promise(r, Policy(), "en") for r in (Relation.SELF, Relation.PEER))
    assert promises(asked, Policy(), "en") == (own, peers, limits("en"))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_whoever_is_promised_anonymity_is_told_what_cannot_be_promised(language):
    assert limits(language) in promises([Relation.PEER, Relation.SELF], Policy(), language)
    assert limits(language) not in promises([Relation.SUPERVISOR], Policy(), language)


@pytest.mark.parametrize("policy", [READ, Policy(supervisor_reads=True, customers="named")])
@pytest.mark.parametrize("relation", Relation)
def test_every_rater_is_told_that_supervisors_read_exactly_where_they_do(relation, policy):
    for language, word in (("en", "supervisor"), ("zh", "直属上级")):
        assert word in promise(relation, policy, language)
        unread = policy.model_copy(update={"supervisor_reads": False})
        assert word not in promise(relation, unread, language)
