"""Certificates: who waits for one, issued in batches after a preview, looked up, replaced and revoked with a reason."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from advocates.access import Action
from advocates.models import FilePart
from advocates.services.reads import record_read
from cle.core.clock import now
from compliance.models import Certificate, CertificateKind
from compliance.queries.certificates import certifiable_sessions, offered_periods, stored_code, to_put_right
from compliance.services.certificates import read_snapshot, replace_certificate, revoke_certificate
from compliance.services.certificates.archives import KIND, archive_of
from compliance.services.certificates.batches import Batch, check_as_shown, draft_batch
from compliance.views.office.jobs import begin, seen_by
from compliance.views.scoping import UNFIT, BarScopedPage
from courses.models import Session

WRONG_ONES: Final = 50
"""Certificates that have lost their ground, shown at once: when these are put right, the next ones come up."""


class CertificateFilters(forms.Form):
    text = forms.CharField(label=_("Name, serial number or code"), required=False, max_length=100)
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("all")), *CertificateKind.choices])
    year = forms.IntegerField(label=_("Year"), required=False, min_value=1900, max_value=9999)


class CertificatesPage(BarScopedPage):
    """What stands without its ground, what waits to be issued, then what was."""

    purpose = Action.READ_CERTIFICATES
    changing = Action.ISSUE_CERTIFICATES
    filters = CertificateFilters
    area = "certificates"
    template = "office/certificates.html"

    def get(self, request: HttpRequest, bar: str) -> HttpResponse:
        form, asked = self.asked()
        rows = Certificate.objects.concerning(self.bar).select_related("advocate", "revocation")
        if text := asked.pop("text", None):
            rows = rows.said(text)
        rows = rows.filter(**asked)
        return self.page(
            form=form, rows=self.sheet(rows.order_by("-issued_at", "-pk")), filtered=bool(asked) or bool(text),
            sessions=certifiable_sessions(self.bar), periods=offered_periods(self.bar, self.today, by=self.user),
            wrong=to_put_right(self.bar, WRONG_ONES), may_design=self.office.may(Action.KEEP_ROLL),
        )  # fmt: skip


class BatchFilters(forms.Form):
    """Which session, or the first day of which period: one of the two."""

    session = forms.ModelChoiceField(Session.objects.none(), required=False)
    period = forms.DateField(required=False, input_formats=["%Y-%m-%d"])

    def __init__(self, data: Any, page: BarScopedPage) -> None:
        super().__init__(data)
        field: Any = self.fields["session"]
        field.queryset = Session.objects.for_bar(page.bar).select_related("course")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if bool(given.get("session")) == bool(given.get("period")):
            raise forms.ValidationError(_("Name a session or the first day of a period, and not both."))
        return given


class BatchForm(forms.Form):
    digest = forms.CharField(max_length=64, widget=forms.HiddenInput)
    count = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    sure = forms.BooleanField()


class CertificateBatchPage(BarScopedPage):
    """How many certificates a session or a period waits for, and whose; issued after one confirmation.

    Those that stand already can be put into one file for the printer.
    """

    purpose = Action.READ_CERTIFICATES
    changing = Action.ISSUE_CERTIFICATES
    filters = BatchFilters
    area = "certificates"
    template = "office/certificate_batch.html"

    def get(self, request: HttpRequest, bar: str) -> HttpResponse:
        return self._shown(*self._batch())

    def post(self, request: HttpRequest, bar: str) -> HttpResponse:
        batch, about = self._batch()
        if "archive" in request.POST:
            return begin(self, KIND, **batch.parameters)
        form = BatchForm(request.POST)
        if not form.is_valid():
            return self._shown(batch, about, UNFIT, form)
        given = {name: form.cleaned_data[name] for name in ("digest", "count")}
        check_as_shown(batch, self.today, **given)
        return begin(self, "certificates", **batch.parameters)

    def _batch(self) -> tuple[Batch, dict[str, Any]]:
        form, asked = self.asked(page=self)
        if form.errors:
            raise Http404
        session, start = asked.get("session"), asked.get("period")
        return Batch(self.bar, session and session.pk, start, by=self.user), {"session": session, "period": start}

    def _shown(
        self, batch: Batch, about: dict[str, Any], status: int = 200, form: BatchForm | None = None
    ) -> HttpResponse:
        draft = draft_batch(batch, self.today)
        form = form or BatchForm(initial={"digest": draft.digest, "count": draft.count})
        said = ngettext("Yes, issue %(count)s certificate", "Yes, issue %(count)s certificates", draft.count)
        form.fields["sure"].label = said % {"count": draft.count}
        standing = batch.issued().standing().count()
        return self.page(status=status, form=form, draft=draft, standing=standing, **about)


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class CertificatePage(BarScopedPage):
    """What is printed on it, whether it stands, and the two ways to put it right: replaced, or revoked."""

    purpose = Action.READ_CERTIFICATES
    changing = Action.ISSUE_CERTIFICATES
    area = "certificates"
    template = "office/certificate.html"

    def get(self, request: HttpRequest, bar: str, code: str) -> HttpResponse:
        certificate = self._certificate(code)
        record_read(self.user, FilePart.CERTIFICATE, certificate.advocate_id)
        return self._shown(certificate, ReasonForm())

    def post(self, request: HttpRequest, bar: str, code: str) -> HttpResponse:
        certificate, form = self._certificate(code), ReasonForm(request.POST)
        if not form.is_valid():
            return self._shown(certificate, form, UNFIT)
        given: dict[str, Any] = {"by": self.user, "reason": form.cleaned_data["reason"], "now": now()}
        if "revoke" in request.POST:
            revoke_certificate(certificate, **given)
            return self.done(_("The certificate no longer stands."), "office:certificate", self.bar.code, code)
        new = replace_certificate(certificate, **given)
        return self.done(_("This is the new certificate."), "office:certificate", self.bar.code, new.code)

    def _certificate(self, code: str) -> Certificate:
        rows = Certificate.objects.concerning(self.bar).select_related(
            "bar", "advocate", "issued_by", "revocation__by", "revocation__replaced_by"
        )
        return get_object_or_404(rows, code=stored_code(code))

    def _shown(self, certificate: Certificate, form: ReasonForm, status: int = 200) -> HttpResponse:
        snapshot = None if certificate.erased_at else read_snapshot(certificate)
        return self.page(status=status, certificate=certificate, snapshot=snapshot, form=form)


class CertificatesZip(BarScopedPage):
    """The file that a job has made; 404 before it is made, and once it is gone."""

    purpose = Action.ISSUE_CERTIFICATES

    def get(self, request: HttpRequest, bar: str, job: int) -> HttpResponseBase:
        found = get_object_or_404(seen_by(self), pk=job, kind=KIND)
        file = archive_of(found, now())
        if file is None:
            raise Http404
        record_read(self.user, FilePart.CERTIFICATE, *Batch.of_job(found).people())
        name = f"{self.bar.code}-{found.asked_at:%Y-%m-%d}.zip"
        return FileResponse(file.open("rb"), as_attachment=True, filename=name, content_type="application/zip")


_CERTIFICATES = "<str:bar>/certificates"
urlpatterns = [
    path(f"{_CERTIFICATES}/", CertificatesPage.as_view(), name="certificates"),
    path(f"{_CERTIFICATES}/batch/", CertificateBatchPage.as_view(), name="certificate-batch"),
    path(f"{_CERTIFICATES}/file/<int:job>.zip", CertificatesZip.as_view(), name="certificates-zip"),
    path(f"{_CERTIFICATES}/<str:code>/", CertificatePage.as_view(), name="certificate"),
]
