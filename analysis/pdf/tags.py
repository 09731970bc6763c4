"""The structure of a tagged PDF: what each text is, in reading order (ISO 32000-1, 14.7 and 14.8).

Painters open an element around what they paint; here the elements become the tree that a screen
reader walks. ReportLab knows no tags, so the objects are written out by themselves, and short:
a report has several hundred of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from reportlab.pdfbase.pdfdoc import (
    PDFDictionary,
    PDFDocument,
    PDFName,
    PDFObject,
    PDFObjectReference,
    PDFString,
)

Kind = Literal[
    "Document", "Title", "H1", "H2", "H3", "P", "L", "LI", "LBody", "Table", "TR", "TH", "TD",
    "Figure", "Link", "TOC", "TOCI", "Sect",
]  # fmt: skip
HOLDERS: frozenset[Kind] = frozenset({"Document", "L", "LI", "Table", "TR", "TOC", "TOCI", "Sect"})
CELLS: frozenset[Kind] = frozenset({"TH", "TD"})
LINKS_FROM = 1_000_000  # keys of links in the parent tree; those of pages are their numbers
# Column headings say that they are some: the class map holds the attribute once.
CLASS_MAP = "<</head<</O/Table/Scope/Column>>/row<</O/Table/Scope/Row>>>>"
ROLE_MAP = "<</Title/P>>"  # the standard structure types of PDF 1.7 have no title


class Element:
    """One node of the tree. It joins its parent when something of it is painted, not before."""

    __slots__ = ("alt", "kids", "kind", "language", "name", "parent", "scope")

    def __init__(
        self,
        kind: Kind,
        parent: Element | None = None,
        *,
        alt: str = "",
        language: str = "",
        scope: str = "",  # a class of the class map
    ) -> None:
        self.kind, self.parent = kind, parent
        self.alt, self.language, self.scope = alt, language, scope
        self.kids: list[Element | tuple[int, int] | str] = []  # element, (page, MCID), annotation
        self.name = ""  # as an object of the document, once it has joined

    @property
    def holds_text(self) -> bool:
        return self.kind not in HOLDERS


class Structure:
    """The tree under construction, and which element owns each piece of each page."""

    def __init__(self, root: Element) -> None:
        self.root = root
        self.pages: list[list[Element]] = [[]]
        self.links: list[Element] = []
        self._elements: list[Element] = []
        self.join(self.root)

    def turn_page(self) -> None:
        self.pages.append([])

    def piece(self, element: Element) -> int:
        """The number (MCID) on this page of the next piece of ``element``."""
        self.join(element)
        owners = self.pages[-1]
        owners.append(element)
        element.kids.append((len(self.pages), len(owners) - 1))
        return len(owners) - 1

    def link(self, element: Element, annotation: str) -> None:
        element.kids.append(annotation)
        self.links.append(element)

    def next_link_key(self) -> int:
        return LINKS_FROM + len(self.links)

    def join(self, element: Element) -> None:
        """Make ``element`` a part of the tree, and whatever it is in."""
        if element.name:
            return
        element.name = f"Tag{len(self._elements)}"
        self._elements.append(element)
        if element.parent is not None:
            self.join(element.parent)
            element.parent.kids.append(element)

    def write(self, document: PDFDocument) -> None:
        """Put the tree into the document, and say that there is one."""
        objects = _Objects(document)
        for element in self._elements:
            objects.add(element.name, lambda element=element: objects.element(element))
        objects.add("TagParents", lambda: self._parents(objects))
        objects.add("TagRoot", lambda: self._root(objects))
        catalog: Any = document.Catalog  # type: ignore[attr-defined]  # not in the stub
        catalog.StructTreeRoot = PDFObjectReference("TagRoot")
        catalog.MarkInfo = PDFDictionary({"Marked": "true"})
        for number in range(len(self.pages)):
            page: Any = document.idToObject.get(f"Page{number + 1}")
            if page is not None:
                page.__NoDefault__ = [*page.__NoDefault__, "StructParents", "Tabs"]
                page.StructParents, page.Tabs = number, PDFName("S")

    def _root(self, objects: _Objects) -> str:
        return (
            f"<</Type/StructTreeRoot/K {objects[self.root.name]}"
            f"/ParentTree {objects['TagParents']}/RoleMap{ROLE_MAP}/ClassMap{CLASS_MAP}>>"
        )

    def _parents(self, objects: _Objects) -> str:
        """Back from each piece of a page, and from each link, to its element."""
        parts = [
            f"{page}[{' '.join(objects[owner.name] for owner in owners)}]"
            for page, owners in enumerate(self.pages)
            if owners
        ]
        parts += [
            f"{LINKS_FROM + number} {objects[element.name]}"
            for number, element in enumerate(self.links)
        ]
        return f"<</Nums[{' '.join(parts)}]>>"


class _Objects:
    """Objects of the document that are written as text, and references to any."""

    def __init__(self, document: PDFDocument) -> None:
        self._document: Any = document

    def add(self, name: str, content: Any) -> None:
        self._document.Reference(_Written(content), name)

    def __getitem__(self, name: str) -> str:
        number, version = self._document.idToObjectNumberAndVersion[name]
        return f"{number} {version} R"

    def text(self, words: str) -> str:
        written: bytes = PDFString(words).format(self._document)
        return written.decode("latin-1")

    def element(self, element: Element) -> str:
        parts = [f"<</S/{element.kind}"]
        if element.parent is not None:
            parts.append(f"/P {self[element.parent.name]}")
        else:
            parts.append(f"/P {self['TagRoot']}")
        if element.alt:
            parts.append(f"/Alt{self.text(element.alt)}")
        if element.language:
            parts.append(f"/Lang{self.text(element.language)}")
        if element.scope:
            parts.append(f"/C/{element.scope}")
        pages = [kid[0] for kid in element.kids if isinstance(kid, tuple)]
        if pages:
            parts.append(f"/Pg {self[f'Page{pages[0]}']}")
        kids = list(self._kids(element, pages[0] if pages else 0))
        if kids:
            parts.append(f"/K {kids[0]}" if len(kids) == 1 else f"/K[{' '.join(kids)}]")
        return "".join(parts) + ">>"

    def _kids(self, element: Element, page: int) -> Iterator[str]:
        for kid in element.kids:
            if isinstance(kid, Element):
                yield self[kid.name]
            elif isinstance(kid, str):
                yield f"<</Type/OBJR/Obj {self[kid]}>>"
            elif kid[0] == page:
                yield str(kid[1])
            else:
                yield f"<</Type/MCR/Pg {self[f'Page{kid[0]}']}/MCID {kid[1]}>>"


class _Written(PDFObject):
    """An object whose text is made when the document is: only then every number is known."""

    def __init__(self, content: Any) -> None:
        self._content = content

    def format(self, _document: PDFDocument) -> bytes:
        text: str = self._content()
        return text.encode("latin-1")
