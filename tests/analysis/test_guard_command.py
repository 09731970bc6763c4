"""``python -m analysis.disclosure FILE.json``."""

import json
import re
from pathlib import Path

import pytest

from analysis.disclosure.__main__ import EXAMPLE, SCHEMA, main
from analysis.disclosure.file import json_schema

GUIDE = Path(__file__).parents[2] / "docs" / "disclosure.md"
PEERS = {"id": "peers", "item": "q1", "cells": ["peers"]}
ALL = {"id": "all", "item": "q1", "cells": {"peers": 1, "customers": "1/1"}}
CELLS = {"peers": 5, "customers": 1}


@pytest.fixture
def run(tmp_path, capsys):
    def run(given):
        file = tmp_path / "release.json"
        text = given if isinstance(given, str) else json.dumps(given)
        file.write_text(text, encoding="utf-8")
        status = main([str(file)])
        printed = capsys.readouterr()
        return status, json.loads(printed.out) if printed.out else printed.err

    return run


def test_the_decision_is_printed(run):
    status, printed = run({"cells": CELLS, "requested": [PEERS, ALL]})
    assert status == 0
    assert printed["shown"] == ["peers"]
    (hidden,) = printed["hidden"]
    assert (hidden["id"], hidden["cell"], hidden["item"]) == ("all", "customers", "q1")
    assert (hidden["reason"], hidden["using"]) == ("difference", ["peers"])


def test_what_is_out_counts(run):
    status, printed = run({"cells": CELLS, "requested": [ALL], "released": [PEERS]})
    assert (status, printed["shown"]) == (0, [])


def test_cells_may_be_written_at_length(run):
    cells = [
        {"id": "p", "ratee": "m1", "relation": "PEER", "cycle": "q3", "n": 5, "items": {"q1": 4}},
        {"id": "s", "ratee": "m1", "relation": "SUPERVISOR", "cycle": "q3", "n": 1},
    ]
    asked = [
        {"id": "p", "item": "q1", "cells": {"p": 0.25}, "form": "rounded", "n": 4},
        {"id": "s", "item": "q1", "cells": ["s"]},
    ]
    assert run({"cells": cells, "requested": asked})[1] == {"shown": ["p", "s"], "hidden": []}


def test_the_threshold_is_that_of_the_policy(run):
    given = {"cells": CELLS, "requested": [PEERS], "policy": {"threshold": 6}}
    assert run(given)[1]["hidden"][0]["reason"] == "too_few"


def changed(**more):
    return {"cells": CELLS, "requested": [PEERS | more]}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("{", "line 1, column 2: "),
        ('{"cells": {}, "cells": {}}', "'cells' is there twice"),
        ("[" * 100_000, "nested too deeply"),
        ([], "file: "),
        ({"requested": []}, "cells: Field required"),
        (changed(cells=["peer"]), "requested[0].cells.peer: no such cell; did you mean 'peers'?"),
        (changed(cells=["x"]), "no such cell; there are customers, peers"),
        (changed(cells=["peers", "peers"]), "requested[0].cells: 'peers' is named twice"),
        (changed(cells=[]), "requested[0].cells: "),
        (changed(cells={"peers": "half"}), "requested[0].cells.peers: expected a factor"),
        (changed(cells={"peers": True}), "requested[0].cells.peers: expected a factor"),
        (changed(cells={"peers": float("nan")}), "requested[0].cells.peers: expected a factor"),
        (changed(kind="median"), "requested[0].kind: Input should be 'mean'"),
        (changed(n=4), "requested[0].n: 4 raters, but its cells have 5"),
        (changed(colour="red"), "requested[0].colour: Other names are not permitted"),
        ({"cells": {"a": -1}, "requested": []}, "cells[0].n: "),
        ({"cells": [{"id": "a", "n": 1}] * 2, "requested": []}, "cells[1]: the id 'a'"),
        (
            {"cells": {"a": {"n": 3, "items": {"q": 4}}}, "requested": []},
            "cells[0].items.q: 4 judged it, but only 3 answered",
        ),
        ({"cells": CELLS, "requested": [PEERS, PEERS]}, "'peers' is requested twice"),
        ({"cells": {}, "requested": [], "policy": {"threshold": 2}}, "policy.threshold: "),
    ],
)
def test_a_refusal_names_the_place(run, given, said):
    status, printed = run(given)
    assert status == 1
    assert printed.startswith("refused: ")
    assert said in printed
    assert "Traceback" not in printed


def test_every_mistake_is_told_at_once(run):
    asked = [PEERS | {"cells": ["x"]}, ALL | {"n": 9}]
    assert len(run({"cells": CELLS, "requested": asked})[1].splitlines()) == 2


def test_a_file_that_is_not_there_is_refused(tmp_path, capsys):
    assert main([str(tmp_path / "none.json")]) == 1
    assert "none.json" in capsys.readouterr().err


def test_without_a_file_the_usage_is_printed(capsys):
    with pytest.raises(SystemExit) as end:
        main([])
    assert end.value.code == 2
    assert "a file is needed" in capsys.readouterr().err


def test_the_schema_printed_is_that_of_the_program(capsys):
    assert main(["--schema"]) == 0
    assert json.loads(capsys.readouterr().out) == json_schema()
    assert SCHEMA.read_text(encoding="utf-8") == json.dumps(json_schema(), indent=2) + "\n"


def test_help_shows_an_example_that_works(capsys, run):
    with pytest.raises(SystemExit):
        main(["--help"])
    assert EXAMPLE in capsys.readouterr().out
    example = re.search(r"\{.*\}", EXAMPLE, re.DOTALL).group(0)
    assert run(example)[1]["shown"] == ["peers"]


def examples():
    return re.findall(
        r"```json\n(.*?)```\n+shows (.*?), hides (.*?)[.:]", GUIDE.read_text("utf-8"), re.DOTALL
    )


@pytest.mark.parametrize(("given", "shows", "hides"), examples())
def test_the_examples_of_the_guide_come_out_as_told(run, given, shows, hides):
    status, printed = run(given)
    assert status == 0
    assert printed["shown"] == re.findall(r"`(.*?)`", shows)
    told = re.findall(r"`(\S*?)` \(`(\S*?)`\)", hides)
    assert [(each["id"], each["reason"]) for each in printed["hidden"]] == told


def test_the_guide_has_an_example_of_each_attack():
    assert len(examples()) >= 8
