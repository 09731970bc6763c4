"""Words of one's own in the mails of a cycle: checked at once, filled safely, taken back."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from surveyapp.errors import BadInput, Refused
from surveyapp.mail import MailWords
from surveyapp.models import MailKind, MailText, Person
from surveyapp.services.cycles import find_cycle
from surveyapp.services.mails import mailqueue
from surveyapp.services.mails.mailwords import set_words, words_of
from surveyapp.steps import close_and_destroy
from tests.factories import delivered, draft_cycle, open_cycle, token_of
from tests.people import NOW

KEY = "2026-Q4"
OWN = MailWords(
    "{cycle}: a word from {organisation}",
    "Hello {name},\n\nplease take {minutes} minutes.\nIt helps.",
    "Thank you! Questions: hr@example.com, by {closes}.",
)


@pytest.fixture
def draft(run):
    draft_cycle(run, closes_at=NOW + timedelta(days=30))
    return run


def write(run, words=OWN, *, kind=MailKind.INVITATION, language="en"):
    with run.database.transaction() as session:
        return set_words(session, find_cycle(session, KEY), kind, language, words)


def written(run, kind=MailKind.INVITATION, language="en"):
    with run.database.reading() as session:
        return words_of(session, find_cycle(session, KEY), kind, language)


def mail_to(run, address):
    return next(m for m in delivered(run) if m["To"].addresses[0].addr_spec == address)


def bodies(message):
    return [message.get_body((kind,)).get_content() for kind in ("plain", "html")]


def open_with_words(run, words=OWN, **options):
    open_cycle(run, closes_at=NOW + timedelta(days=30), **options)
    write(run, words)


def mistakes(run, **parts):
    with pytest.raises(BadInput) as caught:
        write(run, MailWords(**parts))
    assert written(run) == MailWords()
    return caught.value.mistakes


def test_own_words_stand_in_the_place_of_the_usual_ones_with_the_data_filled_in(run):
    open_with_words(run)
    message = mail_to(run, "p1@example.com")
    text, page = bodies(message)
    assert message["Subject"] == "2026 Q4: a word from Morningstar"
    assert "Hello Peer One,\n\nplease take 2 minutes.\nIt helps.\n" in text.replace("\r\n", "\n")
    assert "by 22 December 2026, 17:30 (GMT+08:00)." in text
    assert '">please take 2 minutes.<br>It helps.</p>' in page
    assert "Dear Peer One" not in text + page


def test_whatever_the_words_say_the_mail_says_who_what_and_until_when(run):
    open_with_words(run)
    message = mail_to(run, "p1@example.com")
    link = f"https://feedback.example.com/r/{token_of(run, 'P1')}"
    for body in bodies(message):
        assert all(word in body for word in ["李文", "Bao Yu", "Anonymous: your answers", link])
        assert "Please answer by 22 December 2026" in body


def test_the_other_language_and_the_reminder_keep_the_usual_words(run):
    open_with_words(run)
    assert "同事二，您好" in bodies(mail_to(run, "p2@example.com"))[0]
    with run.database.transaction() as session:
        mailqueue.remind(session, find_cycle(session, KEY))
    to_peer = [m for m in delivered(run) if m["To"].addresses[0].addr_spec == "p1@example.com"]
    assert {m["Subject"] for m in to_peer} == {
        "2026 Q4: a word from Morningstar",
        "Reminder: your feedback for 2026 Q4",
    }


def test_a_reminder_has_its_own_words(run):
    open_with_words(run)
    delivered(run)
    write(run, MailWords(subject="Still open: {cycle}"), kind=MailKind.REMINDER)
    with run.database.transaction() as session:
        mailqueue.remind(session, find_cycle(session, KEY))
    subjects = {m["Subject"] for m in delivered(run)}
    assert "Still open: 2026 Q4" in subjects


def test_an_empty_text_brings_the_usual_words_back(run):
    open_with_words(run)
    write(run, MailWords())
    text, _ = bodies(mail_to(run, "p1@example.com"))
    assert "Dear Peer One," in text
    assert written(run) == MailWords()


def test_words_are_kept_for_each_kind_and_language(draft):
    write(draft)
    write(draft, MailWords(subject="提醒"), kind=MailKind.REMINDER, language="zh")
    write(draft, MailWords(subject="Second"))
    assert written(draft) == MailWords(subject="Second")
    assert written(draft, MailKind.REMINDER, "zh") == MailWords(subject="提醒")
    assert written(draft, MailKind.LINK) == MailWords()
    with draft.database.reading() as session:
        assert len(session.scalars(select(MailText)).all()) == 2


def test_blank_lines_and_line_ends_are_made_plain(draft):
    kept = write(draft, MailWords(greeting="  Hello  \r\n\r\n\r\n\r\nyou \r\n"))
    assert kept.greeting == "Hello\n\nyou"


@pytest.mark.parametrize(
    ("parts", "mistake"),
    [
        ({"subject": "Dear {names}"}, "subject: `{names}` is no placeholder; did you mean name?"),
        ({"greeting": "a\nb {link}"}, "greeting, line 2: `{link}` is no placeholder; the place"),
        ({"closing": "{name"}, "closing: `{name` is no placeholder"),
        ({"closing": "name}"}, "closing: `}` is no placeholder"),
        ({"subject": "{{name}}"}, "subject: `{` is no placeholder"),
        ({"subject": "a\nb"}, "subject: it has several lines; write one"),
        ({"subject": "x" * 151}, "subject: 151 characters are too many; shorten it to 150"),
        ({"greeting": "x" * 1501}, "greeting: 1501 characters are too many; shorten it to 1500"),
        ({"greeting": "<b>Hello</b>"}, "greeting: `<b>` would be shown as it stands"),
        ({"greeting": "a <!-- b"}, "greeting: `<!-- b` would be shown as it stands"),
        (
            {"greeting": "see https://evil.example/x"},
            "greeting: `https://evil.example/x` is a link",
        ),
        ({"closing": "www.evil.example"}, "closing: `www.evil.example` is a link"),
        ({"closing": "evil.example/login"}, "closing: `l.example/login` is a link"),
        ({"closing": "javascript:/**/x"}, "closing: `javascript:/**/x` is a link"),
        ({"subject": "a\x1b[2Jb"}, "subject: it holds a character that cannot be seen"),
        ({"subject": "a\u202eb"}, "subject: it holds a character that cannot be seen"),
        ({"greeting": "a\x00b"}, "greeting: it holds a character that cannot be seen"),
    ],
)
def test_words_that_cannot_be_used_are_refused_with_their_mend(draft, parts, mistake):
    assert mistakes(draft, **parts)[0].startswith(mistake)


def test_every_mistake_is_named_at_once(draft):
    found = mistakes(draft, subject="{x}", greeting="{y}\n<b>", closing="www.x.example")
    assert [each.split(":")[0] for each in found] == [
        "subject", "greeting, line 1", "greeting, line 2", "closing",
    ]  # fmt: skip


def test_a_closing_day_that_does_not_exist_cannot_be_named(run):
    draft_cycle(run)
    with pytest.raises(BadInput) as caught:
        write(run, MailWords(closing="by {closes}"))
    assert "the cycle has no closing day" in caught.value.mistakes[0]


@pytest.mark.parametrize(
    "harmless", ["3 < 5 and 7 > 2", "8:00/18:00", "and/or", "hr@example.com", "100 %(name)s", "<3"]
)
def test_plain_text_is_not_taken_for_something_else(draft, harmless):
    assert write(draft, MailWords(greeting=harmless)).greeting == harmless


def rename(run, who, name):
    with run.database.transaction() as session:
        session.scalars(select(Person).where(Person.external_id == who)).one().name = name


@pytest.mark.parametrize("name", ["{organisation}", "<b>x</b>", "a\r\nBcc: all@evil.example"])
def test_a_name_that_is_filled_in_is_text_and_nothing_else(run, name):
    open_with_words(run, MailWords("{name}", "{name}", "{name}"))
    rename(run, "P1", name)
    message = mail_to(run, "p1@example.com")
    shown = " ".join(name.split())
    assert message["Subject"] == shown
    assert "Bcc" not in message
    text, page = bodies(message)
    assert f"{shown}\n" in text.replace("\r\n", "\n")
    assert "<b>x" not in page


@pytest.mark.parametrize("long", ["很" * 1500, "&" * 1500, "很长 " * 500])
def test_no_line_of_a_mail_grows_longer_than_servers_take(run, long):
    open_with_words(run, MailWords(greeting=long))
    raw = mail_to(run, "p1@example.com").as_bytes()
    assert max(len(line) for line in raw.split(b"\n")) < 998


def test_long_lines_are_broken_at_blanks_and_lose_no_word(run):
    sentence = " ".join(["a sentence of some length"] * 20)
    open_with_words(run, MailWords(greeting=sentence, closing="您的意见很重要，" * 40))
    for body in bodies(mail_to(run, "p1@example.com")):
        assert sentence in " ".join(body.split())
        assert "您的意见很重要，" * 40 in "".join(body.split())


def test_a_cycle_that_sends_no_mails_takes_no_words(run):
    open_cycle(run)
    close_and_destroy(run, KEY)
    with pytest.raises(Refused, match="is closed; it sends no more such mails"):
        write(run)


@pytest.mark.parametrize(("kind", "language"), [(MailKind.LINK, "en"), (MailKind.REMINDER, "fr")])
def test_there_are_no_words_for_other_kinds_and_languages(draft, kind, language):
    with pytest.raises(Refused, match="There are words for invitation, reminder in zh, en"):
        write(draft, kind=kind, language=language)


def test_the_command_shows_sets_and_takes_back(cli, sqlite_run):
    draft_cycle(sqlite_run)
    words = ("mail", "words", "--cycle", KEY, "--language", "en")
    assert "subject: (as usual)" in cli(*words).out
    assert cli(*words, "--subject", "Hi {name}", "--closing", "Thanks").code == 0
    assert cli(*words, "--closing", "").code == 0
    found = cli(*words, "--json").json
    assert (found["subject"], found["greeting"], found["closing"]) == ("Hi {name}", "", "")
    refused = cli(*words, "--subject", "{names}")
    assert (refused.code, "did you mean name?" in refused.err) == (1, True)
    events = cli("audit", "--json").json["events"]
    assert [e["action"] for e in events] == ["mail words", "mail words"]
