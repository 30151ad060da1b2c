"""Which names are keys, and of which model: in addresses, behind the question mark and in bodies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.db.models import Model

from advocates.models import Advocate, Bar, RollFile, RollLine, User
from compliance.models import Certificate, Notice, SerialCounter, SweepRun
from compliance.notices.leaving import leaving_address
from compliance.services.credentials import public_keys
from courses.attendance.codes import poster_code
from courses.models import Category, Session
from tests.house.rows import Rows, our_models

KEYS: Final[Mapping[str, tuple[type[Model], str]]] = {
    **{str(model._meta.model_name): (model, "pk") for model in our_models()},
    "bar": (Bar, "code"),
    "category": (Category, "code"),
    "reader": (User, "pk"),
}
"""A key is called like the model whose row it names, in one word; here stand those that are not."""

ADDRESS_KEYS: Final[Mapping[str, tuple[type[Model], str]]] = {
    "code": (Certificate, "code"),
    "series": (SerialCounter, "year"),
    "secret": (Advocate, "pk"),  # what make_rows has made the calendar's secret of
    "sweep": (SweepRun, "pk"),
    "roll-files/<int:file>": (RollFile, "pk"),
    "roll-files/<int:file>/lines/<int:line>": (RollLine, "pk"),
}
"""In addresses alone, by the key or by the end of the address up to it; the longest that fits counts."""


def value_of(name: str, address: str, rows: Rows) -> Any:
    """The value of a key in an address: the row of that model among ``rows``."""
    if name == "leave":  # nowhere kept
        return leaving_address(rows[Notice]).rstrip("/").rpartition("/")[2]
    if name == "thumbprint":  # of a file, not of a row
        return public_keys()[0].thumbprint()
    upto = address[: address.index(f":{name}>")] + f":{name}>"
    special = max((end for end in ADDRESS_KEYS if end == name or upto.endswith(end)), key=len, default="")
    if name == "presence_code":  # nowhere kept
        return poster_code(rows[Session].pk, rows[Session].poster_since)
    found = ADDRESS_KEYS[special] if special else KEYS.get(name)
    assert found, f"tests.house.keys does not say which model's row <{name}> in {address} names"
    model, column = found
    assert model in rows, f"tests.house.rows.make_rows makes no {model.__name__}"
    return getattr(rows[model], column)


def key_named(name: str) -> tuple[type[Model], str] | None:
    """The model and column that a parameter or a field of a body asks for by a key; None if it is no key."""
    for bare in (name, name.removesuffix("_id"), name.removesuffix("s"), name.removesuffix("_ids")):
        if bare in KEYS:
            return KEYS[bare]
    return None
