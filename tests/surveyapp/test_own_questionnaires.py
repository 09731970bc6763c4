"""Questionnaires kept in the database: versions without mistakes, drafts apart, found first."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import event, select

import questionnaires
from analysis.disclosure import Policy
from questionnaires import QuestionnaireError
from questionnaires.copying import renamed
from surveyapp.errors import NotFound, Refused
from surveyapp.models import QuestionnaireDraft, QuestionnaireVersion
from surveyapp.services import cycles, freezing
from surveyapp.services.drafts import authoring
from surveyapp.services.drafts.authoring import Base, FaultyQuestionnaire, Saved
from surveyapp.services.freezing import frozen
from surveyapp.services.seen import Meanwhile
from tests.people import NOW, TINY

FAULTY = TINY.replace(", en: Tiny", "")
SECOND = TINY.replace("en: Tiny", "en: Small")


def save(run, text=TINY, key="tiny", *, by="anna", now=NOW, **options):
    with run.database.transaction() as session:
        return authoring.save(session, key, text.encode(), by, now, **options)


def keep_draft(run, text, key="tiny"):
    with run.database.transaction() as session:
        return authoring.keep_draft(session, key, text.encode(), "anna", NOW)


def found(run, wanted, directory=None):
    with run.database.reading() as session:
        return authoring.find_source(session, wanted, directory)


def stored(run, table=QuestionnaireVersion):
    with run.database.reading() as session:
        return list(session.scalars(select(table)))


def test_each_saving_makes_the_next_version_and_keeps_the_one_before(run):
    assert save(run) == Saved("tiny", 1, new=True)
    assert save(run, SECOND) == Saved("tiny", 2, new=True)
    assert found(run, "tiny").content.decode() == SECOND
    assert found(run, "tiny@1").content.decode() == TINY


def test_saving_the_same_text_again_changes_nothing(run):
    save(run)
    assert save(run, by="bert") == Saved("tiny", 1, new=False)
    assert [row.saved_by for row in stored(run)] == ["anna"]


def test_a_browsers_line_ends_are_no_change(run):
    save(run)
    assert not save(run, TINY.replace("\n", "\r\n")).new


def test_a_text_with_mistakes_is_refused_with_all_of_them_and_nothing_is_saved(run):
    with pytest.raises(FaultyQuestionnaire) as caught:
        save(run, FAULTY.replace("polarity: neutral", "polarity: good"))
    assert [(m.line, m.path) for m in caught.value.found] == [
        (4, "title.en"),
        (23, "open_questions[0].polarity"),
    ]
    assert caught.value.mistakes[0].startswith("tiny:4:1: title.en: `en` is missing; add")
    assert stored(run) == []


def test_the_key_in_the_text_is_the_key_it_is_saved_under(run):
    with pytest.raises(FaultyQuestionnaire) as caught:
        save(run, key="other")
    (mistake,) = caught.value.found
    assert (mistake.line, mistake.column, mistake.hint) == (1, 6, "write `key: other`")


@pytest.mark.parametrize("key", ["", "Tiny", "../tiny", "tiny@2", "a" * 41, "tiny\n"])
def test_a_key_that_cannot_be_one_is_refused(run, key):
    with pytest.raises(Refused, match="no key of a questionnaire"):
        save(run, key=key)
    with pytest.raises(Refused, match="no key of a questionnaire"):
        keep_draft(run, TINY, key)


@pytest.mark.parametrize(
    "text", ["a: &a [*a]\n", "key: tiny\n---\nkey: tiny\n", "[" * 500, "a\x00b"]
)
def test_hostile_texts_are_neither_saved_nor_do_they_hurt(run, text):
    with pytest.raises(FaultyQuestionnaire):
        save(run, text)
    assert stored(run) == []


def test_nothing_larger_than_a_questionnaire_can_be_kept(run):
    large = "#" * (256 * 1024 + 1)
    with pytest.raises(FaultyQuestionnaire, match="cannot be used"):
        save(run, large)
    with pytest.raises(FaultyQuestionnaire, match="cannot be used"):
        keep_draft(run, large)
    assert stored(run, QuestionnaireDraft) == []


def test_a_change_made_to_an_older_version_does_not_overwrite_a_newer_one(run):
    save(run)
    save(run, SECOND, based_on=Base(1))
    with pytest.raises(Refused, match="saved as version 2 in the meantime"):
        save(run, TINY.replace("en: Tiny", "en: Mine"), based_on=Base(1))
    assert len(stored(run)) == 2


def test_a_draft_that_the_author_has_not_seen_is_not_overwritten(run):
    save(run)
    keep_draft(run, FAULTY)
    with pytest.raises(Meanwhile, match="draft of tiny is another one"):
        save(run, SECOND, based_on=Base(1))
    with run.database.reading() as session:
        seen = authoring.base_of(session, "tiny")
    assert save(run, SECOND, based_on=seen).number == 2
    assert stored(run, QuestionnaireDraft) == []


@pytest.mark.usefixtures("patient")
def test_savings_at_the_same_moment_are_numbered_one_after_another_or_refused(run):
    texts = [TINY.replace("en: Tiny", f"en: Tiny {n}") for n in range(8)]

    def attempt(text):
        try:
            return save(run, text).number
        except Refused:  # somebody else was faster
            return None

    with ThreadPoolExecutor(8) as pool:
        numbers = [number for number in pool.map(attempt, texts) if number]
    assert sorted(numbers) == list(range(1, len(numbers) + 1)) != []
    assert sorted(row.number for row in stored(run)) == sorted(numbers)


def test_a_draft_is_kept_with_its_mistakes_and_used_nowhere(run):
    save(run)
    assert [m.path for m in keep_draft(run, FAULTY)] == ["title.en"]
    assert found(run, "tiny@draft").content.decode() == FAULTY
    assert found(run, "tiny").content.decode() == TINY
    with pytest.raises(Refused, match="is a draft"):
        authoring.usable(found(run, "tiny@draft"))


def test_a_draft_without_mistakes_is_used_nowhere_either(run):
    assert keep_draft(run, TINY) == ()
    with pytest.raises(Refused, match="is a draft"):
        authoring.usable(found(run, "tiny@draft"))
    with pytest.raises(NotFound, match="There is no questionnaire tiny"):
        found(run, "tiny")


def test_there_is_one_draft_of_a_key_and_saving_ends_it(run):
    keep_draft(run, FAULTY)
    keep_draft(run, SECOND)
    assert [row.content for row in stored(run, QuestionnaireDraft)] == [SECOND]
    save(run, SECOND)
    assert stored(run, QuestionnaireDraft) == []
    with pytest.raises(NotFound, match="no draft of tiny"):
        found(run, "tiny@draft")


def test_what_is_saved_is_found_before_the_folder_and_the_folder_before_the_library(run, tmp_path):
    key = "account_manager_pulse"
    own = TINY.replace("key: tiny", f"key: {key}")
    assert found(run, key, tmp_path).origin == "library"
    (tmp_path / f"{key}.yaml").write_text(own, encoding="utf-8")
    assert found(run, key, tmp_path).origin == "folder"
    save(run, own, key)
    assert found(run, key, tmp_path).origin == "saved"


@pytest.mark.parametrize(
    "wanted", ["tiny@3", "tiny@0", "tiny@", "tiny@-1", "tiny@1 ", "tiny@9999999"]
)
def test_a_version_that_is_not_there_is_said(run, wanted):
    save(run)
    with pytest.raises(NotFound, match="no version"):
        found(run, wanted)


def test_an_unknown_key_gets_the_nearest_one_among_the_saved_too(run):
    save(run)
    with pytest.raises(NotFound, match="did you mean `tiny`"):
        found(run, "tinny")


def test_versions_say_who_when_and_which_cycles_took_them(run):
    save(run)
    save(run, SECOND, by="bert", now=NOW + timedelta(hours=1))
    with run.database.transaction() as session:
        first = authoring.usable(authoring.find_source(session, "tiny@1", None))
        cycles.create_cycle(session, "2026-Q4", {"": first}, Policy())
    with run.database.reading() as session:
        second, first = authoring.versions(session, "tiny")
    assert (first.number, first.saved_by, first.saved_at) == (1, "anna", NOW)
    assert (second.saved_by, second.saved_at) == ("bert", NOW + timedelta(hours=1))
    assert (first.cycles, second.cycles) == (("2026-Q4",), ())


def test_a_cycle_keeps_the_version_it_was_made_from(run):
    save(run)
    with run.database.transaction() as session:
        now = authoring.usable(authoring.find_source(session, "tiny", None))
        cycle = cycles.create_cycle(session, "2026-Q4", {"": now}, Policy())
        digest = cycle.questionnaires[0].questionnaire_hash
    save(run, SECOND)
    with run.database.reading() as session:
        assert frozen(session, digest).title.said("en") == "Tiny"


def copied(run, wanted, key):
    with run.database.transaction() as session:
        source = authoring.find_source(session, wanted, None)
        return authoring.copy(session, source, key, "anna", NOW)


@pytest.mark.parametrize("original", ["account_manager_360", "account_manager_pulse"])
def test_a_copy_of_the_library_differs_in_its_key_only(run, original):
    assert copied(run, original, "ours") == Saved("ours", 1, new=True)
    ours, theirs = authoring.checked(found(run, "ours")), questionnaires.load(original)
    assert ours == theirs.model_copy(update={"key": "ours"})
    text = found(run, "ours").content.decode()
    assert "# docs/questionnaires.md explains every key." in text
    assert "yaml-language-server" not in text


def test_a_copy_never_overwrites(run):
    save(run)
    with pytest.raises(Refused, match="a questionnaire tiny already"):
        copied(run, "account_manager_pulse", "tiny")


def test_a_saved_version_can_be_copied_and_a_faulty_draft_cannot(run):
    save(run)
    assert copied(run, "tiny@1", "other").new
    keep_draft(run, FAULTY)
    with pytest.raises(FaultyQuestionnaire):
        copied(run, "tiny@draft", "third")


@pytest.mark.parametrize("written", ["tiny", "'tiny'", '"tiny"'])
def test_a_key_is_replaced_however_it_is_quoted(written):
    text = TINY.replace("key: tiny", f"# tiny\nkey:   {written} # tiny")
    assert b"# tiny\nkey:   other # tiny\n" in renamed(text.encode(), "other", "x")


@pytest.mark.parametrize(
    "text", ["title: x\n", "- a\n", 'key: "t\\u0069ny"\n', "key: {a: b}\n", "key:\n"]
)
def test_a_text_whose_key_cannot_be_replaced_is_refused(text):
    with pytest.raises(QuestionnaireError, match="cannot be replaced"):
        renamed(text.encode(), "other", "x")


def test_the_list_costs_the_same_statements_however_much_is_saved(run):
    def statements():
        counted = []
        with run.database.reading() as session:
            connection = session.connection()
            event.listen(connection, "before_cursor_execute", lambda *a: counted.append(a[2]))
            authoring.listed(session, None)
        return len(counted)

    save(run)
    freezing._frozen.clear()
    few = statements()
    for n in range(5):
        save(
            run,
            TINY.replace("key: tiny", f"key: tiny{n}").replace("en: Tiny", f"en: {n}"),
            f"tiny{n}",
        )
        save(run, TINY.replace("key: tiny", f"key: tiny{n}"), f"tiny{n}")
    freezing._frozen.clear()
    assert statements() == few


def test_the_list_shows_the_latest_of_each_key_and_where_it_stands(run):
    save(run)
    save(run, SECOND)
    with run.database.reading() as session:
        listed = {each.key: each for each in authoring.listed(session, None)}
    assert set(listed) == {"account_manager_360", "account_manager_pulse", "tiny"}
    assert (listed["tiny"].origin, listed["tiny"].number) == ("saved", 2)
    assert listed["tiny"].questionnaire.title.said("en") == "Small"
    assert listed["account_manager_360"].origin == "library"


def test_the_number_of_versions_and_keys_is_bounded(run, monkeypatch):
    monkeypatch.setattr(authoring, "MAX_VERSIONS", 1)
    save(run)
    with pytest.raises(Refused, match="go on with a copy"):
        save(run, SECOND)
    monkeypatch.setattr(authoring, "MAX_KEYS", 1)
    with pytest.raises(Refused, match="1 questionnaires already"):
        save(run, TINY.replace("key: tiny", "key: other"), "other")


# The command line


@pytest.fixture
def files(tmp_path):
    for name, text in (("tiny", TINY), ("second", SECOND), ("faulty", FAULTY)):
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    return tmp_path


def test_a_questionnaire_is_saved_copied_shown_and_used_from_the_command_line(cli, files):
    saved = cli("questionnaire", "save", files / "tiny.yaml", "--key", "tiny", "--json")
    assert saved.json == {"key": "tiny", "number": 1, "new": True}
    again = cli("questionnaire", "save", files / "tiny.yaml", "--key", "tiny")
    assert again.out == "Version 1 of tiny says exactly this; nothing was saved.\n"
    assert cli("questionnaire", "copy", "tiny@1", "ours").code == 0
    assert cli("questionnaire", "show", "ours").out == TINY.replace("key: tiny", "key: ours")
    created = cli("cycle", "create", "K", "--questionnaire", "ours@1", "--position", "x=tiny")
    assert created.code == 0
    [version] = cli("questionnaire", "versions", "ours", "--json").json["versions"]
    assert (version["number"], version["label"], version["cycles"]) == (1, "1", ["K"])


def test_saving_leaves_a_trace_and_saving_nothing_leaves_none(cli, files):
    for _ in range(2):
        cli("questionnaire", "save", files / "tiny.yaml", "--key", "tiny")
    cli("questionnaire", "copy", "tiny", "ours")
    events = cli("audit", "--json").json["events"]
    # Both at the same moment of the test's clock, so in either order.
    assert sorted((e["action"], sorted(e["details"].items())) for e in events) == [
        ("questionnaire copy", [("of", "tiny"), ("questionnaire", "ours@1")]),
        ("questionnaire save", [("questionnaire", "tiny@1")]),
    ]


def test_mistakes_are_listed_and_nothing_is_saved(cli, files):
    outcome = cli("questionnaire", "save", files / "faulty.yaml", "--key", "tiny")
    assert (outcome.code, outcome.out) == (1, "")
    assert "tiny:4:1: title.en: `en` is missing; add `en: ...`" in outcome.err
    assert cli("questionnaire", "versions", "tiny").code == 1


def test_a_faulty_text_can_be_kept_and_looked_at_but_makes_no_cycle(cli, files):
    kept = cli("questionnaire", "save", files / "faulty.yaml", "--key", "tiny", "--draft")
    assert kept.code == 0
    assert "tiny:4:1: title.en" in kept.out
    assert cli("questionnaire", "show", "tiny@draft").out == FAULTY
    outcome = cli("cycle", "create", "K", "--questionnaire", "tiny@draft")
    assert (outcome.code, "is a draft" in outcome.err) == (1, True)


def test_the_list_tells_what_is_saved(cli, files):
    cli("questionnaire", "save", files / "second.yaml", "--key", "tiny")
    assert "Small (3 items, saved as version 1)" in cli("questionnaire", "list").out
    rows = {r["key"]: r for r in cli("questionnaire", "list", "--json").json["questionnaires"]}
    assert (rows["tiny"]["origin"], rows["tiny"]["saved_version"]) == ("saved", 1)
    assert rows["account_manager_360"]["origin"] == "library"


def test_without_a_database_the_library_is_there(cli, tmp_path):
    cli.set(DATABASE_URL=f"sqlite:///{tmp_path / 'none.sqlite3'}")
    assert "account_manager_360" in cli("questionnaire", "list").out
    assert cli("questionnaire", "show", "account_manager_360").code == 0
    assert not (tmp_path / "none.sqlite3").exists()


def test_what_changed_is_said_in_words_and_as_json(cli, files):
    new = TINY.replace("{ratee} is clear.", "{ratee} speaks clearly.").replace(
        "id: slow", "id: late"
    )
    (files / "new.yaml").write_text(new, encoding="utf-8")
    cli("questionnaire", "save", files / "tiny.yaml", "--key", "tiny")
    outcome = cli("questionnaire", "diff", "tiny@1", files / "new.yaml")
    assert "  + {ratee} speaks clearly.\n" in outcome.out
    assert "cannot be compared: slow (removed)\n" in outcome.out
    assert "still ask the same: clear (reworded)\n" in outcome.out
    found = cli("questionnaire", "diff", "tiny@1", files / "new.yaml", "--json").json
    assert found["comparable"] is False
    assert {"item": "quick", "verdict": "kept", "reasons": []} in found["trends"]
    assert found["lines"][:2] == ["--- tiny@1", f"+++ {files / 'new.yaml'}"]


def test_lines_that_differ_are_printed_when_asked_for(cli, files):
    words = ("questionnaire", "diff", files / "tiny.yaml", files / "second.yaml")
    assert "+title: {zh: 小问卷, en: Small}" not in cli(*words).out
    assert "+title: {zh: 小问卷, en: Small}\n" in cli(*words, "--lines").out


def test_nothing_changed_is_said(cli, files):
    outcome = cli("questionnaire", "diff", files / "tiny.yaml", files / "tiny.yaml")
    assert outcome.out == "Nothing changed.\n"


def test_missing_translations_of_a_draft_are_listed(cli, files):
    cli("questionnaire", "save", files / "faulty.yaml", "--key", "tiny", "--draft")
    out = cli("questionnaire", "texts", "tiny@draft", "--missing").out
    assert out.startswith("4: title\n  zh  小问卷\n  en  (missing)\n")
    assert out.endswith(" texts, 1 of them lack a language\n")
    [row] = cli("questionnaire", "texts", "tiny@draft", "--missing", "--json").json["texts"]
    assert (row["path"], row["missing"]) == ("title", ["en"])


def test_a_file_that_cannot_be_read_lists_no_texts(cli, tmp_path):
    (tmp_path / "bad.yaml").write_text("[" * 500, encoding="utf-8")
    outcome = cli("questionnaire", "texts", tmp_path / "bad.yaml")
    assert (outcome.code, outcome.out) == (1, "")
    assert "nested deeper" in outcome.err


def test_a_path_names_a_file_whatever_is_saved(cli, files):
    cli("questionnaire", "save", files / "tiny.yaml", "--key", "tiny")
    assert cli("questionnaire", "show", files / "second.yaml").out == SECOND


def test_a_file_that_is_not_there_is_said(cli, tmp_path):
    outcome = cli("questionnaire", "show", tmp_path / "none.yaml")
    assert (outcome.code, "there is no such file" in outcome.err) == (1, True)


def test_a_file_that_is_no_text_is_refused_with_its_place(cli, tmp_path):
    (tmp_path / "bad.yaml").write_bytes(b"key: tiny\ntitle: \xff")
    outcome = cli("questionnaire", "show", tmp_path / "bad.yaml")
    assert (outcome.code, outcome.out) == (1, "")
    assert "bad.yaml:2:8: this is not UTF-8 text; save the file as UTF-8" in outcome.err


def test_the_service_reads_no_file_that_a_word_names(run, tmp_path):
    (tmp_path / "tiny.yaml").write_text(TINY, encoding="utf-8")
    with pytest.raises(NotFound):
        found(run, str(tmp_path / "tiny.yaml"))
