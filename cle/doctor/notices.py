"""Notices: each is sent, or can be seen to wait; nothing hangs, nothing goes out twice."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from cle.doctor.check import SLACK, Check, Finding, Look, ask, found
from compliance.services.notices.sending import LEASE

_HELD = "SELECT id FROM compliance_notice WHERE state = 'due' AND claimed_at < %(now)s - %(lease)s - %(slack)s"
_OVERDUE = """
    SELECT id FROM compliance_notice
     WHERE state = 'due' AND claimed_at IS NULL AND due_at < %(now)s - interval '1 hour'
"""
_UNPROVEN = """
    SELECT id FROM compliance_notice
     WHERE state = 'sent' AND (sent_at IS NULL OR channel = 'email' AND message_id = '')
        OR state = 'printed' AND sent_at IS NULL
"""
# Notices of before there was a ledger of them have no events at all.
_UNTOLD = """
    SELECT notice_id FROM compliance_noticeevent event JOIN compliance_notice notice ON notice.id = notice_id
     WHERE state = 'sent' GROUP BY notice_id HAVING NOT bool_or(event.kind = 'accepted')
"""
_TWICE = """
    SELECT min(id) FROM compliance_notice WHERE period_start IS NOT NULL
     GROUP BY advocate_id, period_start, stage, round HAVING count(*) > 1
    UNION ALL
    SELECT min(id) FROM compliance_notice WHERE session_id IS NOT NULL
     GROUP BY advocate_id, session_id, stage, round HAVING count(*) > 1
    UNION ALL
    SELECT min(id) FROM compliance_notice WHERE period_start IS NULL AND session_id IS NULL
     GROUP BY advocate_id, stage, round HAVING count(*) > 1
"""
_SAME_MESSAGE = """
    SELECT min(id) FROM compliance_notice WHERE message_id <> '' GROUP BY message_id HAVING count(*) > 1
"""


def _look(look: Look) -> list[Finding]:
    moments = {"now": look.now, "lease": LEASE, "slack": SLACK}
    return found(
        ask(_("notices held by a sender that has died"), _HELD, moments),
        ask(_("notices that were to be sent more than an hour ago"), _OVERDUE, moments),
        ask(_("notices that are called sent and have no time or no Message-ID"), _UNPROVEN, moments),
        ask(_("notices that are called sent, of which their events do not tell"), _UNTOLD, moments),
        ask(_("notices of one stage twice for the same period, session or account"), _TWICE, moments),
        ask(_("notices that share a Message-ID"), _SAME_MESSAGE, moments),
    )


NOTICES: Final = Check(
    "notices",
    _("Notices are sent, or wait in sight"),
    _(
        "When notices wait, nobody sends: see that a worker and beat are running, that Redis answers, and that the "
        "mail server of SMTP_HOST takes letters (the log of the worker says why not). What is due then goes out "
        "by itself."
    ),
    _look,
)
