"""Fill in rating forms as people would: over HTTP, with the links found in the mail folder.

This script knows nothing of the application and imports nothing of it; it sees what a rater sees.
Which points it ticks depends on the names on the page alone, so every run answers alike.
"""

from __future__ import annotations

import argparse
import email
import email.policy
import json
import random
import re
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

LINK = re.compile(r"https?://\S+/r/[\w-]+")
CANNOT_JUDGE = "cannot_judge"


@dataclass
class Page(HTMLParser):
    """What matters of a page: links, the heading, and the fields of its form."""

    links: list[str] = field(default_factory=list)
    heading: str = ""
    language: str = ""
    hidden: dict[str, str] = field(default_factory=dict)
    points: dict[str, list[str]] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)
    _in_heading: bool = False

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "html":
            self.language = "zh" if found.get("lang", "").startswith("zh") else "en"
        elif tag == "a":
            self.links.append(found.get("href", ""))
        elif tag == "textarea":
            self.texts.append(found["name"])
        elif tag == "input" and found.get("type") == "hidden":
            self.hidden[found["name"]] = found.get("value", "")
        elif tag == "input" and found.get("type") == "radio":
            self.points.setdefault(found["name"], []).append(found["value"])
        self._in_heading = tag == "h1" or (self._in_heading and tag != "p")

    def handle_endtag(self, tag: str) -> None:
        self._in_heading = self._in_heading and tag != "h1"

    def handle_data(self, data: str) -> None:
        if self._in_heading:
            self.heading += data.strip()


def fetch(url: str, fields: dict[str, str] | None = None) -> Page:
    """The page at ``url``; with ``fields``, the answer to posting them."""
    body = urllib.parse.urlencode(fields).encode() if fields else None
    with urllib.request.urlopen(url, body, timeout=60) as reply:  # noqa: S310 - our own links
        page = Page()
        page.feed(reply.read().decode())
    return page


def mails(folder: Path) -> Iterator[tuple[str, str]]:
    """(address, personal link) of every mail, in the order of the addresses."""
    found = []
    for file in folder.glob("*.eml"):
        message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
        part = message.get_body(("plain",))
        match = LINK.search(part.get_content()) if part else None
        if match:
            found.append((str(message["To"]), match.group()))
    yield from sorted(found)


def answers(page: Page, rater: str, number: int, knowledge: dict[str, Any]) -> dict[str, str]:
    """What this rater ticks and writes: the ratee's level, the item's, and a personal leaning."""
    ratee = page.heading
    own = random.Random(f"{rater}/{ratee}/{number}")  # noqa: S311 - play, not secrets
    level = 3.9 + random.Random(f"level {ratee}").gauss(0, 0.35)  # noqa: S311
    leaning = own.gauss(0, 0.3)
    filled = dict(page.hidden)
    for name, values in page.points.items():
        item = name.removeprefix("item-")
        points = [int(value) for value in values if value != CANNOT_JUDGE]
        low, high = points[0], points[-1]
        strength = random.Random(f"{ratee} {item[:4]}").gauss(0, 0.45)  # noqa: S311
        share = (level + leaning + strength + own.gauss(0, 0.55) - 1) / 4
        point = min(high, max(low, round(low + share * (high - low))))
        if item in knowledge["reverse"]:
            point = low + high - point
        filled[name] = CANNOT_JUDGE if own.random() < 0.04 else str(point)
    for name in page.texts:
        bank = knowledge["texts"].get(name.removeprefix("open-"), {}).get(page.language)
        if bank and own.random() < 0.75:
            filled[name] = own.choice(bank)
    return filled


def rate_everybody(mail: tuple[str, str], knowledge: dict[str, Any]) -> int:
    """Open the link, then every open form behind it; returns how many were submitted."""
    address, link = mail
    done = 0
    for href in fetch(link).links:
        target = urllib.parse.urljoin(link, href)
        if not re.search(r"/\d+$", target):
            continue
        page = fetch(target)
        number = int(target.rpartition("/")[2])
        declines = random.Random(f"{address} {number}").random() < 0.015  # noqa: S311
        action = "decline" if declines else "submit"
        fetch(target, answers(page, address, number, knowledge) | {"action": action})
        done += 1
    return done


def start_one(link: str, address: str, knowledge: dict[str, Any]) -> None:
    """Fill in the first half of the first form behind a link and save it."""
    target = next(
        urllib.parse.urljoin(link, href) for href in fetch(link).links if re.search(r"/\d+$", href)
    )
    filled = answers(fetch(target), address, 1, knowledge)
    kept = [name for name in filled if name.startswith("item-")]
    for name in kept[len(kept) // 2 :]:
        del filled[name]
    begun = {name: value for name, value in filled.items() if not name.startswith("open-")}
    fetch(target, begun | {"action": "save"})


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("mail_dir", type=Path)
    parser.add_argument("--answers", type=Path, required=True, help="JSON with texts to write")
    parser.add_argument("--share", type=float, default=0.93, help="share of raters who answer")
    parser.add_argument("--start", metavar="ADDRESS", help="only begin the form of this rater")
    options = parser.parse_args()
    knowledge = json.loads(options.answers.read_text(encoding="utf-8"))
    everybody = list(mails(options.mail_dir))
    if options.start:
        link = next(link for address, link in everybody if options.start in address)
        start_one(link, options.start, knowledge)
        print(link)
        return 0
    draw = random.Random("who answers")  # noqa: S311
    willing = [mail for mail in everybody if draw.random() < options.share]
    done = 0
    with ThreadPoolExecutor(4) as pool:
        for count in pool.map(lambda mail: rate_everybody(mail, knowledge), willing):
            done += count
            print(f"\r  {done} forms submitted", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
