from itertools import product

import pytest

from compliance.certificates.fonts import SANS, SERIF, Embedding, embedding
from tests.compliance.certificates.samples import KAZAKH_LETTERS


def with_texts(sans: str, serif: str) -> Embedding:
    return embedding({SANS: set(sans), SERIF: set(serif)})


def size(ready: Embedding) -> int:
    return sum(map(len, ready.objects.values()))


def test_certificates_of_a_batch_share_their_fonts() -> None:
    names = ("Сәрсенова Әлия", "Қосбұлақова-Һабиб Ұлжан", "Щёголев-Ёж", KAZAKH_LETTERS)
    codes = ("4F7K-0M2P-9XQA-C3TD", "ABCD-EFGH-JKMN-PQRS", "№ 1234/56, 07.08.2026 (9)")
    first, *others = [with_texts("Zoom: https " + code, name) for code, name in product(codes, names)]
    assert all(other is first for other in others)


@pytest.mark.parametrize(("sans", "serif"), [("ł", ""), ("", "ł"), ("", "2026"), ("https", "")])
def test_a_character_out_of_the_usual_comes_in_addition(sans: str, serif: str) -> None:
    usual, more = with_texts("", ""), with_texts(sans, serif)
    assert size(usual) < size(more) < size(usual) + 2000
    for name, text in ((SANS, sans), (SERIF, serif)):
        assert set(map(ord, text)) <= more.cuts[name].codes.keys()
        assert usual.cuts[name].codes.keys() <= more.cuts[name].codes.keys()
        assert len(more.cuts[name].codes) == len(usual.cuts[name].codes) + len(set(text))


def test_what_is_written_follows_the_parts() -> None:
    many = "".join(map(chr, [*range(0x20, 0x7F), *range(0xC0, 0x180), *range(0x410, 0x450)]))
    cut = with_texts(many, "").cuts[SANS]
    written = list(cut.written("Aя" + many[-1] + " A"))
    assert len(cut.parts) == 2
    assert [part for part, _ in written] == [cut.parts[0], cut.parts[1], cut.parts[0]]
    assert [len(digits) for _, digits in written] == [2, 4, 4]
    assert written[-1][1].startswith("20"), "a space has its own code, for readers that widen spaces"


def test_one_part_is_written_at_once() -> None:
    cut = with_texts("", "").cuts[SERIF]
    ((part, digits),) = cut.written("Әлия")
    assert part == cut.parts[0]
    assert bytes.fromhex(digits) == bytes(cut.codes[ord(char)] for char in "Әлия")
