"""``python -m tests.house.matrix``: who is served what, as one table; test_tenancy asserts every cell of it."""

from __future__ import annotations

import os
from collections.abc import Iterator


def lines() -> Iterator[str]:
    from tests.house.calls import CALLS
    from tests.house.cells import expected, places
    from tests.house.world import ACTORS

    yield "+ served   r may read and not change this (403)   . as if it were not there (404)   ? log in (401)"
    yield "> sent elsewhere (302)   x let in, but not with this body (400, 409)"
    yield "One sign per place: the asker's own rows, a colleague's, another bar's, …"
    yield ""
    for number, actor in enumerate(ACTORS, start=1):
        yield f"{number:>4} {actor.name}"
    yield ""
    width = max(len(f"{call.method:<6} /{call.address}") for call in CALLS)
    yield f"{'':<{width}}  " + " ".join(f"{number:<5}" for number in range(1, len(ACTORS) + 1)) + " places"
    for call in CALLS:
        cells = ["".join(expected(call, actor, place).sign for place in places(call)) for actor in ACTORS]
        row = " ".join(f"{cell:<5}" for cell in cells)
        yield f"{f'{call.method:<6} /{call.address}':<{width}}  {row} {', '.join(places(call))}"
    yield ""
    total = sum(len(places(call)) for call in CALLS) * len(ACTORS)
    yield f"{len(CALLS)} calls, {len(ACTORS)} kinds of askers, {total} cells"


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cle.settings")
    django.setup()
    print("\n".join(lines()))
