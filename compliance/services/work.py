"""The shape of work that a job does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from compliance.models import Job

Progress = Callable[[int, int], None]
"""Called with the parts done and their total; holds the lease of the job meanwhile."""

Work = Callable[[Job, Progress], dict[str, Any]]
"""Does the job and returns its result. A DomainError is the job's failure; any other error is ours, and raised on."""
