from tests.compliance.conftest import smtp

__all__ = ["smtp"]
