"""The pages: Kazakh on the left, Russian on the right, letters of one size (Law No. 151 on languages, Art. 21)."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator, Mapping
from typing import Any, Final
from unicodedata import normalize
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import CondPageBreak, KeepTogether, Paragraph, SimpleDocTemplate, Spacer, Table

from compliance.certificates import fonts
from compliance.certificates.setting import unbroken
from compliance.certificates.words import Pair, duration
from compliance.reports.petition import words
from compliance.reports.petition.pack import Credit, Pack, Told

MARGIN: Final = 48
WIDTH: Final = A4[0] - 2 * MARGIN
GUTTER: Final = 16
PADDING: Final = 6
"""What a frame of reportlab leaves free at its edges."""
COLUMN: Final = (WIDTH - GUTTER) / 2
SIZE: Final = 9.5
PLAIN: Final = ParagraphStyle("plain", fontName=fonts.SANS, fontSize=SIZE, leading=12.5, splitLongWords=1)
HEAD: Final = ParagraphStyle("head", PLAIN, fontName=fonts.SERIF, fontSize=SIZE, leading=12.5)
TITLE: Final = ParagraphStyle("title", HEAD, fontSize=11.5, leading=14.5)
SMALL: Final = ParagraphStyle("small", PLAIN, fontSize=8, leading=10.5, textColor=HexColor(0x444444))


CELLS: Final = (
    ("FONT", fonts.SANS), ("VALIGN", "TOP"), ("LEFTPADDING", 0), ("RIGHTPADDING", 0), ("TOPPADDING", 1.5),
    ("BOTTOMPADDING", 1.5),
)  # fmt: skip


def draw(pack: Pack) -> bytes:
    """The paper, the same bytes each time for the same values. A character that the faces lack is named by its code."""
    fonts.register()
    page = io.BytesIO()
    document: Any = SimpleDocTemplate(
        page, pagesize=A4, leftMargin=MARGIN - PADDING, rightMargin=MARGIN - PADDING, topMargin=MARGIN + 14,
        bottomMargin=MARGIN,
        invariant=1, lang="kk", title=" / ".join(words.CASE if pack.whole else words.TITLE),
        author=" / ".join(pack.bar), initialFontName=fonts.SANS,
    )  # fmt: skip

    def frame(canvas: Any, _document: Any) -> None:
        _head_and_foot(canvas, pack)

    with fonts.alone():
        document.build(list(_story(pack)), onFirstPage=frame, onLaterPages=frame, canvasmaker=_canvas)
    return page.getvalue()


def _canvas(*given: Any, **named: Any) -> Any:
    """Without the face that reportlab starts with, which would stand in each file and be embedded in none."""
    make: Any = Canvas
    return make(*given, **{**named, "initialFontName": fonts.SANS, "pageCompression": 1})


def _head_and_foot(canvas: Any, pack: Pack) -> None:
    canvas.setFont(fonts.SERIF, 11)
    draft = words.CASE_HEAD if pack.whole else words.UNRECORDED if pack.preview else words.DRAFT
    canvas.drawString(MARGIN, A4[1] - MARGIN + 8, draft.kk)
    canvas.drawString(MARGIN + COLUMN + GUTTER, A4[1] - MARGIN + 8, draft.ru)
    canvas.setFont(fonts.SANS, 8)
    numbered = {"page": canvas.getPageNumber()}
    canvas.drawString(MARGIN, MARGIN - 18, f"{pack.number} · {words.PAGE.kk % numbered}")
    canvas.drawString(MARGIN + COLUMN + GUTTER, MARGIN - 18, f"{pack.number} · {words.PAGE.ru % numbered}")


def _story(pack: Pack) -> Iterator[Any]:
    yield from _case(pack) if pack.whole else _petition(pack)
    for part in (_figures, _rules, _ledger, _notices, _objections, _steps, _suspensions, _excuses):
        yield from part(pack)


def _case(pack: Pack) -> Iterator[Any]:
    if pack.example:
        yield _pair(words.EXAMPLE, HEAD)
    yield _pair(words.CASE_WARNING, SMALL)
    yield Spacer(1, 10)
    yield _pair(pack.bar, HEAD)
    yield _pair(words.CASE, TITLE)
    yield Spacer(1, 10)
    yield from _about(pack)
    yield _pair(_both(words.STATE, {"value": pack.state}), HEAD)
    if pack.term_ends_on:
        yield _pair(_filled(words.UNTIL, {"value": _day(pack.term_ends_on)}))
    yield _pair(_filled(words.PREPARED, {"day": _day(pack.prepared_on)}), SMALL)


def _petition(pack: Pack) -> Iterator[Any]:
    if pack.example:
        yield _pair(words.EXAMPLE, HEAD)
    yield _pair(words.WARNING, SMALL)
    if pack.preview:
        yield _pair(_filled(words.PREVIEW, {"from": _day(pack.petition_from)}), SMALL)
    yield Spacer(1, 10)
    yield _pair(pack.bar, HEAD)
    yield _pair(words.NUMBER)
    yield _pair(words.TO)
    yield Spacer(1, 12)
    yield _pair(words.TITLE, TITLE)
    yield Spacer(1, 10)
    yield from _about(pack)
    yield from map(_pair, (words.LAW, words.REASONS, words.ASKED, words.DECISION, words.COMPARED, words.SIGNED))
    yield _pair(_filled(words.PREPARED, {"day": _day(pack.prepared_on)}), SMALL)
    yield Spacer(1, 10)
    parts = [_filled(part, {"months": pack.months}) for part in words.PARTS]
    yield KeepTogether([_pair(words.ENCLOSED, HEAD), *map(_pair, parts)])
    yield CondPageBreak(A4[1] * 0.6)  # a page of its own, unless the list above has just begun one
    yield Spacer(1, 14)
    yield _pair(words.ATTACHED, TITLE)


def _about(pack: Pack) -> Iterator[Any]:
    """Who is short of how much, and the days that count."""
    missing = duration(pack.missing, pack.unit_minutes)
    said = {"advocate": pack.advocate, "start": _day(pack.period_start), "end": _day(pack.period_end)}
    yield _pair(_both(words.SHORTAGE, {name: Pair(text, text) for name, text in said.items()}, missing=missing,
                      licence=_known(pack.licence)))  # fmt: skip
    yield _pair(_filled(words.DATES, {"due": _day(pack.due_on), "grace": _day(pack.grace_ends_on),
                                      "from": _day(pack.petition_from),
                                      "days": (pack.grace_ends_on - pack.due_on).days}))  # fmt: skip


def _known(licence: Pair) -> Pair:
    return licence if any(licence) else Pair(f"лицензия № {words.BLANK}", f"лицензия № {words.BLANK}")


def _figures(pack: Pack) -> Iterator[Any]:
    yield from _heading(words.FIGURES)
    for figure in pack.figures:
        amounts = {
            name: duration(getattr(figure, name), pack.unit_minutes) for name in ("required", "counted", "missing")
        }
        yield _pair(_both(words.FIGURE, amounts, name=figure.name))


def _rules(pack: Pack) -> Iterator[Any]:
    yield from _heading(words.RULES)
    yield _pair(pack.rules)
    for ground in pack.grounds:
        yield _pair(Pair(ground.source, ground.source), HEAD)
        if any(ground.text):
            yield _pair(ground.text)
        if ground.url:
            yield Paragraph(_xml(ground.url), SMALL)
        if ground.read_on:
            yield _pair(_filled(words.READ_ON, {"day": _day(ground.read_on)}), SMALL)


def _ledger(pack: Pack) -> Iterator[Any]:
    yield from _heading(words.LEDGER)
    if not pack.credits:
        yield _pair(words.NO_CREDIT)
        return
    for credit in pack.credits:
        yield _pair(_credit(credit, pack.unit_minutes))
    yield _pair(
        _both(words.SUM, {}, sum=_signed(sum(credit.minutes for credit in pack.credits), pack.unit_minutes)), HEAD
    )


def _credit(credit: Credit, unit_minutes: int) -> Pair:
    amount = _signed(credit.minutes, unit_minutes)
    said = [
        f"{_day(credit.day)} · {what} · {category} · {much}"
        for what, category, much in zip(credit.what, credit.category, amount, strict=True)
    ]
    return Pair(*said)


def _signed(minutes: int, unit_minutes: int) -> Pair:
    amount = duration(abs(minutes), unit_minutes)
    return amount if minutes >= 0 else Pair(f"−{amount.kk}", f"−{amount.ru}")


def _notices(pack: Pack) -> Iterator[Any]:
    yield from _heading(words.NOTICES)
    if not pack.told:
        yield _pair(words.NO_NOTICE)
    for told in pack.told:
        parts = zip(told.stage, told.channel, told.state, strict=True)
        yield _pair(Pair(*(f"{told.at}: {stage} · {channel} · {state}" for stage, channel, state in parts)), HEAD)
        yield from (_pair(proof) for proof in _proofs(told))
        if told.text:
            yield _pair(words.WORDS, SMALL)
            yield Paragraph(_xml(told.subject), HEAD)
            yield from (Paragraph(_xml(line), PLAIN) for line in told.text.splitlines() if line.strip())
            yield Spacer(1, 6)


def _proofs(told: Told) -> Iterator[Pair]:
    proofs = ((words.ADDRESS, told.address), (words.MESSAGE, told.message_id), (words.HANDED, told.handed_over),
              (words.OPENED, told.opened))  # fmt: skip
    return (_filled(said, {"value": value}) for said, value in proofs if value)


def _objections(pack: Pack) -> Iterator[Any]:
    yield from _heading(words.OBJECTIONS)
    if not pack.objections:
        yield _pair(words.NO_OBJECTION)
    for each in pack.objections:
        yield Paragraph(_xml(f"{each.at}: {each.text}"), PLAIN)
        if not each.answered:
            yield _pair(words.WAITING, HEAD)
            continue
        answered = _filled(words.ANSWERED, {"value": each.answered})
        yield _pair(Pair(f"{answered.kk} {each.outcome.kk}", f"{answered.ru} {each.outcome.ru}"), HEAD)
        yield Paragraph(_xml(each.answer), PLAIN)


def _steps(pack: Pack) -> Iterator[Any]:
    yield from _heading(words.STEPS)
    for step in pack.steps:
        by = Pair(step.by, step.by) if step.by else words.SYSTEM
        yield _pair(Pair(*(f"{step.at}: {state} · {who}" for state, who in zip(step.state, by, strict=True))))
        for said, value in ((words.DAY, step.day), (words.UNTIL, step.until), (words.REASON, step.reason),
                            (words.DOCUMENT, step.document)):  # fmt: skip
            if value:
                yield _pair(_filled(said, {"value": value}), SMALL)


def _suspensions(pack: Pack) -> Iterator[Any]:
    yield from _heading(_filled(words.SUSPENDED, {"months": pack.months}))
    said = Pair(", ".join(pack.suspensions), ", ".join(pack.suspensions)) if pack.suspensions else words.NONE
    yield _pair(said)


def _excuses(pack: Pack) -> Iterator[Any]:
    yield from _heading(words.EXCUSES)
    if not pack.excuses:
        yield _pair(words.NO_EXCUSE)
    for each in pack.excuses:
        yield _pair(Pair(*(f"{reason}, {each.days}" for reason in each.reason)), HEAD)
        yield Paragraph(_xml(each.text), PLAIN)
        yield _pair(_filled(words.DOCUMENT, {"value": each.document}), SMALL)
        yield _pair(_filled(words.NAMED, {"value": each.named}), SMALL)
        if not each.decided:
            yield _pair(words.WAITING, HEAD)
            continue
        decided = _filled(words.DECIDED, {"value": each.decided})
        yield _pair(Pair(f"{decided.kk} {each.outcome.kk}", f"{decided.ru} {each.outcome.ru}"))
        yield Paragraph(_xml(each.answer), PLAIN)
        if each.taken_back:
            yield _pair(_filled(words.TAKEN_BACK, {"value": each.taken_back}), HEAD)


def _heading(said: Pair) -> Iterator[Any]:
    yield Spacer(1, 10)
    yield _pair(said, HEAD)


def _pair(said: Pair, style: ParagraphStyle = PLAIN) -> Any:
    """One thing in both columns, side by side; long texts go on on the next page."""
    cells = [Paragraph(_xml(text), style) for text in said]
    table: Any = Table([[cells[0], "", cells[1]]], colWidths=[COLUMN, GUTTER, COLUMN], splitInRow=1)
    table.keepWithNext = style is HEAD or style is TITLE
    table.setStyle([(name, (0, 0), (-1, -1), value) for name, value in CELLS])
    return table


def _xml(text: str) -> str:
    whole = normalize("NFC", text)
    for char in fonts.missing(whole, fonts.SANS):
        whole = whole.replace(char, f"[U+{ord(char):04X}]")
    return escape(unbroken(whole)).replace("\n", "<br/>")


def _filled(said: Pair, values: Mapping[str, object]) -> Pair:
    return Pair(said.kk % values, said.ru % values)


def _both(said: Pair, values: Mapping[str, Pair], **more: Pair) -> Pair:
    """Each language's text with each language's values."""
    whole = {**values, **more}
    return Pair(
        said.kk % {name: pair.kk for name, pair in whole.items()},
        said.ru % {name: pair.ru for name, pair in whole.items()},
    )


def _day(day: dt.date) -> str:
    return f"{day:%d.%m.%Y}"
