"""Sealed values: opened by their own key and place alone, under keys that may be changed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cle.core.sealed_fields import MASK, Sealed, SealedTextField
from cle.core.sealing import Box, UnsealingError

OLD, NEW = "o" * 32, "n" * 32
PLACE = "advocate.national_id"


@given(st.binary(min_size=1, max_size=300))
def test_what_was_sealed_is_opened_and_nothing_of_it_shows(value: bytes) -> None:
    box = Box((NEW,))
    sealed = box.seal(value, PLACE)
    assert box.open(sealed, PLACE) == value
    assert len(value) < 4 or value not in sealed
    assert box.seal(value, PLACE) != sealed, "equal values do not look equal"


def test_an_old_key_opens_until_it_goes() -> None:
    sealed = Box((OLD,)).seal(b"850101300005", PLACE)
    both = Box((NEW, OLD))
    assert both.open(sealed, PLACE) == b"850101300005"
    assert not both.is_current(sealed)
    assert both.is_current(both.seal(b"x", PLACE))
    with pytest.raises(UnsealingError, match="not among FIELD_KEYS") as raised:
        Box((NEW,)).open(sealed, PLACE)
    assert "8501" not in str(raised.value)


def test_no_value_passes_for_another_place_and_none_can_be_altered() -> None:
    box = Box((NEW,))
    sealed = box.seal(b"850101300005", PLACE)
    with pytest.raises(UnsealingError):
        box.open(sealed, "import.content")
    for place in range(len(sealed)):
        altered = sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :]
        with pytest.raises(UnsealingError):
            box.open(altered, PLACE)


def test_digests_are_of_the_key_and_the_place() -> None:
    one, other = Box((NEW, OLD)), Box((OLD,))
    assert one.digests(b"1", PLACE)[1:] == other.digests(b"1", PLACE)
    found = {*one.digests(b"1", PLACE), *one.digests(b"2", PLACE), *one.digests(b"1", "elsewhere")}
    assert len(found) == 6


def test_there_is_no_box_without_keys() -> None:
    with pytest.raises(ValueError, match="no field keys"):
        Box(())


def test_a_sealed_value_shows_itself_to_nobody_by_accident() -> None:
    value = SealedTextField(place=PLACE).to_python("850101300005")
    assert isinstance(value, Sealed)
    assert (str(value), f"{value}", value.reveal(), bool(value)) == (MASK, MASK, "850101300005", True)
    assert "8501" not in repr(value)
    assert b"8501" not in value.column
    assert value == SealedTextField(place=PLACE).to_python("850101300005")
    assert value != SealedTextField(place=PLACE).to_python("850101300006")
    assert value != "850101300005"
    nothing = SealedTextField(place=PLACE).to_python("")
    assert (str(nothing), nothing.reveal(), bool(nothing), nothing.column) == ("", "", False, b"")
