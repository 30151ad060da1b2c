"""Whether what must hold holds, asked of a living system: nothing is written, and each trouble says what to do."""

from cle.doctor.check import Check, Finding, Look, Outcome
from cle.doctor.examining import CHECKS, examine

__all__ = ["CHECKS", "Check", "Finding", "Look", "Outcome", "examine"]
