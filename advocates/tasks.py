"""Doorways for the queue: keyword-only JSON scalars in, one call. Any of them may run twice or never."""

from __future__ import annotations

from celery import shared_task
from django.conf import settings
from django.core.mail import EmailMessage

from advocates.audit.sealing import seal_changes
from cle.core.clock import now


@shared_task
def seal_audit_trail() -> None:
    seal_changes(now=now())


@shared_task(autoretry_for=(OSError,), retry_backoff=5, retry_backoff_max=60, max_retries=5)
def send_letter(*, to: str, subject: str, body: str) -> None:
    """A letter about an account. Lost for good, it is asked for again by whoever waits for it."""
    EmailMessage(subject, body, settings.DEFAULT_FROM_EMAIL, [to]).send()
