"""The API described by itself."""

import shutil
from io import StringIO

import pytest
import yaml
from django.conf import settings
from django.core.management import call_command
from playwright.sync_api import sync_playwright


def test_the_description_is_valid_and_complete(tmp_path):
    errors = StringIO()
    file = tmp_path / "schema.yml"
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(file), stderr=errors)
    text = file.read_text()
    assert "Idempotency-Key" in text
    assert "scheme: bearer" in text
    operations = {
        name: methods["post"] for name, methods in yaml.safe_load(text)["paths"].items() if "post" in methods
    }
    asked = operations["/api/v1/tickets/"]["requestBody"]["content"]["application/json"]["schema"]
    assert asked == {"$ref": "#/components/schemas/NewTicket"}
    assert {"200", "201"} <= set(operations["/api/v1/customers/"]["responses"])


def test_it_is_read_by_those_who_may_call(api, nobody):
    assert api.get("schema/").status_code == 200
    assert nobody.get("schema/").status_code == 401
    assert nobody.get("docs/").status_code == 401


@pytest.mark.parametrize("address", ["schema/", "docs/"])
def test_whoever_calls_by_another_method_is_asked_for_his_token_and_told(api, nobody, address):
    assert api.post(address).status_code == 405
    assert nobody.post(address).status_code == 401


def test_the_page_loads_nothing_from_elsewhere_and_has_nothing_inline(ann, client):
    client.force_login(ann, "agents.backends.AgentBackend")
    page = client.get("/api/v1/docs/", headers={"Accept": "text/html"})
    html = page.content.decode()
    assert page.status_code == 200
    assert "https://" not in html
    assert "<style" not in html
    assert html.count("<script") == html.count("<script src=")


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_page_is_drawn_under_our_strict_rules(ann, client, live_server):
    client.force_login(ann, "agents.backends.AgentBackend")
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    said: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        page = browser.new_page()
        page.context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}]
        )
        page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(f"{live_server.url}/api/v1/docs/")
        page.wait_for_selector(".opblock-tag-section", timeout=20_000)
        assert page.locator(".opblock-tag").count() >= 7
        browser.close()
    assert said == []


def chromium() -> str:
    found = shutil.which("chromium")
    if found is None:
        pytest.skip("no Chromium was found")
    return found
