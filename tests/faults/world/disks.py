"""A full disk: of the database, in the middle of a night's work; of the files, while papers are made and taken in.

What cannot be written fails as a whole and says so; what is there already stays; with room again the work goes on.
"""

from __future__ import annotations

import datetime as dt
import errno
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from zipfile import ZipFile

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection
from PIL import Image

from advocates.models import Advocate
from compliance.models import Job
from courses.models import Category, Claim, DeliveryFormat, Entry, Evidence, Session
from courses.services.claims import draft_claim
from tests.factories import make_user
from tests.faults import office
from tests.faults.world.credit import post_courses
from tests.faults.world.redis_gone import visitor
from tests.faults.world.scene import Scene, at, night, states, step_of
from tests.faults.world.servers import until

_HELD: Final = dt.date(2026, 1, 14)
_NEXT: Final = dt.date(2026, 2, 9)
"""Days on which courses are held: one without room, one with."""


@contextmanager
def full(folder: Path, *, left: int) -> Iterator[None]:
    """Nothing but ``left`` bytes can be written to the disk of the folder any more."""
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"\0" * 65536)
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise
        file.truncate(max(0, file.tell() - left))
    try:
        yield
    finally:
        ballast.unlink()


def database(scene: Scene) -> None:
    _forget_the_line()
    with scene.nursery() as workers:
        with full(scene.disk, left=100_000):
            ended = {name: step_of(workers, name, at(*hour)) for name, hour in
                     (("sweep", (1, 15)), ("cases", (2, 0)), ("plan", (2, 30)), ("certificates", (3, 0)))}  # fmt: skip
            scene.did(f"100 kB left; came to their end: {[name for name, well in ended.items() if well] or 'none'}")
            scene.expect("the night does not come to its end", not all(ended.values()))
            _credit_is_refused(scene)
        _up_again(scene)
        night(workers)
        for _look in range(3):
            step_of(workers, "sweep", at(3 + _look))
        step_of(workers, "send", at(9))
        step_of(workers, "certificates", at(10))
    scene.did("notices: " + ", ".join(f"{count} {state}" for state, count in sorted(states().items())))
    scene.expect("nothing waits any more", not states()["due"])
    post_courses(scene.office.national, _NEXT)
    scene.expect("credit is posted now", Entry.objects.filter(earned_on=_NEXT).exists())
    with scene.nursery() as workers:
        step_of(workers, "sweep", at(1, 15, day=_NEXT + dt.timedelta(days=1)))


def _forget_the_line() -> None:
    connection.close()


def _credit_is_refused(scene: Scene) -> None:
    """Posting fails as a whole for each session, or does not fail."""
    said = "posted after all"
    try:
        post_courses(scene.office.national, _HELD)
    except DatabaseError as error:
        said = str(error).splitlines()[0]
    scene.did(f"credit of a course was to be posted: {said}")
    _forget_the_line()


def _up_again(scene: Scene) -> None:
    """There is room again. A server that has given up is started again, as its supervisor does."""
    process = scene.postgres.process
    if process is not None and process.poll() is not None:
        scene.did("PostgreSQL had given up, and was started again")
        scene.postgres.start()
    until(scene.postgres.answers, "PostgreSQL, with room again")
    _forget_the_line()
    sessions = Session.objects.filter(starts_at__date=_HELD)
    wrong = [session.pk for session in sessions if session.state == "confirmed" and not _credited(session)]
    scene.expect("no session counts as confirmed whose credit is not there", not wrong)
    _unheld(sessions)


def _credited(session: Session) -> bool:
    return Entry.objects.filter(attendance__session=session).exists()


def _unheld(sessions: Any) -> None:
    """Sessions that were only begun are left out of what follows."""
    for session in sessions.exclude(state="confirmed"):
        session.attendances.all().delete()
        session.delete()


def files(scene: Scene) -> None:
    person = _uploader()
    with scene.nursery() as workers:
        night(workers)
        step_of(workers, "send", at(9))
        step_of(workers, "certificates", at(10))
        jobs = [office.ask_for_archive(scene.office, bar, at(11)) for bar in office.bars_of(scene.office, 3)]
        with full(scene.disk, left=12_000):
            ended = step_of(workers, "archive", at(11, 5))
            scene.did("12 kB left for files: an archive is to be made, a paper to be taken in")
            scene.expect("the archives are not made, and none counts as made",
                         not ended and not Job.objects.filter(state="done").exists())  # fmt: skip
            scene.expect("no half archive is where whole ones are", not list(_archives(scene).glob("*.zip")))
            answer = _upload(person)
            scene.expect(f"the paper is refused ({answer.status_code}: {_detail(answer)})", answer.status_code == 507)
            scene.expect(
                "no paper is recorded, and no half one kept", not Evidence.objects.exists() and not _kept(scene)
            )
        step_of(workers, "archive", at(11, 30))
        step_of(workers, "archive", at(11, 50))
    done = Job.objects.filter(state="done").count()
    scene.expect("with room again the archives are made", done == len(jobs))
    for job in jobs:
        with ZipFile(_archives(scene) / f"{job.pk}.zip") as archive:
            names = archive.namelist()
            scene.expect(f"archive of {len(names)} papers, whole", archive.testzip() is None and names)
    scene.expect("the paper is taken", _upload(person).status_code == 201)
    scene.expect("and kept", len(_kept(scene)) == 1)


def _archives(scene: Scene) -> Path:
    return scene.disk / "files" / "archives"


def _kept(scene: Scene) -> list[Path]:
    found = (scene.disk / "files").rglob("*")
    return [path for path in found if path.is_file() and _archives(scene) not in path.parents]


def _uploader() -> Claim:
    """A claim of somebody who has logged in."""
    person = Advocate.objects.order_by("pk").first()
    assert person
    person.user = make_user("uploader@mail.example.kz")
    person.save(update_fields=["user"])
    return draft_claim(
        person, by=person.user, now=at(8), title="An article", description="Issue 2",
        category=Category.objects.get(code="law"), format=DeliveryFormat.SELF_STUDY, minutes=90,
        earned_on=dt.date(2025, 12, 1),
    )  # fmt: skip


def _upload(claim: Claim) -> Any:
    web = visitor()
    web.force_login(claim.advocate.user, "django.contrib.auth.backends.ModelBackend")
    picture = io.BytesIO()
    Image.effect_noise((400, 400), 90).convert("RGB").save(picture, "JPEG")
    paper = SimpleUploadedFile("paper.jpg", picture.getvalue())
    return web.post(f"/api/v1/me/claims/{claim.pk}/evidence", {"file": paper, "no_identity_document": "true"})


def _detail(answer: Any) -> str:
    try:
        return str(json.loads(answer.content)["detail"])
    except (ValueError, KeyError):
        return answer.content.decode(errors="replace")[:80]
