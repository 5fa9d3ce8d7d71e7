"""What every page keeps to: no script or style inside it, every file hashed and there, errors calm."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.template import Context, Template
from django.test import RequestFactory
from django.urls import reverse

from helpdesk import errors

TEMPLATES = sorted(Path(settings.BASE_DIR, "templates").rglob("*.html"))
STATIC = re.compile(r"""{%\s*static\s+['"]([^'"]+)['"]""")
NAMES = re.compile(r"""{%\s*lucide\s+"([a-z0-9-]+)\"""")


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.name))
def test_no_script_or_style_inside(template):
    said = template.read_text()
    if template.parts[-2] == "mail":
        return
    assert not re.search(r"<script(?![^>]*\ssrc=)", said)
    assert not re.search(r"""\s(style|on[a-z]+)=["']""", said)
    assert "javascript:" not in said
    assert not re.search(r"<style", said)


def test_every_static_file_that_a_page_names_is_there():
    named = {name for template in TEMPLATES for name in STATIC.findall(template.read_text())}
    assert [name for name in sorted(named) if finders.find(name) is None] == []


def test_every_icon_that_a_page_names_is_there():
    named = {name for template in TEMPLATES for name in NAMES.findall(template.read_text())}
    assert named
    for name in named:
        Template(f'{{% lucide "{name}" %}}').render(Context())


def test_styles_use_logical_directions_only():
    physical = re.compile(
        r"(?<![-\w])(margin|padding|border|inset)-(left|right|top|bottom)|(?<![-\w])(left|right)\s*:|text-align:\s*(left|right)"
    )
    wrong = [
        f"{path.name}: {line.strip()}"
        for path in Path(settings.BASE_DIR, "static/css").rglob("*.css")
        for line in path.read_text().splitlines()
        if physical.search(line)
    ]
    assert wrong == []


def test_collected_files_point_at_each_other_by_hashed_names(settings, tmp_path):
    settings.STATIC_ROOT = str(tmp_path)
    call_command("collectstatic", interactive=False, verbosity=0)
    (style,) = tmp_path.glob("css/index.????????????.css")
    imports = re.findall(r'url\("([^"]+)"\) layer', style.read_text())
    assert len(imports) > 5
    assert all(
        re.search(r"\.[0-9a-f]{12}\.css$", name) and (tmp_path / "css" / name).exists() for name in imports
    )
    (script,) = tmp_path.glob("js/app.????????????.js")
    modules = re.findall(r'import\s*"\./([^"]+)"', script.read_text())
    assert modules
    assert all(
        (tmp_path / "js" / name).exists() and re.search(r"\.[0-9a-f]{12}\.js$", name) for name in modules
    )


def test_fonts_are_small_and_carry_their_licence():
    fonts = Path(settings.BASE_DIR, "static/fonts")
    assert sum(path.stat().st_size for path in fonts.glob("*.woff2")) < 250_000
    assert len(list(fonts.glob("*-OFL.txt"))) == 2


@pytest.mark.django_db
def test_the_policy_allows_our_own_files_only(client):
    policy = (
        client.get("/sign-in/")["Content-Security-Policy"]
        if client.get("/sign-in/").status_code == 200
        else ""
    )
    policy = policy or client.get("/welcome/")["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy


@pytest.mark.parametrize(
    ("view", "status"),
    [
        (errors.bad_request, 400),
        (errors.forbidden, 403),
        (errors.csrf_failure, 403),
        (errors.not_found, 404),
        (errors.too_many, 429),
        (errors.server_error, 500),
    ],
)
def test_error_pages_stand_on_nothing(view, status):
    """Neither a session nor a database is at hand here."""
    answer = view(RequestFactory().get("/"))
    assert answer.status_code == status
    assert b"<h1>" in answer.content


def test_a_missing_page_keeps_the_rail_for_who_is_signed_in(client, ann):
    client.force_login(ann)
    page = client.get("/nothing/here/")
    assert page.status_code == 404
    assert 'id="rail"' in page.content.decode()


@pytest.mark.django_db
def test_phones_can_put_it_on_their_home_screen(client):
    manifest = client.get(reverse("manifest"))
    assert manifest["Content-Type"] == "application/manifest+json"
    told = manifest.json()
    assert {"192x192", "512x512"} <= {icon["sizes"] for icon in told["icons"]}
    assert any(icon.get("purpose") == "maskable" for icon in told["icons"])
    assert client.post(reverse("manifest")).status_code == 405
