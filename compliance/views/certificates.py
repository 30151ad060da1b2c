"""Certificates on the web: the paper itself for whom it concerns, and the public check for everybody."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from advocates.access import Action, roles_for
from advocates.models import Bar, FilePart, User
from advocates.services.reads import record_read
from cle.core.errors import Text
from cle.core.throttle import throttled
from compliance.certificates.serials import normalise_code
from compliance.models import Certificate
from compliance.queries.certificates import find_by_code
from compliance.services.certificates import ERASED, Finding, check_of, examine, file_name, signed_certificate
from compliance.services.certificates.bringing import LARGEST

CHECKS, PER_SECONDS = 60, 60
"""A hall full of people behind one address may check their certificates; a program that guesses codes may not."""

UNKNOWN = _("There is no certificate with this code. Compare it with the paper, letter by letter.")
FILES = 20
"""Files per minute: each is read whole."""

NO_FILE = _("Choose the PDF file of a certificate, of %(size)s MB at most.")
ALTERED = _("This file is not the one that was issued. Somebody has changed it, or saved it anew with another program.")
NOT_OURS = _("This is no file that was issued here, or what was issued has been changed beyond recognition.")
BUSY = _("Too many checks from your network just now. Try again in a minute.")


@require_safe
@cache_control(private=True, no_store=True)
def certificate_pdf(request: HttpRequest, code: str) -> HttpResponse:
    """The paper, for the advocate whom it names and for the staff who may read it, of their bar and of the one that
    issued it; 404 for others."""
    user = request.user
    if not isinstance(user, User):
        raise Http404
    bars = Bar.objects.open_to(user, roles_for(Action.READ_CERTIFICATES))
    concerned = Q(advocate__user=user) | Q(advocate__bar__in=bars) | Q(bar__in=bars)
    certificate = get_object_or_404(Certificate.objects.filter(concerned, erased_at=None), code=code)
    record_read(user, FilePart.CERTIFICATE, certificate.advocate_id)
    response = HttpResponse(signed_certificate(certificate), content_type="application/pdf")
    name = file_name(certificate.serial)
    response["Content-Disposition"] = content_disposition_header(False, name) or "inline"
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


def _page(request: HttpRequest, typed: str = "", problem: Text = "", status: int = 200, **more: Any) -> HttpResponse:
    context = {"typed": typed, "problem": problem, **more}
    return render(request, "compliance/verify_form.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(no_store=True)
@throttled(FILES, PER_SECONDS, partial(_page, problem=BUSY))
def verify_file(request: HttpRequest) -> HttpResponse:
    """Is this file what was issued, and does that still stand? It is read in memory, and nothing of it is kept.

    Asked for without a file, as by who turns the answer into another language, it is the page where one is chosen.
    """
    if request.method != "POST":
        return _page(request)
    file = request.FILES.get("file")
    if file is None or not file.size or file.size > LARGEST:
        return _page(request, file_problem=NO_FILE % {"size": LARGEST // 1_000_000}, status=422)
    finding, certificate = examine(file.read())
    if finding is Finding.SIGNED:
        return _page(request, signed=True)
    if finding is Finding.GENUINE and certificate is not None:
        return _said(request, certificate, genuine=True)
    altered = finding is Finding.ALTERED and certificate is not None
    code = normalise_code(certificate.code) if altered and certificate else ""
    return _page(request, file_problem=ALTERED if altered else NOT_OURS, issued=code, status=422)


def _said(request: HttpRequest, certificate: Certificate, *, genuine: bool = False) -> HttpResponse:
    if certificate.erased_at is not None:
        return _page(request, problem=ERASED, status=410)
    context = {"check": check_of(certificate, get_language() or "kk"), "genuine": genuine}
    return render(request, "compliance/verify.html", context)


@require_safe
@cache_control(no_store=True)
@throttled(CHECKS, PER_SECONDS, partial(_page, problem=BUSY))
def verify(request: HttpRequest, code: str) -> HttpResponse:
    """Does this certificate stand, and what does it say: what is printed on it and nothing more about the person."""
    certificate = find_by_code(code)
    response = _page(request, code, UNKNOWN, status=404) if certificate is None else _said(request, certificate)
    response["X-Robots-Tag"] = "noindex"
    return response
