"""Exact amounts: whole numbers and fractions, read from what a person writes and written back as such."""

import re
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import PlainSerializer, PlainValidator, WithJsonSchema

from .words import Part

Number = int | Fraction
LARGEST = 1_000_000
WRITTEN = r"^[0-9]{1,40}(\.[0-9]{1,40}|/[0-9]{1,40})?$"
"""An amount as text. No exponents: "1e-3000000" is short to write, and has millions of digits."""


def exact(value: Fraction | int) -> Number:
    """The same amount, as a whole number where it is one."""
    return value.numerator if isinstance(value, Fraction) and value.denominator == 1 else value


def read_amount(value: object) -> Number:
    """A number, "12.5" or "1/3" as an exact amount from 0 to a million.

    A decimal fraction from JSON is taken as it was written there, not as its binary neighbour.
    """
    try:
        found = exact(_fraction(value))
    except (ValueError, ZeroDivisionError, OverflowError):
        raise ValueError('must be a number, such as 12, 12.5 or "1/3"') from None
    if not 0 <= found <= LARGEST:
        raise ValueError(f"must be between 0 and {LARGEST}")
    return found


def _fraction(value: object) -> Fraction:
    if isinstance(value, bool) or not isinstance(value, int | float | Fraction | str):
        raise ValueError
    if isinstance(value, str) and not re.fullmatch(WRITTEN, value):
        raise ValueError
    return Fraction(Decimal(repr(value))) if isinstance(value, float) else Fraction(value)


def written(value: Number) -> Any:
    """As JSON: a number where it can be written as one without loss, otherwise "1/3"."""
    if isinstance(value, int):
        return value
    decimal = float(value)  # only printed: whoever reads it back takes the digits, not the binary number
    digits = repr(decimal)
    short = "e" not in digits and Fraction(Decimal(digits)) == value
    return decimal if short else f"{value.numerator}/{value.denominator}"


Amount = Annotated[
    Number,
    PlainValidator(read_amount),
    PlainSerializer(written),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "number", "minimum": 0, "maximum": LARGEST},
                {"type": "string", "pattern": WRITTEN},
            ],
            "description": '12, 12.5 or "1/3": read exactly, never as a binary float',
        }
    ),
]

Direction = Literal["up", "down", "nearest"]


class Rounding(Part):
    """To multiples of a step, given in credits (`to`) or in minutes (`to_minutes`).

    "nearest" takes the upper one of two that are equally near. One of the two steps is given.
    """

    to: Amount | None = None
    to_minutes: Amount | None = None
    direction: Direction


def rounded(value: Number, step: Number, direction: Direction) -> Number:
    """`value` as a multiple of `step`, exactly."""
    if direction == "nearest":
        return exact((2 * value + step) // (2 * step) * step)
    return exact(value // step * step if direction == "down" else -(-value // step) * step)
