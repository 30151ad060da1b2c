"""Certificates on the web: the paper itself for whom it concerns, and the public check for everybody."""

from __future__ import annotations

from functools import partial

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from advocates.access import Action, roles_for
from advocates.models import Bar, FilePart, User
from advocates.services.reads import record_read
from cle.core.errors import Text
from cle.core.throttle import throttled
from compliance.certificates.serials import normalise_code
from compliance.models import Certificate
from compliance.queries.certificates import find_by_code
from compliance.services.certificates import ERASED, check_of, render_certificate

CHECKS, PER_SECONDS = 60, 60
"""A hall full of people behind one address may check their certificates; a program that guesses codes may not."""

UNKNOWN = _("There is no certificate with this code. Compare it with the paper, letter by letter.")
BUSY = _("Too many checks from your network just now. Try again in a minute.")


@require_safe
@cache_control(private=True, no_store=True)
def certificate_pdf(request: HttpRequest, code: str) -> HttpResponse:
    """The paper, for the advocate whom it names and for the staff of their bar who may read it; 404 for others."""
    user = request.user
    if not isinstance(user, User):
        raise Http404
    bars = Bar.objects.open_to(user, roles_for(Action.READ_CERTIFICATES))
    concerned = Q(advocate__user=user) | Q(advocate__bar__in=bars)
    certificate = get_object_or_404(Certificate.objects.filter(concerned, erased_at=None), code=code)
    record_read(user, FilePart.CERTIFICATE, certificate.advocate_id)
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
    elif certificate.erased_at is not None:
        response = _page(request, code, ERASED, status=410)
    else:
        response = render(request, "compliance/verify.html", {"check": check_of(certificate, get_language() or "kk")})
    response["X-Robots-Tag"] = "noindex"
    return response
