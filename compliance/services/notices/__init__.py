"""Notices: planned as rows, sent or printed, kept as sent."""

from compliance.services.notices.accounts import open_and_tell, tell_of_accounts
from compliance.services.notices.mailbox import read_mailbox
from compliance.services.notices.paper import mark_printed, print_letters
from compliance.services.notices.planning import Plan, draft_plan, key_of, plan_as_shown, plan_notices
from compliance.services.notices.previewing import preview_letter, preview_letters, try_words
from compliance.services.notices.sending import SendCounts, send_due, send_notice
from compliance.services.notices.sessions import plan_session_notices
from compliance.services.notices.settling import decide, release_abandoned
from compliance.services.notices.webhook import record_events
from compliance.services.notices.wordings import end_wording, publish_wording, send_trial

__all__ = [
    "Plan",
    "SendCounts",
    "decide",
    "draft_plan",
    "end_wording",
    "key_of",
    "mark_printed",
    "open_and_tell",
    "plan_as_shown",
    "plan_notices",
    "plan_session_notices",
    "preview_letter",
    "preview_letters",
    "print_letters",
    "publish_wording",
    "read_mailbox",
    "record_events",
    "release_abandoned",
    "send_due",
    "send_notice",
    "send_trial",
    "tell_of_accounts",
    "try_words",
]
