"""surveyapp demo: a whole company in one command, for looking and for trying out."""

from __future__ import annotations

import json
import re
import shutil
import socket
import subprocess
import sys
from dataclasses import replace
from datetime import date, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

import click

import questionnaires
from analysis.disclosure import Policy
from surveyapp import account_steps
from surveyapp.commands.base import Command, progress
from surveyapp.commands.service import free_socket, make_server, serving
from surveyapp.config import Config
from surveyapp.errors import Refused
from surveyapp.migrations import upgrade
from surveyapp.models import Role
from surveyapp.outbox import deliver, waiting_mails
from surveyapp.postman import delivering
from surveyapp.runtime import Runtime, runtime_for
from surveyapp.services import cycles
from surveyapp.services.accounts import accounts
from surveyapp.services.people import import_roster
from surveyapp.services.reports import plan_reports, write_reports
from surveyapp.services.rosters.roster import read_roster
from surveyapp.steps import close_and_destroy, open_with_keys, release, send_reports

ORGANISATION = "启明星 Morningstar"
MARK = ".surveyapp-demo"  # tells a demo folder of ours from a folder of yours
HALF_DONE = "contact05@"  # the rater whose form is begun and left open
ADMINISTRATOR = "hr@morningstar.example"
READER = "am03@"  # the manager whose report is shown
REPORT_LINK = re.compile(r"/m/[\w-]{43}")
NEW_BUSINESS = "新业务经理"


def _quarter(day: date) -> str:
    return f"{day.year}-Q{(day.month + 2) // 3}"


def _say(words: str) -> None:
    click.echo(words, err=True)


@click.command(cls=Command, example="surveyapp demo --dir demo --port 8360 --no-serve")
@click.option(
    "--dir",
    "folder",
    default="demo",
    show_default=True,
    type=click.Path(file_okay=False, path_type=Path),
)
@click.option("--port", default=8360, show_default=True, type=click.IntRange(0, 65535))
@click.option(
    "--serve/--no-serve", default=True, show_default=True, help="Keep serving at the end."
)
def demo(folder: Path, port: int, serve: bool) -> None:
    """Make a sample company, run two cycles of it and serve it on a loopback port."""
    folder = folder.resolve()
    with free_socket("127.0.0.1", port) as sock:
        finished = _prepare(folder)
        run = _runtime(folder, sock)
        if not finished:
            _run_cycles(run, folder, sock)
        facts = json.loads((folder / MARK).read_text(encoding="utf-8"))
        _build_reports(run, folder / "reports", facts["cycles"][0])
        desk = _desk(run)
        click.echo(json.dumps(_result(run, folder, facts, desk), ensure_ascii=False))
        _say(f"A manager's report: {run.config.public_base_url}{facts['report']}")
        _say(f"HR's side, as {ADMINISTRATOR}: {desk}")
        if serve:
            _say("Serving; stop with Ctrl-C.")
            with delivering(run):
                make_server(run, sock).run()
    run.database.engine.dispose()


def _run_cycles(run: Runtime, folder: Path, sock: socket.socket) -> None:
    """Both cycles; the mark is written last, so an interrupted demo is made anew."""
    last, current = _cycle_keys(run.config.now().date())
    with serving(run, sock.dup()):
        report = _past_cycle(run, folder, last)
        link = _running_cycle(run, folder, current)
    facts = {"cycles": [last, current], "link": link, "report": report}
    (folder / MARK).write_text(json.dumps(facts), encoding="utf-8")


def _cycle_keys(today: date) -> tuple[str, str]:
    first = today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1)
    return _quarter(first - timedelta(days=1)), _quarter(today)


def _prepare(folder: Path) -> bool:
    """An empty demo folder, or one whose demo was finished (then True)."""
    mark = folder / MARK
    try:
        if folder.exists() and any(folder.iterdir()) and not mark.exists():
            raise Refused(f"{folder} holds other files; choose an empty folder with --dir.")
        if mark.exists() and mark.stat().st_size:
            _say(f"The demo in {folder} exists already; delete the folder for a new one.")
            return True
        shutil.rmtree(folder, ignore_errors=True)  # a demo that was interrupted
        folder.mkdir(parents=True)
        mark.touch()
    except OSError as error:
        raise Refused(
            f"Cannot write to {folder} ({error.strerror}); choose a folder of yours with --dir."
        ) from error
    return False


def _runtime(folder: Path, sock: socket.socket) -> Runtime:
    config = Config(
        data_dir=folder / "data",
        database_url=f"sqlite:///{folder / 'data' / 'surveyapp.sqlite3'}",
        key_dir=folder / "keys",
        secret_file=folder / "keys" / "secret",
        mail_url=f"folder:{folder / 'mail'}",
        public_base_url=f"http://127.0.0.1:{sock.getsockname()[1]}",
        organisation=ORGANISATION,
    )
    run = runtime_for(config)
    upgrade(run.database)
    return run


def _past_cycle(run: Runtime, folder: Path, key: str) -> str:
    """Returns the link to the report of one manager."""
    mail = folder / "mail" / key
    _say(f"Last quarter, {key}: roster, mails, answers, closing")
    _open(run, key, mail, {"": "account_manager_360"})
    _drive(mail, "--share", "0.93")
    close_and_destroy(run, key)
    release(run, key)
    send_reports(run, key, ratee=None, again=False, dry_run=False)
    _deliver(run, folder / "mail" / f"{key}-reports")
    mails = sorted((folder / "mail" / f"{key}-reports").glob("*.eml"))
    text = next(mail for mail in (path.read_text("utf-8") for path in mails) if READER in mail)
    return str(REPORT_LINK.findall(text)[0])


def _running_cycle(run: Runtime, folder: Path, key: str) -> str:
    mail = folder / "mail" / key
    _say(f"This quarter, {key}: open, some answers in, one form half done")
    positions = {"": "account_manager_360", NEW_BUSINESS: "account_manager_pulse"}
    _open(run, key, mail, positions)
    _drive(mail, "--share", "0.25")
    return _drive(mail, "--start", HALF_DONE).strip()


def _open(run: Runtime, key: str, mail: Path, chosen: dict[str, str]) -> None:
    closes_at = run.config.now() + timedelta(days=30)
    roster = read_roster(files("surveyapp.demo").joinpath("roster.csv").read_bytes())
    with run.database.transaction() as session:
        cycle = cycles.create_cycle(
            session,
            key,
            {position: questionnaires.load(name) for position, name in chosen.items()},
            Policy(supervisor_reads=True),
            title=key.replace("-", " "),
            closes_at=closes_at,
        )
        import_roster(session, cycle, roster)
    open_with_keys(run, key)
    _deliver(run, mail)


def _deliver(run: Runtime, mail: Path) -> None:
    posting = replace(run, config=replace(run.config, mail_url=f"folder:{mail}"))
    waiting = waiting_mails(posting)
    with progress("Mails", len(waiting)) as bar:
        deliver(posting, waiting, bar.update)


def _drive(mail: Path, *options: str) -> str:
    here = files("surveyapp.demo")
    command = [sys.executable, "-I", str(here / "driver.py"), str(mail)]
    command += ["--answers", str(here / "answers.json"), *options]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def _desk(run: Runtime) -> str:
    """Where an administrator begins: a link to choose a password, or the way in for who has one."""
    with run.database.reading() as session:
        account = accounts.by_email(session, ADMINISTRATOR)
        if account and account.password_hash:
            return f"{run.config.base_url()}/account/sign-in"
    if account:
        return account_steps.reset(run, ADMINISTRATOR).link
    return account_steps.create(run, ADMINISTRATOR, [Role.ADMINISTRATOR], "en").link


def _build_reports(run: Runtime, out: Path, key: str) -> None:
    with run.database.reading() as session:
        cycle = cycles.find_cycle(session, key)
        reports = plan_reports(session, cycle, ORGANISATION, languages=("zh", "en"))
    with progress("Reports", len(reports)) as bar:
        files_written = write_reports(
            reports, out, jobs=2, progress=bar.update, brand=run.config.brand()
        )
    failed = [file for file in files_written if file.error]
    if failed:
        raise Refused(f"{len(failed)} reports failed, the first one: {failed[0].error}")


def _result(run: Runtime, folder: Path, facts: dict[str, Any], desk: str) -> dict[str, Any]:
    token = facts["link"].rpartition("/r/")[2]
    return {
        "url": run.config.public_base_url,
        "open_link": f"{run.config.public_base_url}/r/{token}",
        "mail_dir": str(folder / "mail" / facts["cycles"][1]),
        "reports_dir": str(folder / "reports"),
        "cycles": facts["cycles"],
        "admin_link": desk,
    }
