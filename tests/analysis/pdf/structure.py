"""Read the structure of a tagged PDF back with a parser that is not ours."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from pdf_reading import reader
from pypdf.generic import ContentStream, DictionaryObject

PAINTING = {b"Tj", b"TJ", b"f", b"S", b"B", b"Do"}


@dataclass
class Node:
    kind: str
    pieces: list[tuple[int, int]]  # (page number, MCID) of its own
    annotations: list[DictionaryObject]
    alt: str
    language: str
    scope: str
    number: int  # of the object
    kids: list[Node] = field(default_factory=list)

    def walk(self) -> Iterator[Node]:
        yield self
        for kid in self.kids:
            yield from kid.walk()

    def of(self, *kinds: str) -> list[Node]:
        return [node for node in self.walk() if node.kind in kinds]


def tree(pdf: bytes) -> Node:
    document = reader(pdf)
    pages = {page.indirect_reference.idnum: n for n, page in enumerate(document.pages)}
    root = document.trailer["/Root"]["/StructTreeRoot"]
    return _node(root.raw_get("/K"), pages)


def _node(reference, pages) -> Node:
    element = reference.get_object()
    node = Node(
        kind=element["/S"][1:],
        pieces=[],
        annotations=[],
        alt=str(element.get("/Alt", "")),
        language=str(element.get("/Lang", "")),
        scope=str(element.get("/C", ""))[1:],
        number=reference.idnum,
    )
    raw = element.raw_get("/K") if "/K" in element else []
    for kid in raw if isinstance(raw, list) else [raw]:
        _add(node, kid, element, pages)
    return node


def _add(node: Node, kid, element, pages) -> None:
    held = kid.get_object()
    if isinstance(held, int):
        node.pieces.append((pages[element.raw_get("/Pg").idnum], held))
    elif held.get("/Type") == "/MCR":
        node.pieces.append((pages[held.raw_get("/Pg").idnum], held["/MCID"]))
    elif held.get("/Type") == "/OBJR":
        node.annotations.append(held["/Obj"])
    else:
        assert held.raw_get("/P").idnum == node.number
        node.kids.append(_node(kid, pages))


@dataclass
class Marked:
    """What one page marks: its pieces in order, and what is painted outside any mark."""

    pieces: list[tuple[str, int]]  # (kind, MCID)
    unmarked: list[bytes]
    artifacts: int


def marked(pdf: bytes) -> list[Marked]:
    document = reader(pdf)
    return [_marked(ContentStream(page.get_contents(), document)) for page in document.pages]


def _marked(content: ContentStream) -> Marked:
    found, depth = Marked([], [], 0), 0
    for operands, operator in content.operations:
        if operator in {b"BDC", b"BMC"}:
            depth += 1
            assert depth == 1, "marks are not nested"
            if operator == b"BDC":
                found.pieces.append((operands[0][1:], operands[1]["/MCID"]))
            else:
                assert operands == ["/Artifact"]
                found.artifacts += 1
        elif operator == b"EMC":
            depth -= 1
            assert depth == 0
        elif operator in PAINTING and not depth:
            found.unmarked.append(operator)
    assert depth == 0
    return found
