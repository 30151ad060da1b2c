"""Model fields whose values stand sealed in the database and show themselves to nobody by accident."""

from __future__ import annotations

import hmac
from typing import Any, Final

from django.core.exceptions import FieldError
from django.db import models
from django.db.models.lookups import Lookup
from django.db.models.query_utils import DeferredAttribute

from cle.core.sealing import DIGEST, box

MASK: Final = "•••"


class Sealed:
    """A value as the column holds it. Its text is a mask; whoever needs it asks by ``bytes`` or ``reveal``."""

    __slots__ = ("column", "place", "skipped")

    def __init__(self, column: bytes, place: str, skipped: int) -> None:
        self.column, self.place, self.skipped = column, place, skipped

    def __bytes__(self) -> bytes:
        """Raises UnsealingError when the key is missing or the value was altered."""
        return box().open(self.column[self.skipped :], self.place) if self.column else b""

    def reveal(self) -> str:
        return bytes(self).decode()

    def __bool__(self) -> bool:
        return bool(self.column)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sealed) and hmac.compare_digest(bytes(self), bytes(other))

    __hash__ = None  # type: ignore[assignment]

    def __str__(self) -> str:
        return MASK if self else ""

    def __repr__(self) -> str:
        return f"<{self.place}: {self or 'empty'}>"


class _SealedAttribute(DeferredAttribute):
    """Seals what is assigned, so that no instance holds the value in the open."""

    field: SealedField

    def __set__(self, instance: models.Model, value: Any) -> None:
        instance.__dict__[self.field.attname] = self.field.to_python(value)


class SealedField(models.Field):  # type: ignore[type-arg]
    """Bytes, sealed. ``place`` names the column for ever: it is bound into what is sealed."""

    descriptor_class = _SealedAttribute
    skipped = 0
    empty_values = [None, "", b""]

    def __init__(self, *args: Any, place: str, **kwargs: Any) -> None:
        self.place = place
        kwargs.setdefault("editable", False)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "place": self.place, "editable": self.editable}

    def db_type(self, connection: Any) -> str:
        return "bytea"

    def to_python(self, value: Any) -> Any:
        if value is None or isinstance(value, Sealed) or hasattr(value, "resolve_expression"):
            return value
        plain = value.encode() if isinstance(value, str) else bytes(value)
        return Sealed(self.sealed(plain) if plain else b"", self.place, self.skipped)

    def sealed(self, plain: bytes) -> bytes:
        """What the column holds for a value that is not empty."""
        return box().seal(plain, self.place)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Sealed | None:
        return None if value is None else Sealed(bytes(value), self.place, self.skipped)

    def get_prep_value(self, value: Any) -> Any:
        found = self.to_python(super().get_prep_value(value))
        return found.column if isinstance(found, Sealed) else found

    def get_lookup(self, lookup_name: str) -> Any:
        """Empty or not; no look-up would find an encrypted value: asking for one is an error of the program."""
        return {"exact": _Same, "isnull": super().get_lookup("isnull")}.get(lookup_name)

    def value_to_string(self, obj: Any) -> str:
        return str(self.value_from_object(obj))


class SealedTextField(SealedField):
    """A short text, sealed behind a keyed digest of it, by which equal values are found and kept unique."""

    skipped = DIGEST

    def sealed(self, plain: bytes) -> bytes:
        return box().digests(plain, self.place)[0] + super().sealed(plain)


class DigestOf(models.Func):
    """The digest of a sealed text: two of one place are equal when the texts are."""

    function = "substring"
    template = f"%(function)s(%(expressions)s from 1 for {DIGEST})"
    output_field = models.BinaryField()


class _Same(Lookup):
    """Empty, or the very text, under whichever key it was sealed."""

    lookup_name = "exact"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        lhs, params = self.process_lhs(compiler, connection)
        plain = self.rhs.encode() if isinstance(self.rhs, str) else bytes(self.rhs)
        if not plain:
            return f"{lhs} = %s", [*params, b""]
        if not self.lhs.output_field.skipped:
            raise FieldError(f"{self.lhs.output_field.place} has no digest to be found by")
        digests = box().digests(plain, self.lhs.output_field.place)
        places = ", ".join(["%s"] * len(digests))
        return f"substring({lhs} from 1 for {DIGEST}) IN ({places})", [*params, *digests]
