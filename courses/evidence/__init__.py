"""Files that prove a claim: told apart by their content, never by their name, and refused when in doubt."""

from courses.evidence.check import LARGEST, Checked, check
from courses.evidence.kinds import Kind
from courses.evidence.naming import shown_name

__all__ = ["LARGEST", "Checked", "Kind", "check", "shown_name"]
