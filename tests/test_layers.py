"""The house rules of the design that a syntax tree can check."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("questionnaires", "analysis", "surveyapp")
FILES = [
    path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))
    if "versions" not in path.parts
]  # fmt: skip
MODULE_LIMIT, FUNCTION_LIMIT, VIEW_LIMIT = 400, 40, 20


def name(path):
    return str(path.relative_to(ROOT))


def imports(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def users_of(package):
    return {name(path) for path in FILES if any(i.split(".")[0] == package for i in imports(path))}


def mentions(word, room="surveyapp"):
    """The files whose code (not prose) uses a name or attribute."""
    found = set()
    for path in FILES:
        if path.parts[len(ROOT.parts)] != room:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if word in {getattr(node, "id", None), getattr(node, "attr", None)}:
                found.add(name(path))
    return found


def test_reportlab_stays_in_the_pdf_room():
    assert users_of("reportlab")
    assert all(file.startswith("analysis/pdf/") for file in users_of("reportlab"))


def test_textblob_is_imported_by_english_sentiment_only():
    assert users_of("textblob") == {"analysis/sentiment/english.py"}


def test_the_whole_service_is_imported_without_scipy():
    """It is slow to load, and loaded where a number needs it."""
    program = (
        "import importlib, pkgutil, sys, surveyapp\n"
        "for module in pkgutil.walk_packages(surveyapp.__path__, 'surveyapp.'):\n"
        "    if not module.name.startswith(('surveyapp.migrations', 'surveyapp.__main__')):\n"
        "        importlib.import_module(module.name)\n"
        "print('scipy' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (done.stdout.strip(), done.stderr) == ("False", "")


def test_workbooks_are_written_where_text_is_made_inert():
    assert {file for file in users_of("openpyxl") if file.startswith("analysis/")} == {
        "analysis/export/xlsx.py"
    }


def test_ballots_are_written_in_one_place_and_opened_in_one():
    assert mentions("seal_ballot") == {"surveyapp/services/responses.py"}
    assert mentions("open_ballot") == {"surveyapp/services/closing.py"}
    assert mentions("Ballot") == {
        "surveyapp/services/responses.py",
        "surveyapp/services/closing.py",
    }


def test_responses_are_read_for_analysis_in_one_place_and_written_by_two():
    assert mentions("Response") - {"surveyapp/security.py", *web_files()} == {
        "surveyapp/services/groups.py",
        "surveyapp/services/datasets.py",
    }
    assert mentions("write_responses") == {
        "surveyapp/services/closing.py",
        "surveyapp/services/imports.py",
    }


def web_files():
    return {name(path) for path in FILES if "views" in path.parts}  # Flask has a Response too


def test_services_never_commit_and_never_ask_the_clock():
    for path in (ROOT / "surveyapp" / "services").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert ".commit(" not in text, path
        assert ".now(" not in text, path


def test_raw_tokens_are_made_only_where_mails_and_links_are_composed():
    assert mentions("link_token") == {
        "surveyapp/services/accounts/account_links.py",
        "surveyapp/services/invitations.py",
        "surveyapp/services/results/report_links.py",
    }


@pytest.mark.parametrize("path", FILES, ids=name)
def test_modules_and_functions_stay_small(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    lines = path.read_text(encoding="utf-8").count("\n")
    docs = sum(length(n.body[0]) for n in ast.walk(tree) if has_docstring(n))
    assert lines - docs <= MODULE_LIMIT
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            limit = VIEW_LIMIT if is_view(node) else FUNCTION_LIMIT
            assert body_lines(node) <= limit, node.name


def has_docstring(node):
    return isinstance(
        node, ast.Module | ast.ClassDef | ast.FunctionDef
    ) and ast.get_docstring(node) is not None  # fmt: skip


def length(node):
    return node.end_lineno - node.lineno + 1


def body_lines(node):
    body = node.body[1:] if has_docstring(node) else node.body
    return body[-1].end_lineno - body[0].lineno + 1 if body else 0


def is_view(node):
    return any("blueprint" in ast.dump(decorator) for decorator in node.decorator_list)
