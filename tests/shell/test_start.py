"""A start of the pages: whoever restarts the desk waits for it."""

import json
import os
import re
import subprocess
import sys
from importlib import import_module
from inspect import iscoroutinefunction

import pytest
from django.conf import settings
from django.urls import URLPattern
from whitenoise.storage import CompressedManifestStaticFilesStorage

from tests.routes import routes

SELDOM_USED = [
    "PIL",
    "channels_inbox.adapters.email.outgoing",
    "channels_inbox.mailbox_views",
    "csat.ratings_views",
    "django.test",
    "httpx",
    "imap_tools",
    "lxml",
    "oauthlib",
    "openpyxl",
    "phonenumbers",
    "pygments",
    "reports.overview",
    "requests",
    "text.quote_marks",
    "yaml",
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


def seldom_opened(urlconf: str) -> list[URLPattern]:
    every = routes(import_module(urlconf).urlpatterns)
    return [one for _path, one in every if "Seldom" in one.callback.__code__.co_qualname]


def test_views_loaded_when_they_are_opened_are_there_and_need_nothing_told_before():
    found = seldom_opened("helpdesk.urls")
    assert len(found) >= 30
    for pattern in found:
        view = getattr(import_module(pattern.callback.__module__), pattern.callback.__name__)
        assert not iscoroutinefunction(view)
        assert set(vars(view)) <= {"__wrapped__"}, pattern


@pytest.mark.parametrize("storey", ["reports", "channels_inbox", "csat"])
def test_they_are_of_the_storey_whose_address_it_is(storey):
    found = seldom_opened(f"{storey}.urls")
    assert found
    assert {one.callback.__module__.partition(".")[0] for one in found} == {storey}


@pytest.mark.parametrize("name", ["css/list.css", "js/reports/now.js", "swagger/LICENSE"])
def test_files_with_a_hash_in_their_names_are_kept_for_good_by_browsers(name, tmp_path):
    (tmp_path / name).parent.mkdir(parents=True)
    (tmp_path / name).write_text("content")
    hashed = CompressedManifestStaticFilesStorage(location=tmp_path).hashed_name(name)
    assert re.search(settings.WHITENOISE_IMMUTABLE_FILE_TEST, f"/static/{hashed}")
    assert not re.search(settings.WHITENOISE_IMMUTABLE_FILE_TEST, f"/static/{name}")
