"""Rulebooks as people read them: in their language, clause by clause, and one version beside another."""
