"""What every test stands on: servers of its own, and Django set up before models are imported."""

import os

import django
import pytest

pytest.register_assert_rewrite(
    "tests.plugins", "tests.servers.mail", "tests.servers.oauth", "tests.servers.oauth_smtp"
)
from tests.plugins import servers  # noqa: E402

servers.choose()
os.environ["DJANGO_SETTINGS_MODULE"] = "helpdesk.settings"
django.setup()

pytest_plugins = [
    "tests.plugins.servers",
    "tests.plugins.database",
    "tests.plugins.desk",
    "tests.plugins.browser",
    "tests.plugins.whole",
    "tests.servers.mail",
    "tests.servers.choosy",
    "tests.servers.oauth",
    "tests.servers.oauth_smtp",
    "tests.servers.providers",
    "tests.servers.clamd",
    "tests.servers.telegram",
]
