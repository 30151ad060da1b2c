"""The addresses of what is taught: providers, courses."""

from compliance.api import courses, providers

urls = [*providers.urls, *courses.urls]
