"""When beat says "look". Each job finds its own due rows, so a missed or doubled tick does no harm."""

from typing import Any

from celery.schedules import crontab

MINUTE = 60

NIGHT = "21-23"
"""After the sweep, and again: what a lost message would have brought about is there an hour later."""


def _job(task: str, schedule: crontab | int, expires: int) -> dict[str, Any]:
    return {"task": task, "schedule": schedule, "options": {"expires": expires}}


SCHEDULE = {
    # what               task                                        when (UTC)                        drop if older
    "sweep":            _job("compliance.tasks.nightly_sweep",        crontab(hour="20", minute="15"), 6 * 3600),
    "sweep-changes":    _job("compliance.tasks.sweep_changes",        MINUTE,                          50),
    "sweep-leftovers":  _job("compliance.tasks.resume_sweeps",        10 * MINUTE,                     9 * MINUTE),
    "cases":            _job("compliance.tasks.review_cases",         crontab(hour=NIGHT, minute="0"),  6 * 3600),
    "notices-plan":     _job("compliance.tasks.plan_notices",         crontab(hour=NIGHT, minute="30"), 6 * 3600),
    "notices-send":     _job("compliance.tasks.send_due_notices",     3 * MINUTE,                      2 * MINUTE),
    "mail-reports":     _job("compliance.tasks.read_mail_reports",    5 * MINUTE,                      4 * MINUTE),
    "audit-seals":      _job("advocates.tasks.seal_audit_trail",      5 * MINUTE,                      4 * MINUTE),
    "jobs-leftovers":   _job("compliance.tasks.resume_jobs",          5 * MINUTE,                      4 * MINUTE),
    "certificates":     _job("compliance.tasks.issue_due_certificates", 10 * MINUTE,                   9 * MINUTE),
    "answers":          _job("compliance.tasks.forget_answers",       crontab(minute="50"),            3000),
    "archives":         _job("compliance.tasks.delete_old_archives",  crontab(minute="40"),            3000),
}  # fmt: skip
