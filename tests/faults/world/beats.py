"""Two beats at once, and two workers: each task of the schedule is given out twice, over and over. Nothing doubles."""

from __future__ import annotations

from collections import Counter
from typing import Final

from compliance.models import Notice, SweepRange, SweepRun
from tests.faults.world.scene import Scene, eventually, states
from tests.faults.world.servers import Worker, until

_NIGHTS: Final = 8
"""So many nightly sweeps have to have been begun."""


def two(scene: Scene) -> None:
    workers = [scene.worker() for _ in range(2)]
    beats = [
        scene.worker("beat", "-s", str(scene.folder / f"beat-{number}"), "-l", "info", app="tests.faults.world.hurried")
        for number in range(2)
    ]
    until(lambda: SweepRun.objects.count() >= _NIGHTS and states()["sent"], "nights by two beats", seconds=120)
    quiet = eventually(lambda: not Notice.objects.filter(state="due").exists(), seconds=120)
    for beat in beats:
        beat.stop()
    scene.redis.rest()
    unfinished = SweepRange.objects.filter(finished_at=None).count()
    sent = Counter(line.split("Sending due task ")[1].split(" ")[0] for line in _lines(beats))
    scene.did(f"{SweepRun.objects.count()} sweeps by two beats; told to look: {dict(sorted(sent.items()))}")
    scene.expect("every part of every sweep came to its end", not unfinished)
    scene.expect("both workers are well", all(worker.lives for worker in workers))
    scene.did("notices: " + ", ".join(f"{count} {state}" for state, count in sorted(states().items())))
    scene.expect("nothing waits any more", quiet is not None and not states()["due"])
    scene.expect("each letter went out once", set(scene.mail.received.values()) == {1})


def _lines(beats: list[Worker]) -> list[str]:
    return [line for beat in beats for line in beat.said.splitlines() if "Sending due task " in line]
