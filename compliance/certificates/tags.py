"""Tags: what each part of a page is, so that it can be read aloud in its language and copied in its order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from compliance.certificates.archival import allow, number_of

PAGE: Final = "Page1"
_ROOT: Final = "Tags"
_WHOLE: Final = "Tags.Document"

Corners = tuple[float, float, float, float]


class Part(NamedTuple):
    """A piece of the page: its number in the page's stream, from 0 on, and what it is: "P", "H1" or "Figure".

    ``lang`` is empty where it is the document's. ``said`` is what a figure shows, in words, ``corners`` where it
    stands, and ``link`` the name of the annotation that lies over it.
    """

    number: int
    role: str
    lang: str = ""
    said: str = ""
    corners: Corners | None = None
    link: str = ""


def begin(role: str, number: int) -> str:
    """The operator that opens part ``number`` of the page; "EMC" closes it."""
    return f"/{role} <</MCID {number}>> BDC"


def enter(document: Any, parts: Sequence[Part]) -> None:
    """Put the tree of a document's only page into it, once the page is there; ``parts`` in the order of reading."""
    names = {part: f"Tag{part.number}" for part in parts}
    links = {part: f"Link{part.number}" for part in parts if part.link}
    reserved = [_ROOT, _WHOLE, *names.values(), *links.values()]
    for name in reserved:
        document.Reference(b"", name)
    refer = {name: number_of(document, name) for name in (PAGE, *reserved)}
    whole = " ".join(refer[links.get(part, names[part])] for part in parts)
    filled = {
        _ROOT: _root(parts, refer, names, links),
        _WHOLE: f"<</S/Document/P {refer[_ROOT]}/K[{whole}]>>",
        **{name: _element(part, refer[links.get(part, _WHOLE)], refer[PAGE]) for part, name in names.items()},
        **{name: _link(document, part, refer, refer[names[part]]) for part, name in links.items()},
    }
    document.idToObject.update({name: content.encode("latin-1") for name, content in filled.items()})
    _say_tagged(document, refer[_ROOT])


def _say_tagged(document: Any, root: str) -> None:
    catalog, page = document.Catalog, document.idToObject[PAGE]
    catalog.StructTreeRoot, catalog.MarkInfo = root, "<</Marked true>>"
    catalog.ViewerPreferences = "<</DisplayDocTitle true>>"
    page.StructParents, page.Tabs = 0, "/S"
    allow(page, "StructParents", "Tabs")


def _root(parts: Sequence[Part], refer: dict[str, str], names: dict[Part, str], links: dict[Part, str]) -> str:
    """With the way back: from the numbers in the page's stream, and from the annotations, to their parts."""
    page = " ".join(refer[names[part]] for part in sorted(parts))
    over = "".join(f" {number} {refer[name]}" for number, name in enumerate(links.values(), start=1))
    back = f"/ParentTree<</Nums[0 [{page}]{over}]>>/ParentTreeNextKey {1 + len(links)}"
    return f"<</Type/StructTreeRoot/K {refer[_WHOLE]}{back}>>"


def _element(part: Part, above: str, page: str) -> str:
    more = f"/Lang({part.lang})" if part.lang else ""
    if part.said:
        more += f"/Alt {_text(part.said)}"
    if part.corners:
        box = " ".join(f"{side:.2f}" for side in part.corners)
        more += f"/A<</O/Layout/Placement/Block/BBox[{box}]>>"
    return f"<</S/{part.role}/P {above}/Pg {page}/K {part.number}{more}>>"


def _link(document: Any, part: Part, refer: dict[str, str], inside: str) -> str:
    annotation = f"<</Type/OBJR/Obj {number_of(document, part.link)}/Pg {refer[PAGE]}>>"
    return f"<</S/Link/P {refer[_WHOLE]}/Pg {refer[PAGE]}/K[{inside} {annotation}]>>"


def _text(words: str) -> str:
    """A text string of a document, in hexadecimal digits."""
    return f"<feff{words.encode('utf-16-be').hex()}>"
