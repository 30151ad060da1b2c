"""Answers that are read by way of the class say what the serializer by itself would say."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from rest_framework import serializers

from advocates.models import Advocate, Unit
from cle.core.answers import AnswerSerializer
from compliance.api.roll import RollRowSerializer
from compliance.api.serializers import EntrySerializer, MemberSerializer, StandingSerializer
from courses.models import Entry
from tests.factories import give_credit, make_advocate, make_bar


class PlaceSerializer(AnswerSerializer):
    name = serializers.CharField()


class ThingSerializer(AnswerSerializer):
    words = serializers.CharField(source="__str__")
    owner = serializers.CharField(source="owner.__str__")
    place = PlaceSerializer(allow_null=True)
    street = serializers.CharField(source="place.street.name", default="-")
    items = serializers.ListField()
    shout = serializers.CharField()
    missing = serializers.CharField(required=False)
    secret = serializers.CharField(write_only=True)
    doubled = serializers.SerializerMethodField()

    def get_doubled(self, thing: Any) -> int:
        return 2 * self.context.get("times", 1)


class Thing(SimpleNamespace):
    def __str__(self) -> str:
        return "a thing"

    def shout(self) -> str:
        return "HERE"


def both(serializer: AnswerSerializer, row: Any) -> tuple[Any, Any]:
    return serializer.to_representation(row), serializers.Serializer.to_representation(serializer, row)


@pytest.mark.parametrize(
    "row",
    [
        Thing(owner=Thing(), place=SimpleNamespace(name="Almaty", street=SimpleNamespace(name="Abay")), items=[1]),
        Thing(owner=Thing(), place=None, items=[]),
    ],
)
def test_fields_of_every_kind(row: Thing) -> None:
    quick, plain = both(ThingSerializer(context={"times": 2}), row)
    assert quick == plain
    assert quick["doubled"] == 4


def test_a_mapping_is_read_by_its_keys() -> None:
    class Listed(AnswerSerializer):
        items = serializers.ListField()
        count = serializers.IntegerField()

    quick, plain = both(Listed(), {"items": [1, 2], "count": 2})
    assert quick == plain == {"items": [1, 2], "count": 2}


def test_a_fault_of_the_view_is_not_passed_over() -> None:
    with pytest.raises(AttributeError):
        PlaceSerializer().to_representation(SimpleNamespace())


@pytest.mark.django_db
def test_rows_of_the_api() -> None:
    bar = make_bar()
    alone, grouped = make_advocate(bar), make_advocate(bar)
    grouped.unit = Unit.objects.create(bar=bar, name="First office")
    grouped.save(update_fields=["unit"])
    give_credit(alone, 45)
    for kind, rows in (
        (MemberSerializer, Advocate.objects.all()),
        (EntrySerializer, Entry.objects.all()),
        (StandingSerializer, alone.standings.all()),
    ):
        for row in rows:
            quick, plain = both(kind(), row)
            assert quick == plain


def test_what_is_left_out_is_not_read() -> None:
    view = SimpleNamespace(asked={"fields": ["id", "email"]})
    shown = RollRowSerializer(context={"view": view}).to_representation(
        SimpleNamespace(id=1, email="a@mail.example.kz")
    )
    assert shown == {"id": 1, "email": "a@mail.example.kz"}
