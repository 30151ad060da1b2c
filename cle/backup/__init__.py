"""A copy of everything on record in one file, and the way back into an empty database. See cle/docs/backup.md."""

from cle.backup.restoring import restore
from cle.backup.writing import back_up

__all__ = ["back_up", "restore"]
