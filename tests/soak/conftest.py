"""How long a soak is: short among the other tests, full with SOAK=full (`make soak`)."""

import os

import pytest

from tests.channels_inbox.conftest import channel

__all__ = ["channel"]


@pytest.fixture
def full() -> bool:
    return os.environ.get("SOAK") == "full"
