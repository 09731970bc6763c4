"""Numbers, dates and names as readers expect to see them printed."""

from __future__ import annotations

import math
import re

from analysis.wording import Language

MINUS = "−"
THIN = "\u2009"  # a space a fifth as wide as a letter is high
_MEETING = re.compile(
    "[\u3400-\u9fff][A-Za-z0-9\u00c0-\u024f]|[A-Za-z0-9\u00c0-\u024f][\u3400-\u9fff]"
)
_SLOT = re.compile(r"\{(\w+)\}")
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def filled(template: str, **values: str) -> str:
    """``template`` with its slots filled; a Latin name is set apart from the Hanzi around it.

    >>> filled("本报告供{name}阅读", name="Grace Miller").replace(THIN, "|")
    '本报告供|Grace Miller|阅读'
    """

    def put(slot: re.Match[str]) -> str:
        value = values[slot[1]]
        before, after = template[: slot.start()][-1:], template[slot.end() :][:1]
        left, right = _air(before + value[:1]), _air(value[-1:] + after)
        return f"{left}{value}{right}"

    return _SLOT.sub(put, template)


def _air(pair: str) -> str:
    return THIN if _MEETING.fullmatch(pair) else ""


def rounded(number: float) -> str:
    """One decimal, halves away from zero: what a reader expects of 4.25, unlike ``format``."""
    tenths = abs(_tenths(number))
    return f"{MINUS if number < 0 and tenths else ''}{tenths // 10}.{tenths % 10}"


def difference(one: float, other: float) -> float:
    """Of two numbers as they are printed, so that who subtracts them finds the same."""
    return (_tenths(one) - _tenths(other)) / 10


def _tenths(number: float) -> int:
    tenths = math.floor(abs(number) * 10 + 0.5 + 1e-9)
    return -tenths if number < 0 else tenths


def signed(number: float) -> str:
    """A difference with its sign: "+0.4", "−0.4", "0.0"."""
    text = rounded(number)
    return text if text.startswith(MINUS) or text == "0.0" else f"+{text}"


def coefficient(number: float) -> str:
    """A coefficient as psychologists print it, without the leading zero: ".84", "−.12"."""
    text = f"{abs(number):.2f}"
    sign = MINUS if number < 0 and float(text) else ""
    return sign + (text[1:] if text.startswith("0") else text)


def date_parts(iso_date: str, language: Language) -> dict[str, str]:
    """Year, month and day of an ISO date, the month as the language writes it."""
    year, month, day = (int(part) for part in iso_date[:10].split("-"))
    named = _MONTHS[month - 1] if language == "en" else str(month)
    return {"year": str(year), "month": named, "day": str(day)}
