"""People's names: taking them apart, and comparing them without ever changing how they are written."""

from advocates.names.display import display_name_key, without_brackets
from advocates.names.folding import fold
from advocates.names.latin import latin_key
from advocates.names.likeness import letters_lost, similarity
from advocates.names.parts import PersonName, initials_form, split_full_name
from advocates.names.patronymics import is_patronymic

__all__ = [
    "PersonName",
    "display_name_key",
    "fold",
    "initials_form",
    "is_patronymic",
    "latin_key",
    "letters_lost",
    "similarity",
    "split_full_name",
    "without_brackets",
]
