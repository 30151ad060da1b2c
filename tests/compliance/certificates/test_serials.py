import pytest

from compliance.certificates.serials import CROCKFORD, normalise_code, serial_text, verification_code


@pytest.mark.parametrize(
    ("random_bytes", "code"),
    [
        (bytes(10), "0000-0000-0000-0000"),
        (b"\xff" * 10, "ZZZZ-ZZZZ-ZZZZ-ZZZZ"),
        (bytes(9) + b"\x01", "0000-0000-0000-0001"),
        (b"\x08" + bytes(9), "1000-0000-0000-0000"),
        (bytes.fromhex("00443214c74254b635cf"), "0123-4567-89AB-CDEF"),
        (bytes.fromhex("00443214c74254b635cf") + b"rest", "0123-4567-89AB-CDEF"),
    ],
)
def test_ten_bytes_make_sixteen_characters(random_bytes: bytes, code: str) -> None:
    assert verification_code(random_bytes) == code


def test_too_little_chance_is_refused() -> None:
    with pytest.raises(ValueError, match="10 random bytes"):
        verification_code(bytes(9))


def test_every_bit_counts() -> None:
    codes = {verification_code((1 << bit).to_bytes(10)) for bit in range(80)}
    assert len(codes) == 80


def test_alphabet_has_no_look_alikes() -> None:
    assert len(set(CROCKFORD)) == 32
    assert not set("ILOU") & set(CROCKFORD)


@pytest.mark.parametrize(
    "typed",
    [
        "4F7K-0M2P-9XQ1-C3TD",
        "4f7k0m2p9xq1c3td",
        " 4F7K 0M2P 9XQ1 C3TD\n",
        "4F7K–0M2P—9XQ1−C3TD",
        "4f7k-oM2P-9xqI-c3td",
        "4F7K-OM2P-9XQl-C3TD",
        "4F7K\u00a00M2P\u00a09XQL\u00a0C3TD",
        "4F7К-0М2Р-9ХQ1-С3ТD",  # Cyrillic, but for F, Q and D
        "4f7к-ом2р-9хqі-с3тd",
    ],
)
def test_what_people_type_comes_to_one_form(typed: str) -> None:
    assert normalise_code(typed) == "4F7K-0M2P-9XQ1-C3TD"


@pytest.mark.parametrize("code", [verification_code(bytes([n] * 10)) for n in (0, 1, 77, 170, 255)])
def test_a_code_is_its_own_normal_form(code: str) -> None:
    assert normalise_code(code) == code


@pytest.mark.parametrize(
    "typed", ["", "4F7K", "4F7K-0M2P-9XQ1-C3TDD", "4F7K-0M2P-9XQU-C3TD", "4Ғ7K-0M2P-9XQ1-C3TD", "4F7K_0M2P_9XQ1_C3TD"]
)
def test_what_is_no_code_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="not a verification code"):
        normalise_code(typed)


@pytest.mark.parametrize(
    ("bar", "year", "number", "text"),
    [
        ("KZ-75", 2026, 123, "KZ-75/2026/000123"),
        ("KZ", 2027, 1, "KZ/2027/000001"),
        ("A", 2026, 1234567, "A/2026/1234567"),
    ],
)
def test_serial_text(bar: str, year: int, number: int, text: str) -> None:
    assert serial_text(bar, year, number) == text


@pytest.mark.parametrize(("bar", "number"), [("", 1), ("KZ/75", 1), ("KZ-75", 0), ("KZ-75", -1)])
def test_a_serial_needs_a_bar_and_a_number(bar: str, number: int) -> None:
    with pytest.raises(ValueError, match=r"bar code|start at 1"):
        serial_text(bar, 2026, number)
