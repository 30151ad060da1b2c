"""The bar's own words for a stage: published as a new version, taken back as a new version, tried out beforehand."""

from __future__ import annotations

import datetime as dt
from email.utils import formataddr, parseaddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import models, transaction
from django.utils.translation import gettext as _

from advocates.models import Bar, User
from cle.core.errors import DomainError
from compliance.models import NoticeWording
from compliance.notices.letter import Letter
from compliance.notices.wordings import check_source


@transaction.atomic
def publish_wording(
    bar: Bar, stage: str, language: str, *, subject: str, body: str, by: User, now: dt.datetime
) -> NoticeWording:
    """From now on the bar's letters of the stage, and those of bars below it without words of their own, read so.

    Letters that wait to be sent read so, too: what they say is written when they go out. Raises DomainError for a
    placeholder that there is not, for words that are in use already, and where subject or text is empty.
    """
    subject, body = " ".join(subject.split()), body.replace("\r\n", "\n").strip()
    if not subject or not body:
        raise DomainError("no-words", _("A letter has a subject and a text."))
    check_source(f"{subject}\n{body}")
    return _next_version(bar, stage, language, subject=subject, body=body, by=by, now=now)


@transaction.atomic
def end_wording(bar: Bar, stage: str, language: str, *, by: User, now: dt.datetime) -> NoticeWording:
    """The bar has no words of its own for this any more. Raises DomainError where it had none."""
    if not _latest(bar, stage, language).exclude(body="").exists():
        raise DomainError("no-own-words", _("The bar has no words of its own here."))
    return _next_version(bar, stage, language, subject="", body="", by=by, now=now)


def _latest(bar: Bar, stage: str, language: str) -> models.QuerySet[NoticeWording]:
    return NoticeWording.objects.for_bar(bar).in_use().filter(stage=stage, language=language)


def _next_version(
    bar: Bar, stage: str, language: str, *, subject: str, body: str, by: User, now: dt.datetime
) -> NoticeWording:
    """Two at once wait for each other, so that none takes the number of the other."""
    Bar.objects.select_for_update(of=("self",), no_key=True).get(pk=bar.pk)
    last = _latest(bar, stage, language).first()
    if last is not None and (last.subject, last.body) == (subject, body):
        raise DomainError("same-words", _("These words are in use already."))
    return NoticeWording.objects.create(
        bar=bar, stage=stage, language=language, version=last.version + 1 if last else 1,
        subject=subject, body=body, written_by=by, written_at=now,
    )  # fmt: skip


def send_trial(bar: Bar, letter: Letter, language: str, *, to: User) -> str:
    """The letter to the officer's own address, by the way that notices go, marked as a trial; returns the address.

    It is no notice: nothing is recorded. Raises DomainError without an address, and where the mail server refuses.
    """
    if not to.email:
        raise DomainError("no-address", _("Your account has no e-mail address."))
    sender = bar.sender_email or parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    subject = _("TRIAL, not a notice: %(subject)s") % {"subject": letter.subject}
    message = EmailMultiAlternatives(
        subject, letter.text, formataddr((bar.name_in(language), sender)), [to.email],
        headers={"Auto-Submitted": "auto-generated"},
    )  # fmt: skip
    message.attach_alternative(letter.html, "text/html")
    try:
        message.send()
    except OSError as error:
        raise DomainError("not-sent", _("The mail server did not take the letter. Try again later.")) from error
    return to.email
