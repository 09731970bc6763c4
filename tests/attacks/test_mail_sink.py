"""R4: a mail server that fails three times in ten costs no mail, and doubles none for nothing."""

import pytest

from bench.attack_mail import attack


@pytest.mark.timeout(3600)
def test_no_mail_is_lost_and_only_unanswered_ones_are_sent_twice(run, scaled, figures):
    found = attack(run, scaled(300, 2_000))
    figures(**found)
    assert min(found[name] for name in ("refused", "dropped", "ambiguous", "killed")) > 0
    assert found["lost"] == 0
    assert found["duplicates_of_answered"] == 0
    assert found["duplicates"] <= found["ambiguous"]
    assert found["reminders"] > 0
    assert found["reminders_to_finished"] == 0
