"""The short ways of an import against the long ones that they stand for: seeded random rolls, records and words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from random import Random

import pytest
from django.db import transaction

from advocates.identifiers import licence_key
from advocates.models import Advocate, Bar, Membership, RollFile, RollLine, StatusSpan, Unit
from advocates.names import fold
from advocates.names.folding import _folded
from advocates.services.people import transfer
from advocates.services.roll import apply_roll, preview_roll
from advocates.services.roll_basis import basis_now
from cle.core.errors import DomainError
from tests.advocates.rolls import NOW, TODAY, csv, person
from tests.factories import make_bar

FAMILIES, GIVEN = ("Ким", "Ибраева", "Ив?нова", "Өтегенов"), ("Анна", "Қанат")
LETTERS = "абвгёжийклсуыьэюяӘғҚңӨұҮһіАВЕІё0123456789    "
ODD = LETTERS + "abcXYZİıß.-–'’?,;()№\u0301\u0306"
IINS = ("", "", "850101300005", "900512300124")


def roll_of(random: Random) -> list[list[str]]:
    """Few names, licences and identifiers, so that lines meet each other and the records in every way."""
    return [
        person(
            number,
            name=f"{random.choice(FAMILIES)} {random.choice(GIVEN)} {random.choice(('', 'Ерланович'))}".strip(),
            licence=random.choice(("", "0012345", "12345", "7000001", "7000002", "0", "00")),
            issued=random.choice(("14.05.2012", "", "31.02.2012")),
            unit=random.choice(("", "Контора «Самал»", "Юридическая консультация № 1")),
            phone=f"+7 701 {random.randrange(3)}",
            iin=random.choice(IINS),
        )
        for number in range(random.randrange(4, 9))
    ]


def _nothing(bar: Bar, content: bytes) -> None:
    pass


def _phone(bar: Bar, content: bytes) -> None:
    Advocate.objects.for_bar(bar).filter(pk__in=Advocate.objects.for_bar(bar)[:1]).update(phone="+7 702")


def _unit(bar: Bar, content: bytes) -> None:
    Unit.objects.for_bar(bar).filter(name__startswith="Контора").update(name="Контора")


def _moved(bar: Bar, content: bytes) -> None:
    if (one := Advocate.objects.for_bar(bar).first()) is not None:
        transfer(one, make_bar(), dt.date(2026, 2, 1))


def _came(bar: Bar, content: bytes) -> None:
    """Everybody of the file, into another bar."""
    apply_roll(preview_roll(make_bar(), content, "other.csv", by=None, today=TODAY), by=None, now=NOW)


PEOPLE = (
    "full_name", "licence_key", "name_key", "search_key", "phone", "email", "unit__name", "licence_date", "joined_on",
    "practice_form", "language", "version",
)  # fmt: skip
EVENTS: tuple[Callable[[Bar, bytes], None], ...] = (_nothing, _phone, _unit, _moved, _came)


def came_of(file: RollFile) -> object:
    """All that the import has written, or why it refused; and then as if it had never been."""
    try:
        with transaction.atomic():
            apply_roll(file, by=None, now=NOW)
            found = (
                list(Advocate.objects.order_by("pk").values_list(*PEOPLE)),
                [one.national_id.reveal() for one in Advocate.objects.order_by("pk")],
                list(Membership.objects.order_by("pk").values_list("advocate__full_name", "bar", "period", "document")),
                list(StatusSpan.objects.order_by("pk").values_list("advocate__full_name", "bar", "period", "status")),
                list(RollLine.objects.order_by("pk").values_list("outcome", "advocate__full_name", "changes")),
                list(Unit.objects.order_by("pk").values_list("name", "kind")),
            )  # fmt: skip
            raise transaction.TransactionManagementError
    except transaction.TransactionManagementError:
        return found
    except DomainError as error:
        return error.code


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(15))
def test_a_roll_carried_out_as_stored_is_the_one_planned_anew(seed: int) -> None:
    random, bar = Random(seed), make_bar()
    for there in (make_bar(), bar):
        apply_roll(preview_roll(there, csv(roll_of(random)), "r.csv", by=None, today=TODAY), by=None, now=NOW)
    content = csv(roll_of(random))
    file = preview_roll(bar, content, "roll.csv", by=None, today=TODAY)
    assert file.basis == basis_now(file)
    EVENTS[seed % len(EVENTS)](bar, content)
    as_stored = came_of(file)
    RollFile.objects.filter(pk=file.pk).update(basis="")
    assert came_of(file) == as_stored


def test_plain_names_fold_as_any_others() -> None:
    random = Random(11)
    for number in range(4000):
        text = "".join(random.choices(ODD if number % 4 else LETTERS, k=random.randrange(16)))
        assert fold(text) == _folded(text), text


@pytest.mark.parametrize("number", ["0", "00", "0012345", "14000001"])
def test_a_licence_of_digits_alone_is_its_own_key(number: str) -> None:
    assert licence_key(number) == licence_key(f"№ {number}") == number
