"""The benches are run by hand: that what they make and ask for is still right shows here, on a small scale."""

from __future__ import annotations

from itertools import islice

import pypdfium2
import pytest
from django.test import Client

from compliance.certificates.render import render
from tests.bench.api import mix, named
from tests.bench.certificates import WORKS, crowd, measured
from tests.bench.notices import measure, prepare
from tests.bench.population import populate
from tests.bench.sink import running
from tests.bench.sweep import sweep


@pytest.mark.django_db
def test_what_the_benches_ask_for_is_there() -> None:
    bar = populate(200)
    named()
    sweep(bar)
    asks = list(islice(mix(bar), 40))
    answers = [Client(headers=ask.headers).get(ask.path) for ask in asks]
    assert [answer.status_code for answer in answers] == [200] * len(asks)
    found = {ask.kind for ask, answer in zip(asks, answers, strict=True) if answer.json()["results"]}
    assert found == {"transcript", "standing", "search", "catalogue"}


@pytest.mark.django_db
def test_the_bench_of_notices_sends_what_it_plans() -> None:
    with running() as port:
        found = measure(prepare(9), port)
    assert found["notices"] == 3


def test_the_page_as_usually_written_says_what_ours_does() -> None:
    """Our pages are measured against it: it must not be quicker, or slower, for saying something else."""
    (snapshot,) = crowd(1)
    texts = [pypdfium2.PdfDocument(work(snapshot))[0].get_textpage().get_text_range() for work in WORKS.values()]
    assert len({"".join(text.split()) for text in texts}) == 1
    assert render(snapshot) != WORKS["signed"](snapshot)
    rate, size = measured("unsigned", 3)
    assert (rate > 0, size) == (True, sum(len(render(each)) for each in crowd(3)) // 3)
