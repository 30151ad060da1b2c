"""Certificates: what a bar prints, how it is numbered, and how anyone may check it."""
