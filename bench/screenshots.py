"""The pictures in ``docs/images``: a form, pages of reports, and the walk of the tutorial."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from analysis.pdf import render_pdf
from surveyapp.commands.service import free_socket
from tests import company
from tests.tutorial import reader

ROOT = Path(__file__).parent.parent
IMAGES = ROOT / "docs" / "images"
PAGES = (
    ("zh", 1, "report-cover.png"),
    ("zh", 3, "report-page.png"),
    ("en", 4, "report-page-en.png"),
    ("zh", 5, "report-items.png"),
    ("en", 7, "report-comments-en.png"),
    ("zh", 8, "report-plan.png"),
)
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1100, "height": 760}
COLOURS = 256  # a page of flat colours loses nothing; with fewer the small markers turn grey


def reduced(source: Path, target: str, width: int) -> None:
    with Image.open(source) as picture:
        height = round(picture.height * width / picture.width)
        small = picture.convert("RGB").resize((width, height), Image.Resampling.LANCZOS)
        small.quantize(COLOURS, kmeans=2).save(IMAGES / target, optimize=True)


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield browser
        browser.close()


def rating_page(link: str, folder: Path) -> None:
    with chromium() as browser:
        page = browser.new_page(viewport=PHONE, device_scale_factor=2)
        page.goto(f"{link}/1")
        page.screenshot(path=folder / "rating.png")
    reduced(folder / "rating.png", "rating-page.png", 390)


def tutorial_pages(folder: Path) -> None:
    """What the tutorial shows, taken while it is followed."""

    def keep(picture: str, page: Page) -> None:
        page.screenshot(path=folder / picture)
        reduced(folder / picture, picture, min(page.viewport_size["width"], 800))

    with free_socket("127.0.0.1", 0) as sock:
        port = str(sock.getsockname()[1])
    with chromium() as browser:
        desk = browser.new_page(viewport=DESK, device_scale_factor=2, locale="en")
        phone = browser.new_page(viewport=PHONE, device_scale_factor=2, locale="en")
        with reader(folder, port, desk, phone) as one:
            one.seen = keep
            one.follow()


def report_pages(folder: Path) -> None:
    for language in ("zh", "en"):
        (folder / f"{language}.pdf").write_bytes(render_pdf(company.rich(language)))
    for language, number, target in PAGES:
        words = ["pdftoppm", "-r", "110", "-f", str(number), "-singlefile", "-png"]
        command = [*words, folder / f"{language}.pdf", folder / "report"]
        subprocess.run(command, check=True)
        reduced(folder / "report.png", target, 560)


def main() -> None:
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        command = [sys.executable, "-c", "from surveyapp.cli import main; main()", "demo"]
        demo = subprocess.Popen(
            [*command, "--dir", str(folder / "demo"), "--port", "0"],
            stdout=subprocess.PIPE,
            text=True,
        )
        facts = json.loads(demo.stdout.readline())
        try:
            rating_page(facts["open_link"], folder)
        finally:
            demo.terminate()
            demo.wait(30)
        report_pages(folder)
        tutorial_pages(folder)


if __name__ == "__main__":
    main()
