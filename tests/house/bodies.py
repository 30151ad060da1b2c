"""What is sent with a call so that it is served: made from its serializer, or written down here.

A new call that changes something is tried by test_tenancy with a body made up from the fields of its serializer. If
that body is refused, or something has to have happened first, say so in ``SENT``, by method and name of the route.
"""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework import serializers

from advocates.models import Advocate, Bar, Consent, RollFile, RollLine, User
from advocates.services.consents import withdraw_consent
from advocates.services.roll import read_received
from cle.core.clock import local_date, now
from compliance.models import Case, Certificate, Correction, Excuse, Job, Notice, Objection, Revocation
from compliance.queries.retention import due, rules
from compliance.services.certificates import signed_certificate
from compliance.services.certificates.batches import Batch, draft_batch
from compliance.services.erasing import words_about
from compliance.services.notices import draft_plan
from compliance.services.rulebooks import digest
from courses.models import Claim, Provider, Session
from courses.services.sessions import confirm_session
from tests.compliance.certified import held
from tests.compliance.leaving import leave
from tests.compliance.rows import addition_document
from tests.house.calls import Call
from tests.house.course_bodies import COURSE_CALLS
from tests.house.keys import key_named
from tests.house.page_bodies_compliance import COMPLIANCE_PAGES
from tests.house.page_bodies_courses import COURSE_PAGES
from tests.house.page_bodies_desk import DESK_CALLS
from tests.house.page_bodies_own import OWN_PAGES
from tests.house.page_bodies_papers import PAPER_PAGES
from tests.house.page_bodies_people import PEOPLE_PAGES
from tests.house.personal_bodies import PERSONAL_CALLS
from tests.house.rows import Rows

Body = Any


@dataclass(frozen=True)
class Sent:
    """``body`` of the rows that it may name; ``before`` makes these rows fit for the call; ``query`` parameters."""

    body: Callable[[Rows], Body] | None = None
    before: Callable[[Rows], object] | None = None
    query: Callable[[Rows], dict[str, Any]] | None = None
    served: int = 0
    """Another status than of the two hundreds, when that is all that the rows of ``make_rows`` can get; say why."""


def _today(rows: Rows) -> dt.date:
    return local_date(now(), rows[Bar].time_zone)


def _new_session(rows: Rows) -> Session:
    return Session.objects.filter(bar=rows[Bar]).latest("pk")


def _batch(rows: Rows) -> Body:
    session = _new_session(rows).pk
    draft = draft_batch(Batch(rows[Bar], session, None), _today(rows))
    return {"session": session, "digest": draft.digest, "count": draft.count}


def _still_stands(rows: Rows) -> None:
    """The certificate, and the credit that it is about."""
    Revocation.objects.filter(certificate=rows[Certificate]).delete()
    confirm_session(rows[Session], by=None, now=now())


def _plan(rows: Rows) -> Body:
    plan = draft_plan(rows[Bar], _today(rows))
    return {"digest": plan.digest, "count": len(plan.notices)}


def _addition(rows: Rows) -> Body:
    """To the rules of the bar above, from a day on which nothing else begins."""
    return addition_document("of-the-bar", dt.date(2036, 1, 1))


def _adoption(rows: Rows) -> Body:
    document = _addition(rows)
    return {"document": document, "digest": digest(document), "decision": "No. 7"}


def _in_days(days: int) -> str:
    return (now() + dt.timedelta(days)).isoformat()


def _job_of(kind: str) -> Callable[[Rows], object]:
    return lambda rows: Job.objects.filter(pk=rows[Job].pk).update(kind=kind)


def _readable(rows: Rows) -> None:
    """The roll is a file that can be read, previewed."""
    roll = RollFile.objects.filter(pk=rows[RollFile].pk)
    roll.update(content=b"name;licence\nOmarov Aidar;77", state="received", notes=[])
    read_received(roll.get())


def _applied(rows: Rows) -> None:
    """The roll was applied, and its open line still says something."""
    RollLine.objects.filter(pk=rows[RollLine].pk).update(changes={"phone": ["", "+7 701 000 00 01"]})
    RollFile.objects.filter(pk=rows[RollFile].pk).update(state="applied", applied_at=now())


def _on_paper(rows: Rows) -> Body:
    return {"version": "kz-example-1", "language": "kk", "advocate": rows[Advocate].pk, "document": "No. 17"}


def _old_roll(rows: Rows) -> None:
    RollFile.objects.filter(pk=rows[RollFile].pk).update(uploaded_at=now() - dt.timedelta(days=400))


def _due_rolls(rows: Rows) -> Body:
    before = rules()["roll-files"].before(_today(rows))
    return {"record": "roll-files", "count": due("roll-files", rows[Bar], before).count()}


def _former(rows: Rows) -> None:
    leave(rows[Advocate])
    Case.objects.filter(advocate=rows[Advocate]).update(state="closed")
    Claim.objects.filter(advocate=rows[Advocate]).update(state="rejected")
    answered = {"answered_at": now(), "answered_by": rows[User], "outcome": "refused", "answer": "no"}
    Objection.objects.filter(advocate=rows[Advocate]).update(**answered)
    Correction.objects.filter(advocate=rows[Advocate]).update(**answered)
    Excuse.objects.filter(advocate=rows[Advocate]).update(**answered)


def _issued_file(rows: Rows) -> Body:
    certificate = rows[Certificate]
    if certificate.sha256 not in _papers:
        _papers[certificate.sha256] = signed_certificate(certificate)
    return {"file": SimpleUploadedFile("paper.pdf", _papers[certificate.sha256], "application/pdf")}


_papers: dict[str, bytes] = {}
"""Drawn and signed once, whoever sends them."""


SENT: Final[Mapping[str, Sent]] = {
    "POST api:verify-file": Sent(_issued_file),
    "POST verify-file": Sent(_issued_file),
    **{call: Sent(body, before=before) for call, (body, before) in COURSE_CALLS.items()},
    **{call: Sent(body, before=before) for call, (body, before) in PERSONAL_CALLS.items()},
    **{call: Sent(body, before=before) for call, (body, before) in COMPLIANCE_PAGES.items()},
    **{call: Sent(*made) for call, made in PAPER_PAGES.items()},
    **{call: Sent(body, before=before) for call, (body, before) in OWN_PAGES.items()},
    **{call: Sent(body, before=before) for call, (body, before) in DESK_CALLS.items()},
    **{call: Sent(body, before=before) for call, (body, before) in PEOPLE_PAGES.items()},
    **{call: Sent(body, before=before) for call, (body, before) in COURSE_PAGES.items()},
    "POST api:rulebook-check": Sent(_addition),
    "POST api:rulebook-impact": Sent(lambda rows: {"document": _addition(rows)}),
    "POST api:rulebook-adopt": Sent(_adoption),
    "GET api:rulebook-impact-names": Sent(before=_job_of("rulebook-impact")),
    # Nobody has made the file; tests/api/test_bar_certificates asks for a real one.
    "GET api:certificates-archive-file": Sent(before=_job_of("certificates-archive"), served=404),
    # Whole rules of a bar below one with rules are set aside, so not in force; tests/api/test_rulebooks reads others.
    "GET api:rulebook": Sent(served=404),
    "POST api:own-consents": Sent(lambda rows: {"version": "kz-example-1"}),
    "POST api:paper-consent": Sent(_on_paper),
    "POST api:withdrawal-answer": Sent(
        before=lambda rows: withdraw_consent(rows[Consent], by=rows[User], now=now()),
        body=lambda rows: {"answer": "stopped"},
    ),
    "PUT api:operator": Sent(
        lambda rows: {"number": "990000000001", "responsible_name": "Ким", "responsible_contact": "+7 701"}
    ),
    "GET api:due-records": Sent(query=lambda rows: {"record": "notices"}),
    "POST api:erase-records": Sent(_due_rolls, before=_old_roll),
    "GET api:erasure": Sent(before=_former),
    "POST api:erasure": Sent(lambda rows: {"count": sum(words_about(rows[Advocate]).values())}, before=_former),
    "POST api:own-tokens": Sent(lambda rows: {"name": "program", "scopes": ["own"], "expires_at": _in_days(30)}),
    "POST api:bar-tokens": Sent(
        lambda rows: {"provider": rows[Provider].pk, "name": "program", "expires_at": _in_days(30)}
    ),
    "POST api:certificates-batch": Sent(_batch, before=lambda rows: held(rows[Bar], rows[Advocate])),
    "POST api:certificate-replace": Sent(before=_still_stands),
    "POST api:certificate-revoke": Sent(before=_still_stands),
    "POST api:notices-plan": Sent(_plan),
    "POST api:notices-hand-over": Sent(before=lambda rows: Notice.objects.update(text="written")),
    "POST api:roll-applied": Sent(before=_readable),
    "POST api:roll-line-decided": Sent(before=_applied),
    "POST api:sweeps": Sent(lambda rows: {"rebuild": True}),
    "POST api:case-steps": Sent(lambda rows: {"to_state": "excused", "reason": "illness", "document": "No. 7"}),
    "POST api:what-if": Sent(
        lambda rows: {"credits": [{"on": "2026-12-05", "category": "ethics", "format": "in_person", "minutes": 90}]}
    ),
}

KEYS_OF_ANY_BAR: Final[Mapping[tuple[str, str], str]] = {
    ("POST api:what-if", "category"): "no key of a row, but the word that the rules have for it",
}
"""Fields of a body, or parameters, that may name a row of another bar, and why: ("POST api:x", "session"): "…"."""


def sent_with(call: Call) -> Sent:
    return SENT.get(str(call), Sent())


def body_of(call: Call, rows: Rows) -> Body:
    """A body that names ``rows`` and that ought to be served to whoever may make the call."""
    if made := sent_with(call).body:
        return made(rows)
    serializer = call.body_serializer()
    return None if serializer is None else _made_up(serializer, "body", rows)


def query_of(call: Call, rows: Rows) -> dict[str, Any]:
    """The parameters without which the call is not served."""
    if made := sent_with(call).query:
        return made(rows)
    asked = parameters_of(call).items()
    return {name: _made_up(field, name, rows) for name, field in asked if field.required}


def parameters_of(call: Call) -> dict[str, Any]:
    """Fields of what can be asked behind the question mark: of the API's parameters, or of a page's filters."""
    if filters := getattr(call.view, "filters", None):
        return dict(filters.base_fields)
    asked = getattr(call.view, "parameters", None)
    return dict(asked().fields) if asked else {}


def strange_queries(call: Call, rows: Rows, strangers: Rows) -> Iterator[tuple[str, dict[str, Any]]]:
    """(parameter, query) with a key of another bar's row for each parameter that is a key."""
    for name in parameters_of(call):
        found = key_named(name)
        if found and found[0] in strangers:
            yield name, {**query_of(call, rows), name: getattr(strangers[found[0]], found[1])}


def strange_bodies(call: Call, rows: Rows, strangers: Rows) -> Iterator[tuple[str, Body]]:
    """(field, body) with a key of another bar's row in the place of each own one."""
    models = _models(call.body_serializer())
    for path in list(_paths(body_of(call, rows))):
        name = next(str(step) for step in reversed(path) if isinstance(step, str))
        found = (models[name], "pk") if name in models else key_named(name)
        if found and found[0] in strangers:
            yield name, _replaced(body_of(call, rows), path, getattr(strangers[found[0]], found[1]))


def _paths(body: Body, before: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to each plain value of a body."""
    steps = body.items() if isinstance(body, dict) else enumerate(body) if isinstance(body, list) else None
    if steps is None:
        if any(isinstance(step, str) for step in before):
            yield before
        return
    for step, inner in steps:
        yield from _paths(inner, (*before, step))


def _replaced(body: Body, path: tuple[Any, ...], value: Any) -> Body:
    changed = copy.deepcopy(body)
    here = changed
    for step in path[:-1]:
        here = here[step]
    here[path[-1]] = value
    return changed


def _models(serializer: Any) -> dict[str, Any]:
    """Names of fields that are looked up as keys, and in which model."""
    found: dict[str, Any] = {}
    for name, field in getattr(getattr(serializer, "child", serializer), "fields", {}).items():
        relation = getattr(field, "child_relation", field)
        if isinstance(relation, serializers.PrimaryKeyRelatedField) and relation.queryset is not None:
            found[name] = relation.queryset.model
        found.update(_models(field))
    return found


def _made_up(field: Any, name: str, rows: Rows) -> Any:
    """A value that a field takes: the smallest, the first, or the key of an own row."""
    if isinstance(field, serializers.BaseSerializer) and hasattr(field, "fields"):
        return {inner: _made_up(part, inner, rows) for inner, part in field.fields.items() if _is_given(part)}
    if isinstance(field, serializers.ListSerializer | serializers.ListField):
        return [_made_up(field.child, name, rows)]
    if isinstance(field, serializers.ManyRelatedField):
        return [_made_up(field.child_relation, name, rows)]
    if isinstance(field, serializers.PrimaryKeyRelatedField):
        return rows[field.queryset.model].pk
    if isinstance(field, serializers.ChoiceField):
        return next(iter(field.choices))
    if (found := key_named(name)) and found[0] in rows:
        return getattr(rows[found[0]], found[1])
    return _plain(field)


def _is_given(field: Any) -> bool:
    return not field.read_only and (field.required or bool(key_named(str(field.field_name))))


def _plain(field: Any) -> Any:
    values: list[tuple[type[Any], Any]] = [
        (serializers.BooleanField, True),
        (serializers.IntegerField, max(1, getattr(field, "min_value", None) or 1)),
        (serializers.DateTimeField, dt.datetime(2026, 3, 2, 5, tzinfo=dt.UTC).isoformat()),
        (serializers.DateField, "2026-03-02"),
        (serializers.EmailField, "somebody@mail.example.kz"),
        (serializers.SlugField, "ethics"),
        (serializers.FileField, SimpleUploadedFile("list.csv", b"name\nnobody\n", "text/csv")),
        (serializers.DictField, {}),
        (serializers.JSONField, {}),
        (serializers.CharField, "As decided on Monday"),
    ]
    return next((value for kind, value in values if isinstance(field, kind)), None)
