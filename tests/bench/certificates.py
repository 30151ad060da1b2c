"""Certificates per second on one processor, unsigned and signed, beside a reportlab page as it is usually written."""

from __future__ import annotations

import hashlib
import io
import multiprocessing
import statistics
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Final

import fontpkg
import segno
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from compliance.certificates import fonts, layout
from compliance.certificates.foot import QR_BOX
from compliance.certificates.page import compose
from compliance.certificates.render import render
from compliance.certificates.serials import verification_code
from compliance.certificates.snapshot import Snapshot
from compliance.signatures import SigningKey, sign, signing_key
from tests.compliance.certificates.samples import LONGEST, ORDINARY

ROUNDS: Final = 3
USUAL: Final = {fonts.SANS: ("PT Sans", 400), fonts.SERIF: ("PT Serif", 700)}


def run(people: int, *, say: Callable[[str], None]) -> dict[str, object]:
    """Rates are medians of three rounds that take turns; bytes are those of an average file.

    Each way of working has a process of its own: reportlab keeps one face under a name, whoever registered it.
    """
    spawn = multiprocessing.get_context("spawn")
    rates: dict[str, list[float]] = {name: [] for name in WORKS}
    sizes = dict.fromkeys(WORKS, 0)
    with ExitStack() as stack:
        processes = {name: stack.enter_context(ProcessPoolExecutor(1, mp_context=spawn)) for name in WORKS}
        for number in range(ROUNDS):
            for name, process in processes.items():
                count = people if name == "unsigned" else max(1, people // 10)  # fewer where each takes long
                rate, sizes[name] = process.submit(measured, name, count).result()
                rates[name].append(rate)
                say(f"round {number + 1}: {name} {rate:.0f} per second")
    middle = {name: statistics.median(found) for name, found in rates.items()}
    return {
        "certificates": people,
        **{f"{name}_per_s": round(rate, 1) for name, rate in middle.items()},
        "ratio_unsigned": round(middle["unsigned"] / middle["usual_page"], 2),
        "ratio_signed": round(middle["signed"] / middle["usual_page"], 2),
        **{f"{name}_bytes": size for name, size in sizes.items()},
        "longest_unsigned_bytes": len(render(LONGEST)),
    }


def measured(name: str, count: int) -> tuple[float, int]:
    """Files per second of processor time, and the bytes of one; what is done once per process is done before."""
    work = WORKS[name]
    work(LONGEST)
    snapshots = crowd(count)
    start, size = time.process_time(), 0
    for snapshot in snapshots:
        size += len(work(snapshot))
    return count / (time.process_time() - start), size // count


def crowd(size: int) -> list[Snapshot]:
    """Certificates of one course, each with another name, licence, number and code."""
    return [
        replace(
            ORDINARY,
            full_name=f"{ORDINARY.full_name} {'АӘБВГҒДЕЖЗИКҚЛМНҢОӨПРСТУҰҮФХ'[number % 28]}.",
            licence_number=f"{number:07d}",
            serial=f"KZ-75/2026/{number + 1:06d}",
            code=(code := verification_code(hashlib.sha256(str(number).encode()).digest())),
            verify_url=f"https://cle.example.kz/verify/{code}",
        )
        for number in range(size)
    ]


def usual_page(snapshot: Snapshot) -> bytes:
    """The same texts and square code, written as examples on the web do: whole fonts, a rectangle for each module."""
    _register_usual()
    out = io.BytesIO()
    canvas = Canvas(out, (layout.WIDTH, layout.HEIGHT))
    canvas.setTitle(snapshot.serial)
    for inset in (22, 29):
        canvas.rect(inset, inset, layout.WIDTH - 2 * inset, layout.HEIGHT - 2 * inset)
    for line in compose(snapshot).runs:
        canvas.setFont(f"Usual {line.style.font}", line.size)
        canvas.drawString(line.x, line.y, line.text)
    left, bottom, side = QR_BOX
    rows = segno.make(snapshot.verify_url, error="m").matrix
    module = side / len(rows)
    for down, row in enumerate(rows):
        for across, dark in enumerate(row):
            if dark:
                canvas.rect(
                    left + across * module, bottom + side - (down + 1) * module, module, module, stroke=0, fill=1
                )
    canvas.save()
    return out.getvalue()


@cache
def _register_usual() -> None:
    for name, (family, weight) in USUAL.items():
        pdfmetrics.registerFont(TTFont(f"Usual {name}", str(fontpkg.path(family, weight, "normal"))))


def signed(snapshot: Snapshot) -> bytes:
    return sign(render(snapshot), _key())


@cache
def _key() -> SigningKey:
    with tempfile.TemporaryDirectory() as folder:
        return signing_key(Path(folder), "KZ-75", "bench")


WORKS: Final[dict[str, Callable[[Snapshot], bytes]]] = {
    "usual_page": usual_page, "unsigned": render, "signed": signed,
}  # fmt: skip
