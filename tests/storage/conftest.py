"""What tests of what is kept share."""

import pytest

from app.config import read_settings
from app.storage.vault import Vault


@pytest.fixture
def vault(environment: dict[str, str]) -> Vault:
    """Seals with the keys of the tests."""
    settings = read_settings()
    return Vault(settings.phone_keys, settings.index_keys)
