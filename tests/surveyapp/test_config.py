"""Configuration from the environment."""

from datetime import UTC, datetime

import pytest

from surveyapp.config import from_environment
from surveyapp.errors import Refused


def test_keys_lie_beside_the_data_folder_by_default_not_in_it():
    config = from_environment({"SURVEYAPP_DATA_DIR": "/srv/feedback"})
    assert str(config.key_dir) == "/srv/feedback.keys"
    assert not config.key_dir.is_relative_to(config.data_dir)


def test_the_clock_of_tests_is_refused_outside_test_mode():
    with pytest.raises(Refused, match="for tests only"):
        from_environment({"SURVEYAPP_TEST_NOW": "2026-12-31"})


def test_the_clock_of_tests_stands_still_in_test_mode():
    environment = {"SURVEYAPP_TEST_NOW": "2026-12-31T12:00", "SURVEYAPP_TEST_MODE": "1"}
    assert from_environment(environment).now() == datetime(2026, 12, 31, 12, tzinfo=UTC)


@pytest.mark.parametrize("address", ["", "feedback.example.com", "ftp://example.com", "https://"])
def test_links_need_a_whole_public_address(address):
    config = from_environment({"SURVEYAPP_PUBLIC_BASE_URL": address})
    with pytest.raises(Refused, match="SURVEYAPP_PUBLIC_BASE_URL=https"):
        config.base_url()
