"""Configuration from the environment."""

from datetime import UTC, datetime

import pytest
from PIL import Image

from analysis.brand import Brand
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


@pytest.mark.parametrize("name", ["DATABASE_URL", "MAIL_URL"])
def test_addresses_with_passwords_may_lie_in_files(tmp_path, name):
    file = tmp_path / "credential"
    file.write_text("scheme://user:word@host/\n")
    found = from_environment({f"SURVEYAPP_{name}_FILE": str(file)})
    assert getattr(found, name.lower()) == "scheme://user:word@host/"
    with pytest.raises(Refused, match=f"SURVEYAPP_{name}_FILE"):
        from_environment({f"SURVEYAPP_{name}_FILE": str(tmp_path / "none")})


def test_who_needs_a_second_factor_is_said_in_one_of_two_words():
    assert from_environment({"SURVEYAPP_SECOND_FACTOR": "all"}).all_need_two_factors
    assert not from_environment({}).all_need_two_factors
    with pytest.raises(Refused, match="roles or all"):
        from_environment({"SURVEYAPP_SECOND_FACTOR": "yes"})


@pytest.mark.parametrize("address", ["", "feedback.example.com", "ftp://example.com", "https://"])
def test_links_need_a_whole_public_address(address):
    config = from_environment({"SURVEYAPP_PUBLIC_BASE_URL": address})
    with pytest.raises(Refused, match="SURVEYAPP_PUBLIC_BASE_URL=https"):
        config.base_url()


def test_reports_have_the_plain_look_unless_another_is_configured():
    assert from_environment({}).brand() == Brand()


def test_a_logo_is_read_from_a_file(tmp_path):
    logo = tmp_path / "logo.png"
    Image.new("RGB", (30, 10)).save(logo)
    environment = {"SURVEYAPP_BRAND_LOGO": str(logo), "SURVEYAPP_BRAND_COLOUR": "#7A1F2B"}
    brand = from_environment(environment).brand()
    assert brand.logo == logo.read_bytes()
    assert brand.colour.code == "#7A1F2B"


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("COLOUR", "#FFEE00", "too light"),
        ("COLOUR", "red", "written like"),
        ("LOGO", "https://example.com/logo.png", "cannot be read"),
        ("LOGO", __file__, "no PNG or JPEG"),
        ("LOGO", "/dev/zero", "are allowed"),
        ("FOOTER", "x" * 200, "at most 120"),
    ],
)
def test_a_look_that_cannot_be_used_is_refused_with_the_reason(name, value, reason):
    config = from_environment({f"SURVEYAPP_BRAND_{name}": value})
    with pytest.raises(Refused, match=reason):
        config.brand()
