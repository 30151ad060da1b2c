"""Worked examples of real bars, most of them published by the regulators.

`published.json` holds the cases with their sources as they were found; nothing in it is changed to please the engine.
Each module of this package translates the facts of some jurisdictions into the facts document, and says where in the
result each expected figure is to be read.
"""
