"""The addresses of what is taught: providers, courses, sessions."""

from compliance.api import courses, providers, sessions

urls = [*providers.urls, *courses.urls, *sessions.urls]
