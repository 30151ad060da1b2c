"""Numbers that stand for a person or a licence: checked, compared, never taken for unique."""

from advocates.identifiers.licence import Licence, licence_key, parse_licence
from advocates.identifiers.national import NationalId, is_valid_iin, parse_national_id

__all__ = ["Licence", "NationalId", "is_valid_iin", "licence_key", "parse_licence", "parse_national_id"]
