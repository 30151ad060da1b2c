"""The pages of the proof: to whom, how and when, every row of the ledger, the sums, and the words as they were."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from reportlab.platypus import Paragraph, Spacer

from compliance.certificates import fonts
from compliance.certificates.words import Pair
from compliance.reports.columns import COLUMN, GUTTER, HEAD, MARGIN, PLAIN, SMALL, TITLE, pair, paper, printable
from compliance.reports.service import words
from compliance.reports.service.proof import Happened, Proof, Sum


def draw(proof: Proof) -> bytes:
    def frame(canvas: Any) -> None:
        canvas.setFont(fonts.SANS, 8)
        for place, said in zip((MARGIN, MARGIN + COLUMN + GUTTER), words.PAGE, strict=True):
            canvas.drawString(place, MARGIN - 18, f"{proof.number} · {said % {'page': canvas.getPageNumber()}}")

    return paper(words.TITLE, " / ".join(proof.bar), _story(proof), frame)


def _story(proof: Proof) -> Iterator[Any]:
    yield pair(proof.bar, HEAD)
    yield Spacer(1, 8)
    yield pair(words.HEAD, TITLE)
    yield pair(words.LEAD, SMALL)
    yield Spacer(1, 8)
    yield from map(pair, _particulars(proof))
    yield pair(words.LIMIT, SMALL)
    yield from _heading(words.TIMELINE)
    for happened in proof.events:
        yield from _happened(happened)
    if proof.sums:
        yield from _heading(words.SUMS)
        for each in proof.sums:
            yield from _sum(each)
    yield from _heading(words.CONTENT)
    yield from _content(proof)
    yield Spacer(1, 10)
    yield pair(_filled(words.MADE, f"{proof.made_at} ({proof.zone})"), SMALL)


def _particulars(proof: Proof) -> Iterator[Pair]:
    who = [f"{proof.advocate}, {licence}" if licence else proof.advocate for licence in proof.licence]
    yield _both(words.TO, Pair(*who))
    for said, value in ((words.ABOUT, proof.stage), (words.STATE, proof.state), (words.CHANNEL, proof.channel)):
        yield _both(said, value)
    known = ((words.ADDRESS, proof.address), (words.MESSAGE, proof.message_id), (words.SENT, proof.sent),
             (words.HANDED, proof.handed_over))  # fmt: skip
    yield from (_filled(said, text) for said, text in known if text)
    yield _filled(words.OPENED, proof.opened) if proof.opened else words.NOT_OPENED


def _happened(happened: Happened) -> Iterator[Any]:
    parts = zip(happened.what, happened.channel, happened.source, strict=True)
    yield pair(Pair(*(f"{happened.at} · {what} · {channel} · {source}" for what, channel, source in parts)))
    more = " · ".join(part for part in (happened.code, happened.number) if part)
    if more:
        yield pair(Pair(more, more), SMALL)
    if happened.by:
        yield pair(_filled(words.BY, happened.by), SMALL)


def _sum(each: Sum) -> Iterator[Any]:
    said = zip(words.SUM_OF[each.of], words.SAME if each.same else words.OTHER, strict=True)
    yield pair(Pair(*(f"{name}: {compared}" for name, compared in said)))
    yield Paragraph(each.digest, SMALL)


def _content(proof: Proof) -> Iterator[Any]:
    if not proof.text:
        yield pair(words.GONE)
        return
    yield Paragraph(printable(proof.subject), HEAD)
    yield from (Paragraph(printable(line), PLAIN) for line in proof.text.splitlines() if line.strip())


def _heading(said: Pair) -> Iterator[Any]:
    yield Spacer(1, 10)
    yield pair(said, HEAD)


def _filled(said: Pair, value: str) -> Pair:
    return _both(said, Pair(value, value))


def _both(said: Pair, value: Pair) -> Pair:
    texts: Mapping[str, str] = value._asdict()
    return Pair(said.kk % {"value": texts["kk"]}, said.ru % {"value": texts["ru"]})
