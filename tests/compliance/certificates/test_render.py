import hashlib
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Final, NamedTuple
from unicodedata import normalize

import pikepdf
import pikepdf.pdfa
import pypdfium2
import pytest
import zxingcpp
from pypdfium2 import raw

from compliance.certificates import words
from compliance.certificates.fonts import SANS, missing
from compliance.certificates.foot import QR_BOX
from compliance.certificates.page import compose
from compliance.certificates.render import render, unprintable
from compliance.certificates.snapshot import Snapshot
from tests.compliance.certificates.samples import ALL, KAZAKH_LETTERS, LONGEST, ORDINARY, PERIOD

SIZE_LIMIT = 30 * 1000
OTHER_PROCESS = """
import hashlib, json, sys
from compliance.certificates.render import render
from compliance.certificates.snapshot import Snapshot
for line in sys.stdin:
    print(hashlib.sha256(render(Snapshot.from_json(json.loads(line)))).hexdigest())
"""


EVERYTHING: Final = "".join(
    char
    for char in map(chr, [*range(0x21, 0x7F), *range(0xC0, 0x180), *range(0x400, 0x460), *range(0x490, 0x4C0)])
    if not missing(char, SANS)
)
# A name and a place with characters that few certificates have; the last fill two parts of a font.
UNUSUAL: Final = [
    ("Łukasz Żółć-Әбенов", "Үлгі"),
    ("Müller-Çelik Zoë", "Kraków, al. Jana Pawła II"),
    ("Сәрсенова Әлия (№ 2)", "«Ковыль», зал „Б“ & зал 3½"),
    ("Ђорђе Ѓорѓиев", EVERYTHING),
]


def digests_elsewhere(given: list[str], settings: dict[str, str]) -> list[str]:
    """What another process makes of snapshots, drawn in the order given."""
    command = [sys.executable, "-c", OTHER_PROCESS]
    environment = os.environ | settings
    done = subprocess.run(command, input="\n".join(given), env=environment, capture_output=True, text=True, check=True)
    return done.stdout.split()


class Heard(NamedTuple):
    """One element of the tags: what it is, its language, its words, and what is said in the place of a picture."""

    role: str
    lang: str
    text: str
    said: str


def faces_of(pdf: bytes) -> set[str]:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return {str(face.BaseFont) for face in document.pages[0].Resources.Font.values() if "/BaseFont" in face}


def spoken(pdf: bytes) -> list[Heard]:
    """What is read aloud, element by element, by following the tags from the root into the page's stream."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        pieces, back = _pieces(document), document.Root.StructTreeRoot.ParentTree.Nums[1]
        found = list(_elements(document.Root.StructTreeRoot.K))
        numbers = [int(element.K) for element in found]
        assert sorted(numbers) == list(range(len(pieces))) == list(range(len(back)))
        assert all(back[number].objgen == element.objgen for number, element in zip(numbers, found, strict=True))
        return [
            Heard(
                str(element.S),
                str(element.get("/Lang", document.Root.Lang)),
                pieces[int(element.K)],
                str(element.get("/Alt", "")),
            )
            for element in found
        ]


def _elements(element: pikepdf.Object) -> Iterator[pikepdf.Object]:
    """Those that name a piece of the page."""
    below = element.K
    if not isinstance(below, pikepdf.Array):
        yield element
        return
    for each in below:
        if "/S" in each:
            yield from _elements(each)


def _pieces(document: pikepdf.Pdf) -> dict[int, str]:
    """The words of each numbered piece of the page's stream."""
    page, pieces, number, letters = document.pages[0], dict[int, str](), -1, dict[int, str]()
    for operands, operator in pikepdf.parse_content_stream(page):
        match str(operator):
            case "BDC":
                number = int(operands[1].MCID)
                pieces[number] = ""
            case "EMC":
                number = -1
            case "Tf":
                letters = _letters(page.Resources.Font[str(operands[0])])
            case "Tj":
                assert number >= 0, "text that no tag speaks of"
                pieces[number] += "".join(letters[byte] for byte in bytes(operands[0]))
    return pieces


def _letters(face: pikepdf.Object) -> dict[int, str]:
    """Which letter each code of a face stands for."""
    table = face.ToUnicode.read_bytes().decode()
    return {int(code, 16): chr(int(letter, 16)) for code, letter in re.findall(r"<(\w\w)> <(\w{4})>", table)}


def text_of(pdf: bytes) -> str:
    """What a reader gets who selects all and copies, with white space folded."""
    page = pypdfium2.PdfDocument(pdf)[0]
    return " ".join(page.get_textpage().get_text_range().split())


@pytest.mark.parametrize("name", ALL)
def test_every_text_can_be_copied(name: str) -> None:
    snapshot = ALL[name]
    text = text_of(render(snapshot))
    printed = [
        value for field, value in snapshot.to_json().items() if isinstance(value, str) and not field.endswith("_on")
    ]
    unprinted = {snapshot.kind, snapshot.format, snapshot.licence_date}
    for value in printed:
        assert value in unprinted or " ".join(value.split()) in text, value
    for label, values in words.facts(snapshot):
        for part in (*label, *(side for pair in values for side in pair)):
            assert part in text, part
    assert "23.11.2026" in text


def test_all_kazakh_letters_survive_in_both_faces() -> None:
    text = text_of(render(replace(PERIOD, place=KAZAKH_LETTERS)))
    assert PERIOD.full_name in text
    assert KAZAKH_LETTERS in text


def test_statutory_names_and_places_for_hand_and_seal() -> None:
    text = text_of(render(ORDINARY))
    for part in ("БІЛІКТІЛІКТІ АРТТЫРУ ТУРАЛЫ СЕРТИФИКАТ", "СЕРТИФИКАТ О ПОВЫШЕНИИ КВАЛИФИКАЦИИ"):
        assert part in text
    assert "М.О. / М.П." in text
    assert "қолы / подпись" in text


def test_only_an_example_says_so() -> None:
    assert words.EXAMPLE in text_of(render(LONGEST))
    assert words.EXAMPLE not in text_of(render(replace(LONGEST, example=False)))


@pytest.mark.parametrize("name", ALL)
def test_qr_code_leads_to_the_public_check(name: str) -> None:
    image = pypdfium2.PdfDocument(render(ALL[name]))[0].render(scale=2).to_pil()
    assert [code.text for code in zxingcpp.read_barcodes(image)] == [ALL[name].verify_url]


@pytest.mark.parametrize("name", ALL)
def test_one_small_page(name: str) -> None:
    pdf = render(ALL[name])
    document = pypdfium2.PdfDocument(pdf)
    assert len(document) == 1
    assert document[0].get_size() == pytest.approx((841.89, 595.28), abs=0.01)
    assert len(pdf) <= SIZE_LIMIT


def test_every_font_is_embedded() -> None:
    pdf = render(LONGEST)
    document = pypdfium2.PdfDocument(pdf)
    fonts = [raw.FPDFTextObj_GetFont(item) for item in document[0].get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT])]
    assert len(fonts) > 40
    assert all(raw.FPDFFont_GetIsEmbedded(font) == 1 for font in fonts)
    assert faces_of(pdf) == {"/AAAAAA+PTSans-Regular", "/AAAAAA+PTSerif-Bold"}


def test_lines_are_as_wide_as_the_layout_thinks() -> None:
    run = next(run for run in compose(ORDINARY).runs if run.text == ORDINARY.full_name)
    text_page = pypdfium2.PdfDocument(render(ORDINARY))[0].get_textpage()
    found = text_page.search(ORDINARY.full_name).get_next()
    assert found is not None
    left, _, _, _ = text_page.get_charbox(found[0])
    _, _, right, _ = text_page.get_charbox(found[0] + found[1] - 1)
    assert (left, right) == pytest.approx((run.x, run.x + run.width), abs=2.5)


def test_other_processes_give_the_same_bytes() -> None:
    """Whatever the environment, and whichever certificates the process drew before."""
    snapshots = [*ALL.values(), *(replace(ORDINARY, full_name=name, place=place) for name, place in UNUSUAL)]
    given = [json.dumps(snapshot.to_json()) for snapshot in snapshots]
    expected = [hashlib.sha256(render(snapshot)).hexdigest() for snapshot in snapshots]
    settings = {"PYTHONHASHSEED": "1", "SOURCE_DATE_EPOCH": "1"}
    assert digests_elsewhere(given, settings) == expected
    settings = {"PYTHONHASHSEED": "2", "TZ": "America/Lima"}
    assert digests_elsewhere(given[::-1], settings) == expected[::-1]


def test_unlike_certificates_differ_and_come_right_from_several_threads() -> None:
    snapshots = [replace(ORDINARY, full_name=f"Үлгі {letter * 3}") for letter in "АӘБВГҒДЖЗҚЛМНҢОӨ"]
    alone = [render(snapshot) for snapshot in snapshots]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(render, snapshots))
    assert together == alone
    assert len(set(alone)) == len(alone)


def test_metadata_come_from_the_snapshot() -> None:
    pdf = render(ORDINARY)
    metadata = pypdfium2.PdfDocument(pdf).get_metadata_dict()
    assert metadata["Title"] == (
        "Біліктілікті арттыру туралы сертификат / Сертификат о повышении квалификации № KZ-75/2026/000123"
    )
    assert metadata["Author"] == f"{ORDINARY.bar_name_kk} / {ORDINARY.bar_name_ru}"
    assert metadata["CreationDate"] == "D:20261123000000+05'00'"
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert document.Root.Lang == "kk"
        assert document.Root.ViewerPreferences.DisplayDocTitle
        with document.open_metadata() as described:
            assert described["dc:title"] == metadata["Title"]
            assert described["dc:creator"] == [metadata["Author"]]
            assert described["xmp:CreateDate"] == "2026-11-23T00:00:00+05:00"


@pytest.mark.parametrize("name", ALL)
def test_archives_take_the_file(name: str) -> None:
    """Judged by pikepdf, which passes only what it knows to conform to PDF/A-2b."""
    with pikepdf.open(io.BytesIO(render(ALL[name]))) as document:
        assert pikepdf.pdfa.check(document, "2b").findings == []


def test_a_space_that_xml_cannot_write_does_no_harm() -> None:
    odd = replace(ORDINARY, bar_name_kk="Үлгі\x0bқаласы", bar_name_ru="Улги & <K°>\x1c")
    with pikepdf.open(io.BytesIO(render(odd))) as document, document.open_metadata() as described:
        assert described["dc:creator"] == ["Үлгі қаласы / Улги & <K°>"]


class TestReadAloud:
    @pytest.mark.parametrize("name", ALL)
    def test_each_text_is_read_once_in_the_order_of_the_page(self, name: str) -> None:
        tagged = [heard for heard in spoken(render(ALL[name])) if heard.role != "/Figure"]
        printed = "".join(run.text for run in compose(ALL[name]).runs)
        assert "".join(heard.text for heard in tagged).replace(" ", "") == printed.replace(" ", "")

    def test_each_in_its_language_and_the_title_as_a_heading(self) -> None:
        heard = spoken(render(ORDINARY))
        assert [each.text for each in heard if each.role == "/H1"] == [
            "БІЛІКТІЛІКТІ АРТТЫРУ ТУРАЛЫ СЕРТИФИКАТ", "СЕРТИФИКАТ О ПОВЫШЕНИИ КВАЛИФИКАЦИИ",
        ]  # fmt: skip
        languages = {each.text: each.lang for each in heard}
        assert languages[ORDINARY.course_title_kk] == "kk"
        assert languages[ORDINARY.course_title_ru] == "ru"

    def test_lines_of_one_text_are_read_with_a_space_between(self) -> None:
        assert LONGEST.course_title_ru in [each.text for each in spoken(render(LONGEST))]

    def test_the_square_code_says_where_it_leads(self) -> None:
        last = spoken(render(ORDINARY))[-1]
        assert (last.role, last.said) == ("/Figure", ORDINARY.verify_url)


def test_letters_typed_in_two_pieces_are_put_together() -> None:
    typed = normalize("NFD", "Ёлкин Андрей Йодұлы")
    assert typed != normalize("NFC", typed)
    text = text_of(render(replace(ORDINARY, full_name=typed, lines=((normalize("NFD", "й"), "ё", 45),))))
    assert "Ёлкин Андрей Йодұлы" in text


def test_a_character_without_a_glyph_is_refused_by_code_point() -> None:
    snapshot = replace(ORDINARY, course_title_ru="Цена в ₸", lines=(("法", "право", 45),))
    assert unprintable(snapshot) == {"course_title_ru": {"₸"}, "lines": {"法"}}
    with pytest.raises(ValueError, match=r"course_title_ru.*U\+20B8"):
        render(snapshot)


@pytest.mark.parametrize(("name", "place"), UNUSUAL)
def test_characters_few_certificates_have_are_drawn_too(name: str, place: str) -> None:
    pdf = render(replace(ORDINARY, full_name=name, place=place))
    text = text_of(pdf)
    assert name in text
    assert place.replace(" ", "") in text.replace(" ", "")
    assert render(replace(ORDINARY, full_name=name, place=place)) == pdf


def test_more_characters_than_one_part_of_a_font_holds() -> None:
    assert len(EVERYTHING) > 255
    pdf = render(replace(ORDINARY, place=EVERYTHING))
    assert {face for face in faces_of(pdf) if "Sans" in face} == {
        "/AAAAAA+PTSans-Regular", "/AAAAAB+PTSans-Regular",
    }  # fmt: skip


@pytest.mark.parametrize("name", ALL)
def test_copied_text_comes_in_the_order_of_the_page(name: str) -> None:
    snapshot = ALL[name]
    printed = "".join(run.text for run in compose(snapshot).runs)
    assert text_of(render(snapshot)).replace(" ", "") == printed.replace(" ", "")


@pytest.mark.parametrize("name", ALL)
def test_a_click_on_the_qr_code_leads_to_the_public_check(name: str) -> None:
    page = pypdfium2.PdfDocument(pdf := render(ALL[name]))[0]
    left, bottom, side = QR_BOX
    link = raw.FPDFLink_GetLinkAtPoint(page, left + side / 2, bottom + side / 2)
    assert link
    assert not raw.FPDFLink_GetLinkAtPoint(page, left + side + 20, bottom)
    with pikepdf.open(io.BytesIO(pdf)) as document:
        (annotation,) = document.pages[0].Annots
        assert ALL[name].verify_url == annotation.A.URI


@pytest.mark.parametrize("place", ["Үлгі", "Kraków", EVERYTHING])
def test_each_object_stands_where_the_file_s_table_says(place: str) -> None:
    """Readers mend a wrong table in silence; archives do not."""
    pdf = render(replace(ORDINARY, place=place))
    with pikepdf.open(io.BytesIO(pdf), attempt_recovery=False) as document:
        assert document.check_pdf_syntax() == []
        assert document.get_warnings() == []
        streams = [each for each in document.objects if isinstance(each, pikepdf.Stream)]
        assert sum("/Length1" in each for each in streams) == (3 if place == EVERYTHING else 2)
        assert {str(each.get("/Type")) for each in streams} >= {"/ObjStm", "/XRef", "/Metadata"}


def test_rendering_goes_through_json() -> None:
    buffer = io.StringIO(json.dumps(ORDINARY.to_json()))
    assert render(Snapshot.from_json(json.load(buffer))) == render(ORDINARY)
