"""What was issued with a number, as PDF: a certificate of one page, or a transcript over as many as it takes."""

from __future__ import annotations

from datetime import date

from compliance.certificates.pictured import NO_PICTURES, Pictures
from compliance.certificates.render import render
from compliance.certificates.snapshot import Snapshot
from compliance.certificates.words import Pair
from compliance.transcripts.paper import draw
from compliance.transcripts.statement import Check, Line, Statement


def paper(snapshot: Snapshot, pictures: Pictures = NO_PICTURES) -> bytes:
    """The PDF of a snapshot, the same bytes each time. Raises ValueError as `render` does."""
    return draw(statement_in(snapshot)) if snapshot.kind == "transcript" else render(snapshot, pictures)


def statement_in(snapshot: Snapshot) -> Statement:
    """The statement that a snapshot of a transcript holds."""
    return Statement(
        bar=Pair(snapshot.bar_name_kk, snapshot.bar_name_ru),
        full_name=snapshot.full_name,
        licence_number=snapshot.licence_number,
        licence_date=snapshot.licence_date,
        first=None,
        last=None,
        narrowed=(),
        lines=tuple(
            Line(date.fromisoformat(day), Pair(what_kk, what_ru), Pair(kind_kk, kind_ru), format_, minutes, state)  # type: ignore[arg-type]
            for day, what_kk, what_ru, kind_kk, kind_ru, format_, minutes, state in snapshot.entries
        ),
        unit_minutes=snapshot.unit_minutes,
        made_on=date.fromisoformat(snapshot.issued_on),
        example=snapshot.example,
        check=Check(
            snapshot.serial, snapshot.code, snapshot.verify_url, snapshot.signatory_name,
            Pair(snapshot.signatory_title_kk, snapshot.signatory_title_ru),
        ),
    )  # fmt: skip
