"""How long a soak is: short among the other tests, full with SOAK=full (`make soak`)."""

import os

import pytest


@pytest.fixture
def full() -> bool:
    return os.environ.get("SOAK") == "full"
