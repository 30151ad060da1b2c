from compliance.signatures.keys import SigningKey, all_certificates, rotate_key, signing_key
from compliance.signatures.reading import Seal, read_seal
from compliance.signatures.signing import sign

__all__ = ["Seal", "SigningKey", "all_certificates", "read_seal", "rotate_key", "sign", "signing_key"]
