"""Credits in words: for each, what counted and what did not, and by which clause."""

from collections.abc import Iterator, Sequence

from ..explain import Explained, Portion
from ..naming import category_name
from .voice import Voice


def credit_lines(credits: Sequence[Explained], voice: Voice) -> Iterator[str]:
    """One line for each credit, oldest first."""
    if credits:
        yield voice("credits")
    for each in credits:
        if each.portions:
            portions = "; ".join(portion_text(portion, voice) for portion in each.portions)
            yield "  " + voice("credit", day=voice.day(each.credit.day), what=_what(each, voice),
                               amount=voice.amount(each.worth), portions=portions)  # fmt: skip


def portion_text(portion: Portion, voice: Voice) -> str:
    """One fate of a credit, with its clause."""
    lines = ", ".join(voice.line(code) for code in portion.counts_for)
    text = voice(f"why.{portion.reason}", amount=voice.amount(portion.minutes), lines=lines)
    return f"{text}{voice.source(portion.clause)}"


def _what(each: Explained, voice: Voice) -> str:
    name = category_name(voice.rulebook, each.credit.category)
    subject = name.said(voice.language) if name else each.credit.category
    form = voice.formats.get(each.credit.format, each.credit.format)
    return ", ".join(part for part in (subject, form, each.credit.course) if part)
