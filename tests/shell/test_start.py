"""A start of the pages: whoever restarts the desk waits for it."""

import json
import os
import subprocess
import sys

SELDOM_USED = [
    *(
        "PIL",
        "django.test",
        "httpx",
        "imap_tools",
        "lxml",
        "oauthlib",
        "openpyxl",
        "phonenumbers",
        "pygments",
        "requests",
    ),
    *("yaml", "channels_inbox.adapters.email.outgoing", "reports.overview", "text.quote_marks"),
]

START = f"""
import json, sys
import helpdesk.wsgi
loaded = [name for name in {SELDOM_USED} if name in sys.modules]
import yaml, pygments
import helpdesk.api.schema
print(json.dumps([loaded, yaml.safe_load("a: 1")]))
"""


def test_what_few_pages_need_is_not_loaded_and_there_when_it_is_needed():
    own = {"DJANGO_SETTINGS_MODULE": "helpdesk.settings"}
    ran = subprocess.run(
        [sys.executable, "-c", START], env=os.environ | own, capture_output=True, text=True, timeout=60
    )
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout.splitlines()[-1]) == [[], {"a": 1}]
