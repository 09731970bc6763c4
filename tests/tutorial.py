"""Following ``docs/tutorial.md``: what it tells a reader to run, press and type is done as it says.

The page is prose; what is followed are its commands, its links and pictures, and sentences such as
"type `practice` into **Key**" or "press **Launch**". A word in bold that is nowhere on the screen
ends the walk.
"""

from __future__ import annotations

import email
import email.policy
import os
import re
import shlex
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pyotp

from tests.waiting import until

ROOT = Path(__file__).parent.parent
DOCUMENT = ROOT / "docs" / "tutorial.md"
PORT = "8361"  # of the document
MAIN = f"import sys; sys.path.insert(0, {str(ROOT)!r}); import surveyapp.cli as c; c.main()"
BOUND = 120  # seconds for any one step
STEP = re.compile(
    r"```console\n(?P<console>.*?)```"
    r"|!\[[^\]]*\]\(images/(?P<picture>[^)]+)\)"
    r"|Open the (?P<link>printed link)"
    r"|(?P<value>`[^`]+`|its code|a day of next week)\s+into\s+\*\*(?P<into>[^*]+)\*\*"
    r"(?:\s+and\s+\*\*(?P<again>[^*]+)\*\*)?"
    r"|Choose\s+\*\*(?P<choice>[^*]+)\*\*\s+for\s+\*\*(?P<of>[^*]+)\*\*"
    r"|Upload\s+\[[^\]]+\]\((?P<file>[^)]+)\)\s+as\s+\*\*(?P<upload>[^*]+)\*\*"
    r"|[Uu]nfold\s+\*\*(?P<fold>[^*]+)\*\*"
    r"|(?:[Pp]ress|back\s+by)\s+\*\*(?P<press>[^*]+)\*\*"
    r"|mail\s+to\s+`(?P<rater>[^`\s]+@[^`\s]+)`"
    r"|with\s+\*\*(?P<submit>Submit)\*\*"
    r"|for\s+`(?P<another>[^`\s]+@[^`\s]+)`",
    re.DOTALL,
)


@dataclass
class Reader:
    """Who follows the page: a shell in ``folder``, a window on the desk, and a phone."""

    folder: Path
    port: str
    desk: Any  # pages of Playwright
    phone: Any
    seen: Callable[[str, Any], None] = lambda picture, page: None
    settings: dict[str, str] = field(default_factory=dict)
    link: str = ""
    last: Any = None  # the page that was used last
    served: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def follow(self) -> int:
        """Do everything the page says; returns how many steps that were."""
        text = DOCUMENT.read_text(encoding="utf-8").replace(PORT, self.port)
        steps = list(STEP.finditer(text))
        self.last = self.desk
        for step in steps:
            given = {name: value for name, value in step.groupdict().items() if value}
            getattr(self, f"_{next(iter(given))}")(*given.values())
        return len(steps)

    def _console(self, commands: str) -> None:
        for command in re.findall(r"^\$ (.*)$", commands, re.MULTILINE):
            self._run(command)

    def _picture(self, name: str) -> None:
        self.seen(name, self.last)

    def _link(self, _words: str) -> None:
        self.desk.goto(f"{self.link}?lang=en")

    def _value(self, value: str, *labels: str) -> None:
        for label in labels:
            self._field(label).fill(self._meant(value))

    def _choice(self, choice: str, label: str) -> None:
        self._field(label).select_option(label=choice)

    def _file(self, path: str, label: str) -> None:
        self._field(label).set_input_files(DOCUMENT.parent / path)

    def _fold(self, words: str) -> None:
        self.desk.locator("summary", has_text=words).click()

    def _field(self, label: str) -> Any:
        return self.desk.get_by_label(label, exact=True).and_(self.desk.locator(":visible"))

    def _meant(self, value: str) -> str:
        if value == "its code":
            self.desk.locator("details summary").first.click()
            key = self.desk.locator(".secret code").inner_text().replace(" ", "")
            return str(pyotp.TOTP(key).now())
        if value == "a day of next week":
            return (datetime.now(UTC) + timedelta(days=7)).date().isoformat()
        return value.strip("`")

    def _press(self, words: str) -> None:
        button = self.desk.get_by_role("button", name=words, exact=True)
        target = button.or_(self.desk.get_by_role("link", name=words, exact=True)).first
        address = target.get_attribute("href") or ""
        if address.split("?")[0].endswith(".pdf"):
            reply = self.desk.request.get(f"http://127.0.0.1:{self.port}{address}")
            assert reply.body().startswith(b"%PDF-")
        else:
            with self.desk.expect_navigation():  # a click returns before the next page comes
                target.click()
        self.last = self.desk

    def _rater(self, address: str) -> None:
        self.phone.goto(f"{self._link_to(address)}/1?lang=en")
        for number in range(self.phone.locator("fieldset").count()):
            self.phone.locator("fieldset").nth(number).locator(".points label").nth(3).click()
        self.phone.evaluate("window.scrollTo(0, 0)")
        self.last = self.phone

    def _submit(self, words: str) -> None:
        self.phone.get_by_role("button", name=words, exact=True).click()
        self.phone.wait_for_selector("[data-state=received]")

    def _another(self, address: str) -> None:
        self._rater(address)
        self._submit("Submit")

    def _link_to(self, address: str) -> str:
        # The service may be about to write a mail that the command found taken.
        until(lambda: bool(self._mails_to(address)), f"no mail to {address}", seconds=BOUND)
        body = self._mails_to(address)[0].get_body(("plain",))
        found = re.search(r"http://\S+/r/[\w-]{43}", body.get_content() if body else "")
        assert found, f"no link in the mail to {address}"
        return found.group()

    def _mails_to(self, address: str) -> list[EmailMessage]:
        mails = [
            email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            for path in sorted((self.folder / "practice" / "mail").glob("*.eml"))
        ]
        return [mail for mail in mails if address in str(mail["To"])]

    def _run(self, command: str) -> None:
        name, *words = shlex.split(command)
        if name == "export":
            self.settings |= dict(word.split("=", 1) for word in words)
            return
        assert name == "surveyapp", command
        clean = {key: v for key, v in os.environ.items() if not key.startswith("SURVEYAPP_")}
        program = [sys.executable, "-c", MAIN, *words]
        where = {"cwd": self.folder, "env": clean | self.settings}
        if words[0] == "serve":
            self.served.append(subprocess.Popen(program, **where, stderr=subprocess.DEVNULL))
            self._wait_for(f"http://127.0.0.1:{self.port}/readyz")
            return
        ran = subprocess.run(
            program, **where, check=True, capture_output=True, encoding="utf-8", timeout=BOUND
        )
        printed = re.search(r"http://\S+/account/link/\S+", ran.stdout)
        self.link = printed.group() if printed else self.link

    def _wait_for(self, address: str) -> None:
        def answers() -> bool:
            try:
                with urllib.request.urlopen(address, timeout=5):
                    return True
            except OSError:
                return False

        until(answers, f"{address} did not answer", seconds=BOUND)


@contextmanager
def reader(folder: Path, port: str, desk: Any, phone: Any) -> Iterator[Reader]:
    """Somebody at an empty folder; what they started ends with them."""
    one = Reader(folder, port, desk, phone)
    try:
        yield one
    finally:
        for process in one.served:
            process.terminate()
            process.wait(BOUND)
