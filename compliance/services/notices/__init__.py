"""Notices: planned as rows, sent or printed, kept as sent."""

from compliance.services.notices.paper import mark_printed, print_letters
from compliance.services.notices.planning import Plan, draft_plan, key_of, plan_as_shown, plan_notices
from compliance.services.notices.previewing import preview_letter, preview_letters
from compliance.services.notices.sending import SendCounts, release_abandoned, send_due, send_notice
from compliance.services.notices.sessions import plan_session_notices

__all__ = [
    "Plan",
    "SendCounts",
    "draft_plan",
    "key_of",
    "mark_printed",
    "plan_as_shown",
    "plan_notices",
    "plan_session_notices",
    "preview_letter",
    "preview_letters",
    "print_letters",
    "release_abandoned",
    "send_due",
    "send_notice",
]
