"""Kazakh alphabetical order. No collation of a PostgreSQL without ICU has it: Ә, Ғ, Қ would sort after Я."""

from __future__ import annotations

from django.db.models import CharField, Func

ALPHABET = "аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя"
_ORDERED = "".join(chr(0x4E00 + index) for index in range(len(ALPHABET)))

CREATE = (
    "CREATE OR REPLACE FUNCTION kk_key(t text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT "
    f"RETURN translate(lower(t), '{ALPHABET}', '{_ORDERED}') COLLATE \"C\""
)
DROP = "DROP FUNCTION IF EXISTS kk_key(text)"


class KazakhOrder(Func):
    """Sort key of a text in the Kazakh (and so also the Russian) alphabet."""

    function = "kk_key"
    output_field = CharField()
