"""The documents say what is there: every command, setting, table, target and link."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest

from analysis.disclosure import Policy
from questionnaires.model import Relation
from surveyapp import cli, config
from surveyapp.i18n import LANGUAGES
from surveyapp.models import Base
from surveyapp.services.privacy.promises import promise

ROOT = Path(__file__).parent.parent
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"\]\(([^)\s]+)\)")


def text_of(name):
    return (ROOT / name).read_text(encoding="utf-8")


def commands(command=cli.surveyapp, path="surveyapp"):
    for name, child in getattr(command, "commands", {}).items():
        yield f"{path} {name}"
        if isinstance(child, click.Group):
            yield from commands(child, f"{path} {name}")


def settings():
    asked = set()

    class Asked(dict):
        def get(self, name, default=None):
            asked.add(name)

    config.from_environment(Asked())
    code = "".join(f.read_text(encoding="utf-8") for f in (ROOT / "surveyapp").rglob("*.py"))
    return asked | set(re.findall(r"SURVEYAPP_[A-Z_]*[A-Z]", code))


@pytest.mark.parametrize("command", list(commands()))
def test_every_command_is_described(command):
    assert any(command in path.read_text(encoding="utf-8") for path in DOCUMENTS)


@pytest.mark.parametrize("name", sorted(settings()))
def test_every_setting_is_described(name):
    assert f"`{name}`" in text_of("docs/operations.md")


@pytest.mark.parametrize("name", sorted(Base.metadata.tables))
def test_every_table_is_accounted_for(name):
    assert f"`{name}`" in text_of("docs/privacy.md")


@pytest.mark.parametrize("name", sorted(Base.metadata.tables))
def test_every_table_has_a_level_of_protection(name):
    _, _, section = text_of("docs/protection.md").partition("## Levels of data")
    lines = section.partition("## ")[0].splitlines()
    assert len([line for line in lines if f"`{name}`" in line]) == 1


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_and_pictures_lead_somewhere(document):
    targets = LINK.findall(document.read_text(encoding="utf-8"))
    local = [target.partition("#")[0] for target in targets if "://" not in target]
    assert [target for target in local if not (document.parent / target).exists()] == []


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "docs/architecture.md"])
def test_every_make_target_named_exists(name):
    named = set(re.findall(r"(?:^|`)make ([a-z-]+)", text_of(name), re.MULTILINE))
    assert named
    assert named <= set(re.findall(r"^([a-z-]+):", text_of("Makefile"), re.MULTILINE))


def test_the_readme_has_five_links():
    assert len([link for link in LINK.findall(text_of("README.md")) if link.endswith(".md")]) == 5


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("relation", [Relation.PEER, Relation.SUPERVISOR])
@pytest.mark.parametrize("reads", [True, False])
def test_the_promise_is_printed_as_raters_read_it(language, relation, reads):
    said = promise(relation, Policy(supervisor_reads=reads), language)
    assert f"> {said}\n" in text_of("docs/privacy.md")


# A file with a mistake and people who answer are not at hand here.
UNREPEATABLE = re.compile(r"export |.* (my\.yaml|cycle status .*)$|.* > ")


def printed_commands():
    for block in re.findall(r"```console\n(.*?)```", text_of("docs/cycle.md"), re.DOTALL):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            if not UNREPEATABLE.match(command):
                yield command, output


def test_a_cycle_runs_as_it_is_printed(tmp_path):
    roster = re.search(r"```csv\n(.*?)```", text_of("docs/cycle.md"), re.DOTALL).group(1)
    (tmp_path / "roster.csv").write_text(roster, encoding="utf-8")
    ours = {"PUBLIC_BASE_URL": "https://feedback.example.com", "DATA_DIR": str(tmp_path / "var")}
    ours |= {"TEST_MODE": "1", "TEST_NOW": "2026-11-22T12:00"}
    clean = {name: v for name, v in os.environ.items() if not name.startswith("SURVEYAPP_")}
    environment = clean | {f"SURVEYAPP_{name}": value for name, value in ours.items()}
    for command, output in printed_commands():
        main = f"import sys; sys.path.insert(0, {str(ROOT)!r}); import surveyapp.cli as c; c.main()"
        words = [sys.executable, "-c", main, *shlex.split(command)[1:]]
        ran = subprocess.run(
            words, cwd=tmp_path, env=environment, capture_output=True, encoding="utf-8"
        )
        errors = [line for line in ran.stderr.splitlines() if line.startswith("Error")]
        assert (ran.stdout + "\n".join(errors)).strip() == output.strip(), command
