"""Certificates on the web: the paper itself for whom it concerns, and the public check for everybody."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import partial

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.formats import number_format
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from advocates.models import Bar, User
from cle.core.clock import local_date
from cle.core.errors import Text
from cle.core.throttle import throttled
from compliance.certificates.serials import normalise_code
from compliance.certificates.snapshot import Snapshot
from compliance.models import Certificate
from compliance.queries.certificates import find_by_code
from compliance.services.certificates import read_snapshot, render_certificate

CHECKS, PER_SECONDS = 60, 60
"""A hall full of people behind one address may check their certificates; a program that guesses codes may not."""

UNKNOWN = _("There is no certificate with this code. Compare it with the paper, letter by letter.")
BUSY = _("Too many checks from your network just now. Try again in a minute.")


@require_safe
@cache_control(private=True, no_store=True)
def certificate_pdf(request: HttpRequest, code: str) -> HttpResponse:
    """The paper, for the advocate whom it names and for staff who work for the advocate's bar; 404 for others."""
    user = request.user
    if not isinstance(user, User):
        raise Http404
    concerned = Q(advocate__user=user) | Q(advocate__bar__in=Bar.objects.open_to(user))
    certificate = get_object_or_404(Certificate.objects.filter(concerned), code=code)
    response = HttpResponse(render_certificate(certificate), content_type="application/pdf")
    file_name = f"{certificate.serial.replace('/', '-')}.pdf"
    response["Content-Disposition"] = content_disposition_header(False, file_name) or "inline"
    return response


@require_safe
def verify_form(request: HttpRequest) -> HttpResponse:
    """Where a code is typed in; leads to the code's own page."""
    typed = request.GET.get("code", "").strip()
    if not typed:
        return _page(request)
    try:
        return redirect("verify", normalise_code(typed))
    except ValueError:
        return _page(request, typed, UNKNOWN, status=404)


def _page(request: HttpRequest, typed: str = "", problem: Text = "", status: int = 200) -> HttpResponse:
    return render(request, "compliance/verify_form.html", {"typed": typed, "problem": problem}, status=status)


@require_safe
@cache_control(no_store=True)
@throttled(CHECKS, PER_SECONDS, partial(_page, problem=BUSY))
def verify(request: HttpRequest, code: str) -> HttpResponse:
    """Does this certificate stand, and what does it say: what is printed on it and nothing more about the person."""
    certificate = find_by_code(code)
    if certificate is None:
        response = _page(request, code, UNKNOWN, status=404)
    else:
        response = render(request, "compliance/verify.html", {"check": _check(certificate, get_language() or "kk")})
    response["X-Robots-Tag"] = "noindex"
    return response


@dataclass(frozen=True, slots=True)
class Check:
    """What the public check shows. Texts of the paper are (language, text) pairs, for it has no English."""

    name: str
    subject: list[tuple[str, str]]
    bar: list[tuple[str, str]]
    starts_on: dt.date
    ends_on: dt.date
    issued_on: dt.date
    hours: str
    minutes: int
    example: bool
    ended_on: dt.date | None
    newer: str


def _check(certificate: Certificate, language: str) -> Check:
    snapshot = read_snapshot(certificate)
    revocation = getattr(certificate, "revocation", None)
    newer = revocation.replaced_by if revocation else None
    return Check(
        name=snapshot.full_name,
        subject=_said(snapshot, "course_title", language),
        bar=_said(snapshot, "bar_name", language),
        starts_on=dt.date.fromisoformat(snapshot.starts_on),
        ends_on=dt.date.fromisoformat(snapshot.ends_on),
        issued_on=dt.date.fromisoformat(snapshot.issued_on),
        hours=_hours(snapshot),
        minutes=snapshot.minutes,
        example=snapshot.example,
        ended_on=local_date(revocation.at, certificate.bar.time_zone) if revocation else None,
        newer=normalise_code(newer.code) if newer else "",
    )


def _said(snapshot: Snapshot, field: str, language: str) -> list[tuple[str, str]]:
    """A text of the paper in the reader's language; in both of the paper's when it has not got that one."""
    languages = [language] if language in ("kk", "ru") else ["kk", "ru"]
    texts = {language: str(getattr(snapshot, f"{field}_{language}")) for language in languages}
    return [(language, text) for language, text in texts.items() if text]


def _hours(snapshot: Snapshot) -> str:
    """As printed: hours of the certificate's unit to two places, half up."""
    shown = (Decimal(snapshot.minutes) / snapshot.unit_minutes).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return str(number_format(f"{shown.normalize():f}"))
