"""Cases, and work in the background: what stands still although somebody waits for it."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from cle.doctor.check import SLACK, Check, Finding, Look, ask, found, unwanted
from compliance.services import jobs, sweeps

_STEPS = """
    WITH steps AS (
        SELECT case_id, from_state, to_state,
               row_number() OVER (PARTITION BY case_id ORDER BY at DESC, id DESC) AS back,
               lag(to_state, 1, '') OVER (PARTITION BY case_id ORDER BY at, id) AS before
          FROM compliance_casestep
    )
"""
_OTHER_STATE = (
    _STEPS
    + """
    SELECT "case".id FROM compliance_case "case" LEFT JOIN steps ON steps.case_id = "case".id AND back = 1
     WHERE steps.to_state IS DISTINCT FROM "case".state
"""
)
_BROKEN_CHAIN = _STEPS + "SELECT DISTINCT case_id FROM steps WHERE from_state <> before"

_JOBS_HELD = "SELECT id FROM compliance_job WHERE state = 'running' AND claimed_at < %(now)s - %(job)s - %(slack)s"
_JOBS_LEFT = "SELECT id FROM compliance_job WHERE state = 'waiting' AND asked_at < %(now)s - interval '1 hour'"
_RANGES_HELD = """
    SELECT id FROM compliance_sweeprange
     WHERE finished_at IS NULL AND claimed_at < %(now)s - %(range)s - %(slack)s
"""
_SWEEPS_LEFT = """
    SELECT id FROM compliance_sweeprun WHERE finished_at IS NULL AND started_at < %(now)s - interval '6 hours'
"""
# Whoever runs a bar by hand, without the schedule, has never had a sweep: that is no trouble.
_NO_SWEEP = """
    SELECT max(started_at)::date FROM compliance_sweeprun HAVING max(started_at) < %(now)s - interval '2 days'
"""


def _background(look: Look) -> list[Finding]:
    moments = {"now": look.now, "slack": SLACK, "job": jobs.LEASE, "range": sweeps.LEASE}
    return found(
        ask(_("jobs whose worker has died"), _JOBS_HELD, moments),
        ask(_("jobs that nobody has begun for an hour"), _JOBS_LEFT, moments),
        ask(_("parts of a sweep whose worker has died"), _RANGES_HELD, moments),
        ask(_("sweeps that have not come to an end in six hours"), _SWEEPS_LEFT, moments),
        ask(_("no sweep since this day"), _NO_SWEEP, moments),
    )


CASES: Final = Check(
    "cases",
    _("Each case has a step for its state"),
    _(
        "Somebody has written past the program: the audit trail says who. What is true is what the steps say; put the "
        "case right by a step in the office, with the reason."
    ),
    unwanted(
        (_("cases in another state than their last step says"), _OTHER_STATE),
        (_("cases with a step that does not follow from the one before"), _BROKEN_CHAIN),
    ),
)
BACKGROUND: Final = Check(
    "background",
    _("Jobs and sweeps come to an end"),
    _(
        "Work that was left is taken up again every few minutes while a worker and beat are running: see that both "
        "are, that REDIS_URL is the same for all of them, and what the log of the worker says."
    ),
    _background,
)
