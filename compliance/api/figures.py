"""The addresses of the roll of a bar, of what was imported and computed, and of the figures that come of it."""

from compliance.api import catalogue, imports, reports, roll, roll_files, statistics, sweeps

urls = [
    *roll.urls,
    *roll_files.urls,
    *imports.urls,
    *sweeps.urls,
    *statistics.urls,
    *reports.urls,
    *catalogue.urls,
]
