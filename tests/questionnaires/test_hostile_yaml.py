"""Files that want to hurt: each is refused with its place, after a counted amount of work."""

import pytest
import yaml
from tiny_questionnaire import TINY, edited, mistakes_in, only_mistake_in

from questionnaires import loader, reader

BOMB = "a: &a [x, x]\n" + "".join(
    f"{key}: &{key} [*{before}, *{before}]\n"
    for before, key in zip("abcdefghi", "bcdefghij", strict=True)
)

# Name: content, and the place that is reported first.
HOSTILE: dict[str, tuple[str | bytes, str]] = {
    "alias": ("a: x\nb: *a\n", "2:4"),
    "anchor": ("a: &a x\n", "1:4"),
    "alias-bomb": (BOMB, "1:4"),
    "self-reference": ("a: &a [*a]\n", "1:4"),
    "merge-key": ("a:\n  <<: {b: c}\n", "2:3"),
    "merge-of-an-alias": ("a: &a {b: c}\nd: {<<: *a}\n", "1:4"),
    "python-object": ("a: !!python/object/apply:os.system [ls]\n", "1:4"),
    "own-tag": ("a: !secret x\n", "1:4"),
    "standard-tag": ("a: !!binary aGVsbG8=\n", "1:4"),
    "number-tag": (edited("value: 2", 'value: !!int "2"'), "9:17"),
    "tag-directive": ("%TAG !e! tag:example.org,2000:\n---\na: !e!x y\n", "3:4"),
    "key-twice": ("key: a\nkey: b\n", "2:1"),
    "key-twice-in-depth": (edited("en: Tiny", "en: Tiny, en: Small"), "4:28"),
    "key-twice-by-another-spelling": (edited("en: Tiny", 'en: Tiny, "e\\u006e": x'), "4:28"),
    "list-as-key": ("[a, b]: c\n", "1:1"),
    "mapping-as-key": ("? {a: b}\n: c\n", "1:3"),
    "alias-as-key": ("a: &a x\nb: {*a : c}\n", "2:5"),
    "two-documents": ("a: b\n---\nc: d\n", "2:1"),
    "thousand-documents": ("---\n" * 1000, "2:1"),
    "500-brackets": ("[" * 500, "1:21"),
    "500-braces": ("{a: " * 500, "1:81"),
    "500-dashes": ("- " * 500, "1:41"),
    "nested-blocks": ("".join(" " * i + "a:\n" for i in range(500)), "21:21"),
    "too-many-values": ("a: [" + "x, " * 80_000 + "]", "1:29996"),
    "too-many-keys": ("".join(f"k{i}: x\n" for i in range(20_000)), "5000:8"),
    "too-large": ("a" * (reader.MAX_BYTES + 1), "1:1"),
    "large-comment": ("#" + "x" * reader.MAX_BYTES, "1:1"),
    "giant-text": ("key: " + "x" * 200_000, "1:6"),
    "giant-key": ("? " + "x" * 200_000 + "\n: y\n", "1:3"),
    "giant-number": (edited("value: 2", "value: " + "9" * 3_000), "9:17"),
    "not-a-number": (edited("CUSTOMER: 40", "CUSTOMER: nan"), "18:37"),
    "infinite-number": (edited("CUSTOMER: 40", "CUSTOMER: 1e999"), "18:37"),
    "sexagesimal-number": (edited("value: 2", "value: 12:30:45"), "9:17"),
    "invalid-utf-8": (b"key: tiny\ntitle: {zh: \xff\xfe}\n", "2:13"),
    "truncated-utf-8": ("title: {zh: 小".encode()[:-1], "1:13"),
    "utf-16": (TINY.encode("utf-16"), "1:1"),
    "gb18030": ("title: {zh: 问卷}".encode("gb18030"), "1:13"),
    "null-byte": (b"key: ti\x00ny\n", "1:8"),
    "bell": (b"key: tiny\nversion: \x07\n", "2:10"),
    "escaped-bell": ('key: tiny\nversion: "\\x07"\n', "2:10"),
    "escaped-null": ('key: "\\0"\n', "1:6"),
    "reversed-writing": ("key: \u202eyn\u202c\n", "1:6"),
    "line-separator": ("key: a\u2028version: b\n", "1:7"),
    "second-byte-order-mark": ("key: a\n\ufeffversion: b\n", "2:1"),
    "tab-indent": ("a:\n\tb: c\n", "2:1"),
    "unclosed-quote": ('key: "tiny\n', "2:1"),
    "unclosed-bracket": ("languages: [zh, en\n", "2:1"),
    "empty": ("", "1:1"),
    "only-comments": ("# nothing\n# here\n", "1:1"),
    "bare-text": ("hello", "1:1"),
    "null": ("~\n", "1:1"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_with_its_place(name: str):
    content, place = HOSTILE[name]
    by_order = [f"{m.line}:{m.column}" for m in mistakes_in(content)]
    assert place in by_order
    assert len(by_order) <= loader.MAX_MISTAKES + 1


@pytest.mark.parametrize("name", HOSTILE)
def test_the_parser_without_c_code_refuses_the_same_files(name: str, monkeypatch):
    monkeypatch.setattr(reader, "LOADER", yaml.SafeLoader)
    assert mistakes_in(HOSTILE[name][0])


@pytest.fixture
def events_read(monkeypatch) -> list[str]:
    """The events that the parser was asked for."""
    read: list[str] = []
    parse = yaml.parse

    def counting(*args, **options):
        for event in parse(*args, **options):
            read.append(type(event).__name__)
            yield event

    monkeypatch.setattr(yaml, "parse", counting)
    return read


def test_depth_is_counted_while_parsing(events_read):
    assert "deeper than 20 levels" in only_mistake_in("[" * 500).message
    assert events_read.count("SequenceStartEvent") == reader.MAX_DEPTH + 1


def test_a_depth_at_which_the_parser_itself_gives_up_is_the_same_mistake():
    assert "deeper than 20 levels" in only_mistake_in("[" * 200_000).message


def test_values_are_counted_while_parsing(events_read):
    assert "more than 10,000 values" in only_mistake_in("- x\n" * 60_000).message
    assert len(events_read) <= reader.MAX_NODES + 10


def test_forbidden_extras_end_the_reading_after_a_few(events_read):
    assert len(mistakes_in("- &a x\n" * 30_000)) == reader.MAX_FINDINGS
    assert len(events_read) < 2 * reader.MAX_FINDINGS


def test_a_file_over_the_size_limit_is_not_parsed(events_read):
    assert "larger than 256 KiB" in only_mistake_in(b"#" * (reader.MAX_BYTES + 1)).message
    assert events_read == []


def test_a_file_is_read_no_further_than_the_size_limit(tmp_path):
    file = tmp_path / "large.yaml"
    file.write_bytes(b"#" * (3 * reader.MAX_BYTES))
    assert len(loader.file_content(file)) == reader.MAX_BYTES + 1


def test_messages_stay_short_whatever_the_file_holds():
    found = mistakes_in("? " + "x" * 100_000 + "\n: y\n")
    assert max(len(str(mistake)) for mistake in found) < 400


def test_nothing_is_judged_where_an_alias_left_a_hole():
    mistake = only_mistake_in(edited("{zh: 小问卷, en: Tiny}", "*title"))
    assert mistake.message == "the alias `*title` is not allowed in a questionnaire"
    assert mistake.hint == "write the text out here"
