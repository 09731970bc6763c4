"""The pictures in ``docs/images``: made from the demo by a real browser and pdftoppm."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parent.parent
IMAGES = ROOT / "docs" / "images"
COLOURS = 256  # a page of flat colours loses nothing; with fewer the small markers turn grey


def reduced(source: Path, target: str, width: int) -> None:
    with Image.open(source) as picture:
        height = round(picture.height * width / picture.width)
        small = picture.convert("RGB").resize((width, height), Image.Resampling.LANCZOS)
        small.quantize(COLOURS).save(IMAGES / target, optimize=True)


def rating_page(link: str, folder: Path) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        page = browser.new_page(viewport={"width": 390, "height": 844}, device_scale_factor=2)
        page.goto(f"{link}/1")
        page.screenshot(path=folder / "rating.png")
        browser.close()
    reduced(folder / "rating.png", "rating-page.png", 390)


def report_pages(reports: Path, folder: Path) -> None:
    for language, number, target in (("zh", 2, "report-page.png"), ("en", 3, "report-page-en.png")):
        pdf = reports / f"AM03.{language}.pdf"
        command = [
            "pdftoppm",
            "-r",
            "110",
            "-f",
            str(number),
            "-l",
            str(number),
            "-singlefile",
            "-png",
        ]
        subprocess.run([*command, pdf, folder / "report"], check=True)
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
        report_pages(Path(facts["reports_dir"]), folder)


if __name__ == "__main__":
    main()
