"""What an invitation says: in two languages and two forms, one link, nobody else's words."""

import email
import email.policy
import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from surveyapp.mail import FolderMailer, InvitationMail, compose_invitation, mail_address
from tests.people import NOW

LINK = "https://feedback.example.com/r/" + "A" * 43
MAIL = InvitationMail(
    sender="feedback@example.com",
    organisation="Morningstar",
    address="li@example.com",
    name="李文",
    language="zh",
    cycle_title="2026 Q4",
    link=LINK,
    ratees=(("李文", "您的自评"), ("Bao Yu", "作为同事")),
    closes_at=datetime(2026, 12, 31, 15, 59, tzinfo=UTC),
    timezone="Asia/Shanghai",
    promise=("匿名：只显示平均值。",),
    kind="invitation",
    message_id="abc",
)
CONTROLS = re.compile(r"[\r\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")


def composed(**changes):
    """The mail as it is read after it has travelled as bytes."""
    message = compose_invitation(replace(MAIL, **changes), NOW)
    return email.message_from_bytes(message.as_bytes(), policy=email.policy.default)


def bodies(message):
    return [message.get_body((kind,)).get_content() for kind in ("plain", "html")]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("zh", ["李文，您好", "您的个人链接", "2026年12月31日 23:59 (GMT+08:00)"]),
        ("en", ["Dear 李文", "Your personal link", "31 December 2026, 23:59 (GMT+08:00)"]),
    ],
)
def test_an_invitation_speaks_the_language_of_its_rater(language, words):
    text, page = bodies(composed(language=language))
    assert all(word in text for word in words)
    assert words[0] in page
    assert words[2] in page
    assert ('lang="zh-Hans"' in page) == (language == "zh")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_both_forms_name_every_ratee_and_every_promise(language):
    for body in bodies(composed(language=language)):
        assert all(word in body for word in ["李文", "Bao Yu", "作为同事", "匿名：只显示平均值。"])


def test_each_form_holds_the_link_once_and_the_text_on_a_line_of_its_own():
    text, page = bodies(composed())
    assert text.splitlines().count(LINK) == 1
    for body in (text, page):  # the personal link comes first, the way out last
        assert re.findall(r"https?://[^\s\"<]+", body) == [LINK, f"{LINK}/mail"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_reminder_says_that_it_is_one(language):
    first, second = composed(language=language), composed(language=language, kind="reminder")
    assert first["Subject"] != second["Subject"]
    assert bodies(first)[0] != bodies(second)[0]


def test_a_cycle_without_a_closing_day_names_none():
    assert "之前填写" not in bodies(composed(closes_at=None))[0]


@pytest.mark.parametrize(
    "name", ["Li, Wen", 'Li "W" Wen', "李文", "<li@evil.example>", "a@b, c;d", ""]
)
def test_a_display_name_never_becomes_an_address(name):
    (recipient,) = composed(name=name)["To"].addresses
    assert (recipient.display_name, recipient.addr_spec) == (name, "li@example.com")


@pytest.mark.parametrize("field", ["name", "organisation", "cycle_title"])
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\x0b", "\x85", "\u2028", "\u2029"])
def test_no_name_can_begin_a_header_or_a_line(field, end):
    evil = f"Li{end}Bcc: all@evil.example{end}https://evil.example/r/x"
    message = composed(**{field: evil})
    assert "Bcc" not in message
    assert not any(CONTROLS.search(value) for value in message.values())
    text = bodies(message)[0].replace("\r\n", "\n")
    assert not any(line.startswith(("Bcc", "https://evil")) for line in CONTROLS.split(text))


def test_the_name_of_a_ratee_cannot_begin_a_line_either():
    text, _ = bodies(composed(ratees=(("Li\r\nhttps://evil.example", "x"),)))
    assert "- Li https://evil.example (x)" in text


def test_names_are_no_markup_in_the_page():
    _, page = bodies(composed(name="<b>Li</b>", organisation="R&D", ratees=(("<i>x</i>", "y"),)))
    assert "&lt;b&gt;Li" in page
    assert "R&amp;D" in page
    assert "<i>" not in page


def test_a_percent_sign_in_a_name_is_a_percent_sign():
    assert "100%(name)s %d" in bodies(composed(name="100%(name)s %d"))[0]


def test_a_chinese_domain_is_written_so_that_every_server_takes_it():
    message = composed(address="li@例子.中国", sender="feedback@例子.中国")
    assert message["To"].addresses[0].addr_spec == "li@xn--fsqu00a.xn--fiqs8s"
    assert message["Message-ID"] == "<abc@xn--fsqu00a.xn--fiqs8s>"


@pytest.mark.parametrize(
    "address",
    ["", "@", "li", "李@example.com", "a@b@c.example", "a\r\n@x.example", "(a)li@x.example"],
)
def test_an_address_that_no_mail_can_carry_is_known_beforehand(address):
    with pytest.raises(ValueError):  # noqa: PT011 - the words differ, the verdict does not
        mail_address("", address)


def test_the_mail_says_when_and_that_no_person_wrote_it():
    message = composed()
    assert message["Date"].datetime == NOW
    assert message["Auto-Submitted"] == "auto-generated"


def test_the_file_of_a_mail_folder_holds_the_same_mail_readable_without_tools(tmp_path):
    message = compose_invitation(MAIL, NOW)
    FolderMailer(tmp_path).send(message)
    (file,) = tmp_path.iterdir()
    assert file.name == "abc.eml"
    assert file.read_bytes() == message.as_bytes()
    assert file.read_text("utf-8").splitlines().count(LINK) == 1
