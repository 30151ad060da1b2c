"""Proof of service of a notice, in Kazakh and in Russian: plain values in, one PDF out."""
