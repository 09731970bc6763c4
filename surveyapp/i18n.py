"""Interface words in Chinese and English, for pages, mails and the command line alike.

English is the source; Chinese lives in ``translations/zh_Hans_CN.po``, which is read as it is: no
compiled file can be out of date.
"""

from __future__ import annotations

from datetime import datetime
from functools import cache
from gettext import GNUTranslations, NullTranslations
from importlib.resources import files
from io import BytesIO
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from questionnaires.sentences import N_ as N_

LANGUAGES = ("zh", "en")
LOCALES = {"zh": "zh_Hans_CN", "en": "en"}


@cache
def translations(language: str) -> NullTranslations:
    """The gettext catalogue of a language."""
    if language != "zh":
        return NullTranslations()
    with files("surveyapp").joinpath("translations/zh_Hans_CN.po").open("rb") as source:
        catalogue = read_po(source, locale=LOCALES["zh"])
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return GNUTranslations(compiled)


def chosen(wanted: str | None, default: str) -> str:
    """The interface language: what was asked for where we speak it, else the default."""
    if wanted in LANGUAGES:
        return wanted
    return default if default in LANGUAGES else LANGUAGES[0]


PATTERNS = {"zh": "y年M月d日 HH:mm (OOOO)", "en": "d MMMM y, HH:mm (OOOO)"}


def moment(value: datetime, language: str, timezone: str) -> str:
    """A date and time as people of this language write it, in the zone of the cycle."""
    local = value.astimezone(ZoneInfo(timezone))
    return format_datetime(local, PATTERNS[language], locale=LOCALES[language])
