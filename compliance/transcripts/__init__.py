"""The credit ledger of one person on paper, in Kazakh and Russian: drawn from plain values."""
