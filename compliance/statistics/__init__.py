"""Counts that may be shown: pure, without the database."""
