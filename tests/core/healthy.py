"""A bar in which everything is as it should be, made by the services themselves. Everything is invented."""

from __future__ import annotations

import datetime as dt

from advocates.audit.sealing import seal_changes
from advocates.models import Advocate, Bar
from cle.core.clock import local_date, now
from compliance.models import EventKind, SweepRange
from compliance.services.cases import review_cases
from compliance.services.certificates import issue_for_session, replace_certificate
from compliance.services.certificates.issuing import issue_transcript
from compliance.services.jobs import start_job
from compliance.services.notices.ledger import note
from compliance.services.sweeps import start_sweep, sweep_range
from courses.services.claims import draft_claim
from courses.services.evidence import add_evidence
from courses.services.ledger import reverse_entry
from tests.compliance.certified import attended, held
from tests.compliance.rows import make_notice, ruled_bar
from tests.courses.files import document
from tests.factories import give_credit, make_advocate, make_bar, make_category, make_user

IIN = "900101300017"


def healthy_house() -> tuple[Bar, Advocate]:
    """The national bar and an advocate of a region: swept, certified, written to, with a case, a claim and a job."""
    moment = now()
    national = ruled_bar(code="KZ")
    region = make_bar("KZ-75", national)
    officer = make_user(bar=national)
    person = make_advocate(region, user=make_user(), national_id=IIN)
    _learn(person)
    other = make_advocate(region)
    replace_certificate(attended(other), by=officer, reason="misspelt", now=moment)
    issue_for_session(held(region, person, other), now=moment)
    issue_transcript(person, now=moment, by=officer)
    for part in SweepRange.objects.filter(run=start_sweep(national, local_date(moment, "Asia/Almaty"), now=moment)):
        sweep_range(part.pk, now=moment)
    review_cases(region, local_date(moment, "Asia/Almaty"), moment)
    sent = make_notice(person, state="sent", sent_at=moment, message_id="<1@cle.example.kz>", text="…")
    note([sent], EventKind.PLANNED, moment)
    note([sent], EventKind.ACCEPTED, moment)
    make_notice(other, due_at=moment + dt.timedelta(hours=1))
    start_job(region, "letters", {}, by=officer, now=moment)
    seal_changes(now=moment)
    return national, person


def _learn(person: Advocate) -> None:
    give_credit(person, 300, dt.date(2025, 5, 20))
    reverse_entry(give_credit(person, 45, dt.date(2025, 6, 20)), reason="posted by mistake", by=None)
    said = {"title": "Мастер-класс", "category": make_category(person.bar), "format": 1, "minutes": 60}
    claim = draft_claim(person, by=person.user, now=now(), earned_on=dt.date(2025, 7, 1), **said)
    add_evidence(claim, "proof.pdf", document(), by=person.user, now=now())
