"""``python -m analysis FILE.csv``."""

import json
import subprocess
import sys

import pytest

from analysis.__main__ import main

FILE = """manager,relation,Q1,Q2
m1,SELF,5,1
m1,peer,4,2
m1,peer,4,3
m1,peer,3,
m1,customer,1,1
m2,peer,2,2
m2,customer,3,3
m2,customer,4,4
"""


@pytest.fixture
def run(tmp_path, capsys):
    def run(text=FILE, *options, items="Q1,Q2"):
        file = tmp_path / "ratings.csv"
        file.write_text(text, encoding="utf-8")
        given = [str(file), "--ratee", "manager", "--relation", "relation", "--items", items]
        status = main([*given, *options])
        printed = capsys.readouterr()
        return status, json.loads(printed.out) if printed.out else printed.err

    return run


def test_means_are_printed_under_the_disclosure_rules(run):
    status, printed = run()
    first, second = printed["ratees"]
    assert status == 0
    assert [group["group"] for group in first["groups"]] == ["SELF", "PEER", "CUSTOMER"]
    own, peer, customer = (group["items"] for group in first["groups"])
    assert own == {"Q1": {"mean": 5.0, "n": 1}, "Q2": {"mean": 1.0, "n": 1}}
    assert peer == {"Q1": {"mean": 3.7, "n": 3}, "Q2": {"hidden": "too_few"}}
    assert customer["Q1"] == {"hidden": "too_few"}
    assert second["groups"] == [
        {
            "group": "PEER+CUSTOMER",
            "answered": 3,
            "items": {"Q1": {"mean": 3.0, "n": 3}, "Q2": {"mean": 3.0, "n": 3}},
        }
    ]


def test_reverse_items_are_turned(run):
    _, printed = run(FILE, "--reverse", "Q2")
    assert printed["ratees"][0]["groups"][0]["items"]["Q2"]["mean"] == 5.0


def test_coefficients_of_few_ratees_come_with_a_reason(run):
    _, printed = run()
    scales = {(of["scale"], of["relation"]): of for of in printed["statistics"]["scales"]}
    assert scales["items", "PEER"]["alpha"] == {"status": "fewer_than_10_ratees"}
    assert scales["items", "PEER"]["status"] == "fewer_than_10_ratees"


def test_a_higher_threshold_hides_more(run):
    _, printed = run(FILE, "--threshold", "4")
    assert printed["ratees"][0]["groups"][1]["items"]["Q1"] == {"mean": 3.0, "n": 4}
    assert printed["ratees"][0]["groups"][1]["group"] == "PEER+CUSTOMER"
    assert printed["ratees"][1]["groups"][0]["answered"] is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("manager,relation,Q1\nm,SELF,3\n", "no column Q2"),
        ("manager,relation,Q1,Q2\n", "no response"),
        ("manager,relation,Q1,Q2\nm,BOSS,3,3\n", "line 2, column relation: 'BOSS'"),
        ("manager,relation,Q1,Q2\nm,SELF,3,x\n", "line 2, column Q2: 'x' is no number"),
        ("manager,relation,Q1,Q2\nm,SELF,3,9\n", "line 2, column Q2: 9 is no point from 1 to 5"),
        ("manager,relation,Q1,Q2\nm,SELF,nan,3\n", "line 2, column Q1: nan is no point"),
    ],
)
def test_a_bad_file_is_refused_with_its_place(run, text, words):
    status, printed = run(text)
    assert status == 1
    assert words in printed


def test_a_missing_file_is_refused(capsys):
    assert main(["/missing.csv", "--ratee", "m", "--items", "Q1"]) == 1
    assert "refused" in capsys.readouterr().err


@pytest.mark.parametrize(
    "options", [["--threshold", "2"], ["--threshold", "x"], ["--reverse", "Q1,Q1"], ["--what"]]
)
def test_wrong_usage_ends_with_two(options, capsys):
    with pytest.raises(SystemExit) as ended:
        main(["file.csv", "--ratee", "m", "--items", "Q1", *options])
    assert ended.value.code == 2
    assert "usage" in capsys.readouterr().err


def test_help_shows_an_example(capsys):
    with pytest.raises(SystemExit):
        main(["--help"])
    assert "python -m analysis ratings.csv" in capsys.readouterr().out


def crossed(*, ratees=12, each=4):
    """Raters of different severity: rater n of four always ticks n points less."""
    lines = ["manager,who,Q1,Q2"]
    for ratee in range(ratees):
        for n in range(each):
            point = 5 - n - (ratee % 2)
            lines.append(f"m{ratee:02},rater{(ratee + n) % each},{max(point, 1)},{max(point, 1)}")
    return "\n".join(lines) + "\n"


def test_strict_and_lenient_raters_are_told_apart_from_the_ratees(tmp_path, capsys):
    file = tmp_path / "ratings.csv"
    file.write_text(crossed(), encoding="utf-8")
    main([str(file), "--ratee", "manager", "--rater", "who", "--items", "Q1,Q2"])
    severity = json.loads(capsys.readouterr().out)["severity"]
    found = severity["PEER"]
    assert set(severity) == {"PEER"}
    assert found["between_raters"] >= 0
    assert len(found["adjusted"]) == 12
    assert all(score == round(score, 1) for score in found["adjusted"].values())
    assert "rater0" not in json.dumps(severity)


def test_a_ratee_nobody_could_judge_has_no_adjusted_score(tmp_path, capsys):
    file = tmp_path / "ratings.csv"
    file.write_text(crossed() + "".join(f"m99,rater{n},,\n" for n in range(4)), encoding="utf-8")
    assert main([str(file), "--ratee", "manager", "--rater", "who", "--items", "Q1,Q2"]) == 0
    found = json.loads(capsys.readouterr().out)["severity"]["PEER"]
    assert (found["adjusted"]["m99"], found["adjusted"]["m00"] is None) == (None, False)


def test_variances_are_told_to_two_digits_as_coefficients_are(tmp_path, capsys):
    file = tmp_path / "ratings.csv"
    file.write_text(crossed(), encoding="utf-8")
    main([str(file), "--ratee", "manager", "--rater", "who", "--items", "Q1,Q2"])
    found = json.loads(capsys.readouterr().out)["severity"]["PEER"]
    told = [found[name] for name in ("mean", "between_ratees", "between_raters", "residual")]
    assert told == [round(number, 2) for number in told]


def test_everything_is_computed_without_the_slow_part_of_scipy(tmp_path):
    file = tmp_path / "ratings.csv"
    file.write_text(crossed(), encoding="utf-8")
    options = [file, "--ratee", "manager", "--rater", "who", "--items", "Q1,Q2"]
    command = [sys.executable, "-X", "importtime", "-m", "analysis", *options]
    imported = subprocess.run(command, capture_output=True, text=True, check=True).stderr
    assert "scipy.optimize" in imported
    assert "scipy.stats" not in imported


def test_severity_of_few_ratees_or_hidden_groups_is_not_told(tmp_path, capsys):
    file = tmp_path / "ratings.csv"
    for text, expected in (
        (crossed(ratees=9), {"PEER": {"status": "fewer_than_10_ratees"}}),
        (crossed(each=2), {}),
    ):
        file.write_text(text, encoding="utf-8")
        main([str(file), "--ratee", "manager", "--rater", "who", "--items", "Q1,Q2"])
        assert json.loads(capsys.readouterr().out)["severity"] == expected
