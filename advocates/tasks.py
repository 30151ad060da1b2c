"""Doorways for the queue: keyword-only JSON scalars in, one call of a service."""

from __future__ import annotations

from celery import shared_task

from advocates.audit.sealing import seal_changes
from cle.core.clock import now


@shared_task
def seal_audit_trail() -> None:
    seal_changes(now=now())
