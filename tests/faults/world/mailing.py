"""A mail server that refuses, is not there, hangs up after it was given the message, or takes its time.

Each notice is sent, tried again later, or in sight of a person; no message is there twice but under one Message-ID.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.faults.world.scene import Scene, at, night, states, step_of
from tests.faults.year import Postman

if TYPE_CHECKING:
    from tests.faults.workers import Nursery

OK: Final = "250 OK"
_TICK: Final = dt.timedelta(minutes=21)
_DAYS: Final = 4
"""Eight attempts, the longest pause a day."""


@dataclass
class Moody(Postman):
    """``of_recipient`` and ``of_message``: what the server answers to the n-th; ``drops``: after which messages it
    hangs up without an answer; ``pause``: how long it takes for which."""

    of_recipient: Callable[[int], str] = lambda _number: OK
    of_message: Callable[[int], str] = lambda _number: OK
    drops: Callable[[int], bool] = lambda _number: False
    pause: Callable[[int], float] = lambda _number: 0.0
    host: str = "127.0.0.1"
    recipients: int = 0
    taken: int = 0
    answers: list[str] = field(default_factory=list)

    def controller(self) -> Controller:
        return Controller(self, hostname=self.host, port=self.port)

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.recipients += 1
        answer = self.of_recipient(self.recipients)
        if answer == OK:
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.taken += 1
        answer = self.of_message(self.taken)
        if not answer.startswith("250"):
            return answer
        await super().handle_DATA(server, session, envelope)
        await asyncio.sleep(self.pause(self.taken))
        if self.drops(self.taken):
            server.transport.abort()
        return answer


def received_by(scene: Scene, mail: Moody) -> None:
    """In place of the postman who takes everything."""
    scene.mail = mail
    controller: Any = mail.controller()
    controller.start()
    scene.closing.append(controller.stop)


def _sent_out(scene: Scene, workers: Nursery, begun: dt.datetime, *, days: int = _DAYS) -> dt.datetime:
    """Look after look, as the schedule does, and the officer decides on what is doubtful; until nothing waits."""
    from random import Random

    from compliance.models import Notice, NoticeState
    from tests.faults import office

    moment, chance = begun, Random(1)
    while moment < begun + dt.timedelta(days=days):
        step_of(workers, "send", moment)
        office.settle_doubts(scene.office, scene.mail.received, moment, chance)
        waiting = Notice.objects.filter(state=NoticeState.DUE).order_by("due_at").first()
        if waiting is None:
            break
        moment = max(moment + _TICK, waiting.due_at)
    return moment


def _all_in_sight(scene: Scene) -> None:
    found = states()
    scene.did("notices: " + ", ".join(f"{count} {state}" for state, count in sorted(found.items())))
    scene.expect("nothing waits any more without somebody seeing it", not found["due"] and not found["uncertain"])


def refusing(scene: Scene) -> None:
    """Every third recipient is unknown, every fifth is put off, every seventh message is too much for today."""

    def of_recipient(number: int) -> str:
        return "550 no such user" if number % 3 == 0 else "451 come again" if number % 5 == 0 else OK

    received_by(scene, Moody(of_recipient=of_recipient, of_message=lambda n: "421 too much" if n % 7 == 0 else OK))
    with scene.nursery() as workers:
        night(workers)
        scene.did(f"{sum(states().values())} notices planned; the server refuses (550), puts off (451), hangs up (421)")
        _sent_out(scene, workers, at(9))
    _all_in_sight(scene)
    found = states()
    scene.expect("what the law asks for went on paper where there is no such recipient", found["to_print"])
    scene.expect("what was only put off was sent in the end", found["sent"])


def unreachable(scene: Scene) -> None:
    """Nobody listens for hours, then the server is there."""
    from compliance.models import Notice
    from tests.plugins.services import free_port

    closed = str(free_port())
    with scene.nursery(SMTP_PORT=closed) as workers:
        night(workers)
        tries = [step_of(workers, "send", at(9, 3 * minute)) for minute in range(3)]
        scene.expect("each look says that nobody is there", not any(tries))
    waiting = states()
    scene.expect("no notice has lost an attempt", not Notice.objects.filter(attempts__gt=0).exists())
    scene.expect("all of them wait", 0 < waiting["due"] == sum(waiting.values()) - waiting["to_print"])
    with scene.nursery() as workers:
        scene.did(f"{waiting['due']} wait; the server is there from noon")
        _sent_out(scene, workers, at(12), days=1)
    _all_in_sight(scene)


def dropping(scene: Scene) -> None:
    """Takes every fourth message, and hangs up before it says so."""
    from compliance.models import NoticeEvent

    mail = Moody(drops=lambda number: number % 4 == 0)
    received_by(scene, mail)
    with scene.nursery() as workers:
        night(workers)
        step_of(workers, "send", at(9))
        doubtful = states()["uncertain"]
        scene.did(f"{mail.taken} messages taken, of which {doubtful} without an answer")
        scene.expect("whatever was not answered is listed for a person", doubtful == mail.taken // 4 > 0)
        _sent_out(scene, workers, at(9, 21))
    doubled = sum(count - 1 for count in mail.received.values())
    listed = NoticeEvent.objects.filter(kind="uncertain").values("notice").distinct().count()
    scene.did(f"{listed} were listed, {doubled} of them sent twice by a person's word, under one Message-ID")
    scene.expect("more than were listed are not doubled", doubled <= listed)
    _all_in_sight(scene)


def slow(scene: Scene) -> None:
    """Answers after two seconds, and two times after longer than anybody waits (30 s)."""
    mail = Moody(pause=lambda number: 33.0 if number in (3, 6) else 2.0 if number < 12 else 0.0)
    received_by(scene, mail)
    with scene.nursery() as workers:
        night(workers)
        step_of(workers, "send", at(9))
        doubtful = states()["uncertain"]
        scene.expect("both that were never answered are listed for a person, the rest is sent", doubtful == 2)
        _sent_out(scene, workers, at(9, 21))
    _all_in_sight(scene)
