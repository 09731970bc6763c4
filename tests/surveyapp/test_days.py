"""Days as people choose them end where the next one begins, whatever the clocks do."""

from datetime import UTC, date, timedelta
from zoneinfo import ZoneInfo

import pytest

from surveyapp.commands.cycle import moment
from surveyapp.days import end_of, start_of

# Clocks change at midnight in Santiago, Havana, Beirut and Cairo; by half an hour on Lord Howe.
ZONES = ["Asia/Shanghai", "Europe/Berlin", "America/Santiago", "America/Havana", "Asia/Beirut",
         "Africa/Cairo", "Australia/Lord_Howe"]  # fmt: skip
DAYS = [date(2026, 1, 1) + timedelta(days=n) for n in range(3 * 366)]  # with a leap year


@pytest.mark.parametrize("name", ZONES)
def test_a_day_lasts_until_the_next_one_begins(name):
    zone, second = ZoneInfo(name), timedelta(seconds=1)
    for day in DAYS:
        following = start_of(day + timedelta(days=1), zone).astimezone(UTC)
        assert end_of(day, zone).astimezone(UTC) + second == following, day
        typed = moment(day.isoformat(), zone, end_of_day=True)
        assert typed.astimezone(UTC) + second == following, day
