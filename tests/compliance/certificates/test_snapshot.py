import json
from dataclasses import replace

import pytest

from compliance.certificates.snapshot import Snapshot
from tests.compliance.certificates.samples import ALL, ORDINARY


@pytest.mark.parametrize("name", ALL)
def test_json_round_trip_gives_an_equal_snapshot(name: str) -> None:
    snapshot = ALL[name]
    through_text = json.loads(json.dumps(snapshot.to_json(), ensure_ascii=False))
    assert Snapshot.from_json(through_text) == snapshot
    assert Snapshot.from_json(through_text).sha256() == snapshot.sha256()


def test_digest_follows_the_content_not_the_order_of_keys() -> None:
    data = ORDINARY.to_json()
    assert Snapshot.from_json(dict(reversed(data.items()))).sha256() == ORDINARY.sha256()
    assert replace(ORDINARY, minutes=361).sha256() != ORDINARY.sha256()
    assert len(ORDINARY.sha256()) == 64


def test_unknown_field_is_refused() -> None:
    with pytest.raises(ValueError, match="colour"):
        Snapshot.from_json(ORDINARY.to_json() | {"colour": "red"})


@pytest.mark.parametrize("name", ORDINARY.to_json())
def test_each_missing_field_is_refused(name: str) -> None:
    data = ORDINARY.to_json()
    del data[name]
    with pytest.raises(ValueError, match=name):
        Snapshot.from_json(data)


@pytest.mark.parametrize("name", ORDINARY.to_json())
def test_each_field_refuses_null(name: str) -> None:
    with pytest.raises(ValueError, match=name):
        Snapshot.from_json(ORDINARY.to_json() | {name: None})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("version", 2),
        ("version", True),
        ("kind", "diploma"),
        ("format", "by_post"),
        ("unit_minutes", 55),
        ("minutes", "360"),
        ("minutes", 1.5),
        ("minutes", -1),
        ("example", 1),
        ("full_name", "  "),
        ("serial", ""),
        ("issued_on", "23.11.2026"),
        ("issued_on", "20261123"),
        ("issued_on", ""),
        ("starts_on", "2026-02-30"),
        ("licence_date", "2018"),
        ("lines", [["kk", "ru"]]),
        ("lines", [["kk", "ru", "90"]]),
        ("lines", [["kk", "ru", -1]]),
        ("lines", ["abc"]),
        ("lines", "abc"),
    ],
)
def test_a_value_that_cannot_be_printed_is_refused(name: str, value: object) -> None:
    with pytest.raises(ValueError, match=name):
        Snapshot.from_json(ORDINARY.to_json() | {name: value})


def test_a_period_may_not_end_before_it_starts() -> None:
    with pytest.raises(ValueError, match="period"):
        replace(ORDINARY, starts_on="2026-11-13")


def test_messages_do_not_repeat_values() -> None:
    with pytest.raises(ValueError, match="licence_date") as caught:
        replace(ORDINARY, licence_date="тайна")
    assert "тайна" not in str(caught.value)
