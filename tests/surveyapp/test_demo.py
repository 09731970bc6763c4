"""The demo: two cycles of a sample company, filled in over a socket."""

import ast
import json
import os
import re
import socket
import sys
from contextlib import contextmanager
from datetime import date
from importlib.resources import files
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPCookieProcessor, Request, build_opener

import pyotp
import pytest
from click.testing import CliRunner

from surveyapp.cli import surveyapp
from surveyapp.commands import demo
from surveyapp.commands.demo import _cycle_keys
from surveyapp.commands.service import free_socket, serving
from surveyapp.errors import Refused
from surveyapp.services.rosters.roster import read_roster
from tests.factories import fields
from tests.signing_in import PASSWORD


def run_demo(folder, port=0):
    result = CliRunner().invoke(
        surveyapp, ["demo", "--dir", str(folder), "--port", str(port), "--no-serve"],
        catch_exceptions=False,
    )  # fmt: skip
    return json.loads(result.stdout.strip().splitlines()[-1])


def test_the_report_of_one_manager_can_be_opened(facts):
    folder = Path(facts["mail_dir"]).parent / f"{facts['cycles'][0]}-reports"
    mails = [path.read_text("utf-8") for path in folder.glob("*.eml")]
    assert len(mails) == 12
    assert all("/m/" in mail for mail in mails)


class Browser:
    """What a browser does with the forms of a page, over plain HTTP."""

    def __init__(self, url):
        self.url = url
        self.opener = build_opener(HTTPCookieProcessor())

    def get(self, address, data=None):
        wanted = Request(self.url + address, data and urlencode(data).encode())
        with self.opener.open(wanted, timeout=30) as reply:
            return urlsplit(reply.url).path, reply.read().decode()

    def send(self, address, **typed):
        return self.get(address, fields(self.get(address)[1]) | typed)


@contextmanager
def served(folder):
    """The service of a demo, and a browser that looks at it."""
    with free_socket("127.0.0.1", 0) as sock:
        run = demo._runtime(folder, sock)
        with serving(run, sock.dup()):
            yield Browser(run.config.public_base_url)
        run.database.engine.dispose()


def test_hr_comes_in_by_the_link_of_the_last_run_and_keeps_the_password(facts):
    folder, me = Path(facts["reports_dir"]).parent, "hr@morningstar.example"
    link = urlsplit(run_demo(folder)["admin_link"]).path
    assert facts["admin_link"].startswith(facts["url"] + "/account/link/")
    assert not facts["admin_link"].endswith(link)  # the one before is worth nothing any more
    with served(folder) as browser:
        browser.send(link, password=PASSWORD, again=PASSWORD)
        with pytest.raises(HTTPError, match="404") as used:
            browser.get(link)
        used.value.close()
        there, page = browser.send("/account/sign-in", email=me, password=PASSWORD)
        assert there == "/account/authenticator"
        key = re.search(r"<code>([A-Z2-7 ]+)</code>", page)[1].replace(" ", "")
        browser.send(there, code=pyotp.TOTP(key).now())
        assert facts["cycles"][1] in browser.get("/admin/")[1]
    assert run_demo(folder)["admin_link"].endswith("/account/sign-in")


@pytest.fixture(scope="module")
def facts(tmp_path_factory):
    return run_demo(tmp_path_factory.mktemp("demo") / "demo")


def test_the_last_line_is_one_json_object_with_what_a_program_needs(facts):
    assert set(facts) == {
        *("url", "open_link", "mail_dir", "reports_dir", "cycles", "admin_link"),
    }
    assert facts["open_link"].startswith(facts["url"] + "/r/")
    assert len(facts["cycles"]) == 2


def test_every_manager_has_a_report_in_both_languages(facts):
    written = {path.name for path in Path(facts["reports_dir"]).glob("*.pdf")}
    assert written == {f"AM{n:02}.{lang}.pdf" for n in range(1, 13) for lang in ("zh", "en")}


def test_a_second_run_yields_the_same_report_bytes(facts):
    reports = Path(facts["reports_dir"])
    before = {path.name: path.read_bytes() for path in reports.iterdir()}
    again = run_demo(reports.parent)
    assert {path.name: path.read_bytes() for path in reports.iterdir()} == before
    assert again["cycles"] == facts["cycles"]


def test_the_sample_company_shows_shown_merged_and_hidden_groups(facts):
    notes = set()
    for path in Path(facts["reports_dir"]).glob("*.en.json"):
        report = json.loads(path.read_text(encoding="utf-8"))
        notes |= {(group["key"], group["shown"]) for group in report["groups"]}
    assert ("PEER", True) in notes
    assert ("CUSTOMER", False) in notes
    assert ("PEER+CUSTOMER", True) in notes


def test_the_sample_company_has_two_positions_and_two_languages():
    roster = read_roster(files("surveyapp.demo").joinpath("roster.csv").read_bytes())
    assert len(roster.ratees) >= 12
    assert len({ratee.position for ratee in roster.ratees}) == 2
    assert {person.language for person in roster.people} == {"zh", "en"}


def test_the_driver_imports_nothing_of_the_application():
    tree = ast.parse(files("surveyapp.demo").joinpath("driver.py").read_text(encoding="utf-8"))
    modules = {
        (node.module if isinstance(node, ast.ImportFrom) else node.names[0].name).split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    assert modules <= set(sys.stdlib_module_names)


@pytest.mark.parametrize(
    ("today", "last", "current"),
    [
        ("2026-12-31", "2026-Q3", "2026-Q4"),
        ("2027-01-01", "2026-Q4", "2027-Q1"),
        ("2028-02-29", "2027-Q4", "2028-Q1"),
        ("2026-03-31", "2025-Q4", "2026-Q1"),
        ("2026-04-01", "2026-Q1", "2026-Q2"),
    ],
)
def test_the_two_cycles_are_of_the_quarter_before_and_of_this_one(today, last, current):
    assert _cycle_keys(date.fromisoformat(today)) == (last, current)


def test_an_occupied_port_is_named_with_the_way_out(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(Refused, match=rf"127.0.0.1:{port} .*another port with --port"):
            run_demo(tmp_path / "demo", port)


def test_a_folder_with_other_files_is_left_alone(tmp_path):
    (tmp_path / "thesis.doc").write_text("years of work")
    with pytest.raises(Refused, match="holds other files"):
        run_demo(tmp_path)
    assert (tmp_path / "thesis.doc").exists()


def test_a_folder_that_cannot_be_written_is_explained(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(Refused, match="choose a folder of yours"):
        run_demo(tmp_path / "file" / "demo")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_permission_is_explained(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(Refused, match="choose a folder of yours"):
        run_demo(tmp_path / "demo")
