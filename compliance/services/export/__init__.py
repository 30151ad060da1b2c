"""All that is recorded about an advocate, as a file that they can keep."""

from compliance.services.export.archive import write_archive

__all__ = ["write_archive"]
