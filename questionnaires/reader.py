"""Reads YAML into plain data and remembers where each value stood.

Authors are not always friends, so only the plain part of YAML is read: no anchors, aliases, tags,
merge keys or second documents, every scalar is text, and size, depth and number of nodes are
counted while parsing. Nothing here recurses, so depth costs no stack; the parser hands over one
event at a time, so a refused file is not read to its end.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import yaml
from yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    Event,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
)

from questionnaires.mistakes import DataPath, Finding, finding, shorten
from questionnaires.sentences import N_, Sentence

MAX_BYTES = 256 * 1024
MAX_NODES = 10_000
MAX_DEPTH = 20
MAX_SCALAR = 4_000  # characters; the longest text a questionnaire may hold is shorter
MAX_FINDINGS = 50
TOO_DEEP = (
    Sentence(N_("lists and mappings nested deeper than %(most)d levels"), most=MAX_DEPTH),
    N_("a questionnaire needs no more than eight: unfold it"),
)

# The parser written in C reads a full-sized file about eight times faster.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

# Characters that no author types: control characters, line breaks that editors do not count,
# marks that turn the reading direction (text would not say what it shows), lone surrogates.
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069"
    "\ud800-\udfff\ufeff\ufffe\uffff]"
)
_CHARACTER_HINT = N_("delete this character")

Position = tuple[int, int]  # line and column, both from 1


class UnreadableError(Exception):
    """Reading stops here: the one finding that is reported."""

    def __init__(self, position: Position, message: str, hint: str, path: DataPath = ()) -> None:
        super().__init__(message)
        self.position = position
        self.finding = finding(path, message, hint)


@dataclass(frozen=True)
class Spot:
    """Where a value stands, and its key if it has one."""

    value: Position
    key: Position | None = None


@dataclass
class Document:
    """Plain data, and where each part of it stood in the file."""

    data: object = None
    spots: dict[DataPath, Spot] = field(default_factory=dict)
    findings: list[tuple[Position, Finding]] = field(default_factory=list)
    whole: bool = True  # False where something was left out, so that checking it makes no sense


def read(content: bytes) -> Document:
    """Read one document; raises ``UnreadableError`` where reading cannot go on."""
    text = decode(content)
    builder = _Builder()
    try:
        for event in yaml.parse(text, Loader=LOADER):
            builder.take(event)
            if len(builder.document.findings) >= MAX_FINDINGS:
                builder.document.whole = False
                break
    except yaml.YAMLError as error:
        raise _syntax_error(error, text) from None
    if builder.nodes == 0:
        raise UnreadableError(
            (1, 1), N_("the file is empty"), N_("begin with `key:`, see the library files")
        )
    return builder.document


def decode(content: bytes) -> str:
    """The text of the file, without its byte order mark."""
    if len(content) > MAX_BYTES:
        raise UnreadableError(
            (1, 1),
            Sentence(N_("the file is larger than %(most)d KiB"), most=MAX_BYTES // 1024),
            N_("a questionnaire is a few pages of text: remove what does not belong to it"),
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8-sig", errors="replace")
        raise UnreadableError(
            _end_of(before), N_("this is not UTF-8 text"), N_("save the file as UTF-8")
        ) from None
    if found := _FORBIDDEN.search(text):
        raise UnreadableError(_end_of(text[: found.start()]), _forbidden(found[0]), _CHARACTER_HINT)
    return text


def printable(text: str) -> str:
    """The text without the characters that no author types: it may be shown anywhere."""
    return _FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", text)


def _end_of(text: str) -> Position:
    """The position just behind ``text``."""
    lines = re.split("\r\n|\r|\n", text)
    return len(lines), len(lines[-1]) + 1


def _forbidden(character: str) -> Sentence:
    message = N_("the character U+%(code)04X cannot stand in a questionnaire")
    return Sentence(message, code=ord(character))


def _syntax_error(error: yaml.YAMLError, text: str) -> UnreadableError:
    if not isinstance(error, yaml.MarkedYAMLError) or error.problem_mark is None:
        return UnreadableError((1, 1), N_("this is not YAML"), N_("compare with a library file"))
    mark, problem = error.problem_mark, error.problem or "this is not YAML"
    position = min((mark.line + 1, mark.column + 1), _end_of(text))
    if "nesting depth" in problem:  # the parser looks ahead: it may meet its own limit first
        return UnreadableError(position, *TOO_DEEP)
    message = Sentence(N_("not readable as YAML: %(problem)s"), problem=problem)
    return UnreadableError(position, message, _syntax_hint(problem, text, mark))


def _syntax_hint(problem: str, text: str, mark: yaml.Mark) -> str:
    if text[mark.index : mark.index + 1] == "\t":
        return N_("indent with spaces, not with tabs")
    if "mapping values" in problem or "start any token" in problem:
        return N_("put text that holds `: ` or begins with a special character in quotes")
    return N_("look at this line and the one before: indentation, quotes, brackets")


@dataclass
class _Frame:
    """A mapping or list that is still open."""

    path: DataPath
    container: dict[str, object] | list[object]
    key: str | None = None
    key_position: Position | None = None
    repeated: bool = False  # the key stood here before: its value is read and dropped


class _Builder:
    """Turns parser events into a document."""

    def __init__(self) -> None:
        self.document = Document()
        self.nodes = 0
        self._open: list[_Frame] = []
        self._documents = 0

    def take(self, event: Event) -> None:
        if isinstance(event, NodeEvent):
            self._count(event)
            self._refuse_extras(event)
        if isinstance(event, ScalarEvent):
            self._take_scalar(event)
        elif isinstance(event, CollectionStartEvent):
            self._take_start(event)
        elif isinstance(event, CollectionEndEvent):
            self._open.pop()
        elif isinstance(event, AliasEvent):
            self._refuse_as_key(event)
            self._place("", _start(event))
        elif isinstance(event, DocumentStartEvent):
            self._take_document(event)

    def _count(self, event: NodeEvent) -> None:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            message = Sentence(N_("more than %(most)s values"), most=f"{MAX_NODES:,}")
            raise self._stop(event, message, N_("shorten the questionnaire"))
        if isinstance(event, CollectionStartEvent) and len(self._open) >= MAX_DEPTH:
            raise self._stop(event, *TOO_DEEP)

    def _take_document(self, event: DocumentStartEvent) -> None:
        self._documents += 1
        if self._documents > 1:
            message = N_("a second document begins")
            raise self._stop(event, message, N_("keep one `---` per file at most"))

    def _refuse_extras(self, event: NodeEvent) -> None:
        if isinstance(event, AliasEvent):
            message = N_("the alias `*%(name)s` is not allowed in a questionnaire")
            self._lose(event, message, N_("write the text out here"), shorten(event.anchor))
        elif event.anchor is not None:
            message = N_("the anchor `&%(name)s` is not allowed in a questionnaire")
            self._add(event, Sentence(message, name=shorten(event.anchor)), N_("remove it"))
        tag = getattr(event, "tag", None)
        if tag is not None:
            message = N_("the tag `%(name)s` is not allowed in a questionnaire")
            hint = N_("remove it: types follow from the place")
            self._add(event, Sentence(message, name=shorten(tag)), hint)

    def _take_scalar(self, event: ScalarEvent) -> None:
        position, value = _start(event), event.value
        if len(value) > MAX_SCALAR:
            message = Sentence(
                N_("a text of more than %(most)s characters"), most=f"{MAX_SCALAR:,}"
            )
            self._add(event, message, N_("shorten it"))
            value = value[:MAX_SCALAR]
        if found := _FORBIDDEN.search(value):
            self._add(event, _forbidden(found[0]), _CHARACTER_HINT)
        if self._expects_key():
            self._take_key(value, event)
        elif self._open and not value and not event.style:
            # The parser places what is left out behind the colon; its key says more.
            self._place(value, self._open[-1].key_position or position)
        else:
            self._place(value, position)

    def _take_key(self, key: str, event: ScalarEvent) -> None:
        frame = self._open[-1]
        frame.key, frame.key_position = key, _start(event)
        frame.repeated = key in frame.container
        if key == "<<" and not event.style:
            message = N_("the merge key `%(name)s` is not allowed in a questionnaire")
            self._lose(event, message, N_("write the keys out here"), key)
        if frame.repeated:
            first = self.document.spots[*frame.path, key].key or (1, 1)
            message = N_("the key `%(key)s` stands here twice (first in line %(line)d)")
            said = Sentence(message, key=shorten(key), line=first[0])
            self._add(event, said, N_("keep one of them"), (*frame.path, key))

    def _refuse_as_key(self, event: NodeEvent) -> None:
        if self._expects_key():
            message = N_("a key that is no plain word")
            raise self._stop(event, message, N_("write a plain word before the `:`"))

    def _expects_key(self) -> bool:
        frame = self._open[-1] if self._open else None
        return frame is not None and isinstance(frame.container, dict) and frame.key is None

    def _take_start(self, event: CollectionStartEvent) -> None:
        self._refuse_as_key(event)
        mapping = isinstance(event, MappingStartEvent)
        container: dict[str, object] | list[object] = {} if mapping else []
        path = self._place(container, _start(event))
        self._open.append(_Frame(path, container))

    def _place(self, value: object, position: Position) -> DataPath:
        """Put a finished value, or a container that fills up later, where it belongs."""
        if not self._open:
            self.document.data = value
            self.document.spots[()] = Spot(position)
            return ()
        frame = self._open[-1]
        path = self._next_path()
        self.document.spots.setdefault(path, Spot(position, frame.key_position))
        if isinstance(frame.container, list):
            frame.container.append(value)
        elif frame.key is not None and not frame.repeated:
            frame.container[frame.key] = value
        frame.key = frame.key_position = None
        return path

    def _next_path(self) -> DataPath:
        """The path of the value that comes next."""
        if not self._open:
            return ()
        frame = self._open[-1]
        if isinstance(frame.container, list):
            return (*frame.path, len(frame.container))
        return frame.path if frame.key is None else (*frame.path, frame.key)

    def _lose(self, event: Event, message: str, hint: str, name: str) -> None:
        self._add(event, Sentence(message, name=name), hint)
        self.document.whole = False

    def _add(self, event: Event, message: str, hint: str, path: DataPath | None = None) -> None:
        found = finding(self._next_path() if path is None else path, message, hint)
        self.document.findings.append((_start(event), found))

    def _stop(self, event: Event, message: str, hint: str) -> UnreadableError:
        return UnreadableError(_start(event), message, hint, self._next_path())


def _start(event: Event) -> Position:
    mark = event.start_mark
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)
