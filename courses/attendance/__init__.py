"""Who was present and for how long: reading attendance reports, with no database behind it.

``recognise.read_report`` turns a table into a ``Report``; ``presence`` turns the presences of one
matched person into seconds within the session.
"""
