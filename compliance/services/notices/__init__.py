"""Notices: planned as rows, sent or printed, kept as sent."""

from compliance.services.notices.paper import mark_printed, print_letters
from compliance.services.notices.planning import plan_notices
from compliance.services.notices.sending import SendCounts, release_abandoned, send_due, send_notice

__all__ = [
    "SendCounts",
    "mark_printed",
    "plan_notices",
    "print_letters",
    "release_abandoned",
    "send_due",
    "send_notice",
]
