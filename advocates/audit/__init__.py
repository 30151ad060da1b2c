"""The audit trail: how it is written by the database, and how it is sealed and verified."""
