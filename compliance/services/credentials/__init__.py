from compliance.services.credentials.keys import public_keys, rotate_key
from compliance.services.credentials.signing import (
    LIST_FRESH,
    MEDIA_TYPE,
    credential_of,
    issuer_profile,
    key_set,
    public_key,
    status_list,
)

__all__ = [
    "LIST_FRESH",
    "MEDIA_TYPE",
    "credential_of",
    "issuer_profile",
    "key_set",
    "public_key",
    "public_keys",
    "rotate_key",
    "status_list",
]
