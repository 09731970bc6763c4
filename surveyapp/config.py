"""Configuration: read once from the environment, then passed on."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from analysis.brand import LOGO_BYTES, PRIMARY, Brand
from analysis.colours import Colour
from surveyapp.errors import Refused
from surveyapp.i18n import N_

MAX_HOPS = 5
MAX_WAIT = 3600  # seconds between two deliveries


@dataclass(frozen=True)
class Retention:
    """After how many days what is forgotten."""

    links: int = 30  # after the closing: the digests of its links
    raters: int = 365  # after their last cycle: the identity of raters who are not rated
    reports: int = 365  # after the release: the digests of links to its reports


@dataclass(frozen=True)
class BrandSettings:
    """How reports look, as it was configured; `Config.brand` reads and checks it."""

    colour: str = PRIMARY.code
    logo: Path | None = None
    footer: str = ""


@dataclass(frozen=True)
class OidcSettings:
    """A provider through which people sign in; `oidc.require_usable` checks it."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    name: str  # what the button says
    acr: tuple[str, ...] = ()  # the kinds of sign-in that are good enough; none: all are


@dataclass(frozen=True)
class Config:
    """Where things live. ``docs/operations.md`` describes each variable."""

    data_dir: Path
    database_url: str
    key_dir: Path
    secret_file: Path
    mail_url: str
    mail_from: str = ""
    public_base_url: str = ""
    questionnaire_dir: Path | None = None
    organisation: str = ""
    timezone: str = "Asia/Shanghai"
    proxy_hops: int = 0  # how many proxies of ours add X-Forwarded-For; 0 believes none
    retention: Retention = Retention()
    brand_settings: BrandSettings = BrandSettings()
    deliver_every: int = 60  # seconds between two deliveries of a running service; 0 = never
    oidc: OidcSettings | None = None
    all_need_two_factors: bool = False  # else those whose role needs them
    breached_passwords: Path | None = None  # a list that is never asked for over the network
    test_now: datetime | None = None

    def now(self) -> datetime:
        """The time, asked at the edges only; services receive it as an argument."""
        return self.test_now or datetime.now(UTC)

    def base_url(self) -> str:
        """The configured public address; links are built from nothing else."""
        parts = urlsplit(self.public_base_url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise Refused(
                N_(
                    "Links need the public address of this service: set "
                    "SURVEYAPP_PUBLIC_BASE_URL=https://feedback.example.com"
                )
            )
        return self.public_base_url.rstrip("/")

    @property
    def over_tls(self) -> bool:
        """Whether browsers reach this service over TLS, and then over nothing else."""
        return self.public_base_url.startswith("https:")

    @property
    def no_mail_server(self) -> bool:
        """Whether mails are only written into a folder, for trying out; nobody gets them."""
        return self.mail_url.startswith("folder:")

    def brand(self) -> Brand:
        """The look of reports. The logo is a file of this machine; nothing is ever fetched."""
        settings = self.brand_settings
        try:
            return Brand(Colour(settings.colour), _start_of(settings.logo), settings.footer)
        except OSError as error:
            raise Refused(
                N_("SURVEYAPP_BRAND_LOGO: %(logo)s cannot be read (%(reason)s)"),
                logo=settings.logo,
                reason=error.strerror,
            ) from error
        except ValueError as error:
            raise Refused(
                N_("SURVEYAPP_BRAND_COLOUR, _LOGO or _FOOTER: %(error)s"), error=error
            ) from error

    def environment(self) -> dict[str, str]:
        """The variables that describe this configuration, for a process of ours."""
        brand, kept = self.brand_settings, self.retention
        values = {
            "DATA_DIR": self.data_dir.absolute(),
            "DATABASE_URL": self.database_url,
            "KEY_DIR": self.key_dir.absolute(),
            "SECRET_FILE": self.secret_file.absolute(),
            "MAIL_URL": self.mail_url,
            "MAIL_FROM": self.mail_from,
            "PUBLIC_BASE_URL": self.public_base_url,
            "QUESTIONNAIRE_DIR": self.questionnaire_dir or "",
            "ORGANISATION": self.organisation,
            "TIMEZONE": self.timezone,
            "PROXY_HOPS": self.proxy_hops,
            "RETENTION_DAYS": ",".join(f"{name}={days}" for name, days in asdict(kept).items()),
            "DELIVER_EVERY": self.deliver_every,
            "BRAND_COLOUR": brand.colour,
            "BRAND_LOGO": brand.logo or "",
            "BRAND_FOOTER": brand.footer,
            "TEST_NOW": self.test_now.isoformat() if self.test_now else "",
            "TEST_MODE": "1" if self.test_now else "",
        }
        return {f"SURVEYAPP_{name}": str(value) for name, value in values.items()}

    def sender(self) -> str:
        return self.mail_from or f"feedback@{urlsplit(self.base_url()).hostname}"


def from_environment(environment: Mapping[str, str] = os.environ) -> Config:
    """The configuration that the ``SURVEYAPP_*`` variables describe."""

    def value(name: str, default: str) -> str:
        return environment.get(f"SURVEYAPP_{name}") or default

    data_dir = Path(value("DATA_DIR", "var"))
    # Keys lie beside the data folder, not in it: whoever backs up the one must not get the other.
    key_dir = Path(value("KEY_DIR", f"{data_dir}.keys"))
    questionnaire_dir = value("QUESTIONNAIRE_DIR", "")
    return Config(
        data_dir=data_dir,
        database_url=_secret(value, "DATABASE_URL")
        or f"sqlite:///{data_dir / 'surveyapp.sqlite3'}",
        key_dir=key_dir,
        secret_file=Path(value("SECRET_FILE", str(key_dir / "secret"))),
        mail_url=_secret(value, "MAIL_URL") or f"folder:{data_dir / 'mail'}",
        mail_from=value("MAIL_FROM", ""),
        public_base_url=value("PUBLIC_BASE_URL", ""),
        questionnaire_dir=Path(questionnaire_dir) if questionnaire_dir else None,
        organisation=value("ORGANISATION", ""),
        timezone=value("TIMEZONE", "Asia/Shanghai"),
        proxy_hops=_count("SURVEYAPP_PROXY_HOPS", value("PROXY_HOPS", "0"), MAX_HOPS),
        deliver_every=_count("SURVEYAPP_DELIVER_EVERY", value("DELIVER_EVERY", "60"), MAX_WAIT),
        retention=_retention(value("RETENTION_DAYS", "")),
        brand_settings=BrandSettings(
            colour=value("BRAND_COLOUR", PRIMARY.code),
            logo=Path(logo) if (logo := value("BRAND_LOGO", "")) else None,
            footer=value("BRAND_FOOTER", ""),
        ),
        oidc=_oidc(value),
        all_need_two_factors=_for_all(value("SECOND_FACTOR", "roles")),
        breached_passwords=Path(known) if (known := value("BREACHED_PASSWORDS", "")) else None,
        test_now=_test_now(environment),
    )


def _secret(value: Callable[[str, str], str], name: str) -> str:
    """A setting that holds a password; it may lie in a file, where a vault puts it."""
    file = value(f"{name}_FILE", "")
    if value(name, "") or not file:
        return value(name, "")
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise Refused(
            N_("SURVEYAPP_%(name)s_FILE: %(file)s (%(reason)s)"),
            name=name,
            file=file,
            reason=error.strerror,
        ) from error


def _for_all(text: str) -> bool:
    if text not in {"roles", "all"}:
        raise Refused(
            N_("SURVEYAPP_SECOND_FACTOR must be roles or all, not %(text)s"), text=repr(text)
        )
    return text == "all"


def _oidc(value: Callable[[str, str], str]) -> OidcSettings | None:
    """The provider, if one is configured."""
    issuer, client_id = value("OIDC_ISSUER", ""), value("OIDC_CLIENT_ID", "")
    name, acr = value("OIDC_NAME", "") or urlsplit(issuer).hostname or "", value("OIDC_ACR", "")
    secret = _secret(value, "OIDC_CLIENT_SECRET")
    return OidcSettings(issuer, client_id, secret, name, tuple(acr.split())) if issuer else None


def _start_of(file: Path | None) -> bytes:
    """No more of a file than shows that it is too long."""
    if file is None:
        return b""
    with file.open("rb") as opened:
        return opened.read(LOGO_BYTES + 1)


def _count(name: str, text: str, most: int) -> int:
    if not text.isdecimal() or int(text) > most:
        raise Refused(
            N_("%(name)s must be a number from 0 to %(most)s, not %(text)s"),
            name=name,
            most=most,
            text=repr(text),
        )
    return int(text)


def _retention(text: str) -> Retention:
    """The rule in a text such as ``links=30,reports=365``; what is missing stays as usual."""
    try:
        pairs = [part.split("=") for part in text.split(",") if part.strip()]
        days = {name.strip(): int(number) for name, number in pairs}
        if any(number < 0 for number in days.values()):
            raise ValueError(text)
        return Retention(**days)
    except (ValueError, TypeError):
        raise Refused(
            N_(
                'SURVEYAPP_RETENTION_DAYS is "%(text)s"; write it as '
                "links=30,raters=365,reports=365"
            ),
            text=text,
        ) from None


def _test_now(environment: Mapping[str, str]) -> datetime | None:
    text = environment.get("SURVEYAPP_TEST_NOW")
    if not text:
        return None
    if not (environment.get("SURVEYAPP_TEST_MODE") or environment.get("PYTEST_CURRENT_TEST")):
        raise Refused(
            N_("SURVEYAPP_TEST_NOW is for tests only; unset it (or set SURVEYAPP_TEST_MODE)")
        )
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
