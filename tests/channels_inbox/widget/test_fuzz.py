"""Whatever is sent to the widget's addresses and socket, the answer is never an error of ours."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
import schemathesis
import yaml
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode

from channels_inbox.adapters.widget.models import Conversation, Visitor
from channels_inbox.adapters.widget.saying import Said, say
from tests.channels_inbox.widget.conftest import SHOP

pytestmark = pytest.mark.django_db(transaction=True)
DESCRIPTION = Path(__file__).parents[3] / "docs" / "widget.openapi.yaml"
SCHEMA = schemathesis.openapi.from_dict(yaml.safe_load(DESCRIPTION.read_text()))
OPERATIONS = [found.ok() for found in SCHEMA.get_all_operations()]
# Where nothing can be said, nothing unfit can be said either.
CASES = [(operation, GenerationMode.POSITIVE) for operation in OPERATIONS] + [
    (operation, GenerationMode.NEGATIVE)
    for operation in OPERATIONS
    if operation.body or any(one.name != "Authorization" for one in operation.iter_parameters())
]
ENOUGH = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def known(site, widget, settings, channel) -> dict[str, str]:
    """What fills addresses, so that what is sent comes further than the door."""
    settings.WIDGET_LIMITS_OFF = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    site.arrive()
    line = say(Visitor.objects.get(), Said("first", "Hello"))
    return {"key": widget.key, "id": str(line.conversation_id), "token": site.token}


@pytest.mark.parametrize(("operation", "mode"), CASES, ids=lambda one: getattr(one, "label", one))
def test_no_answer_is_an_error_of_ours(operation, mode, known):
    client = Client(raise_request_exception=False)
    told: set[int] = set()

    @ENOUGH
    @given(st.data(), st.booleans(), st.booleans())
    def send(data: st.DataObject, opens: bool, is_known: bool) -> None:
        case = data.draw(operation.as_strategy(generation_mode=mode))
        answer = _sent(client, case, known if opens else {}, known["token"] if is_known else "")
        told.add(answer.status_code)
        assert answer.status_code < 500, case.as_curl_command()

    send()
    assert told


def _sent(client: Client, case: Any, known: dict[str, str], token: str) -> Any:
    places = {**case.path_parameters, **{name: known[name] for name in ("key", "id") if name in known}}
    path = case.operation.path
    for name, value in places.items():
        path = path.replace(f"{{{name}}}", quote(str(value), safe=""))
    headers = {"Origin": SHOP, **{str(name): str(value) for name, value in (case.headers or {}).items()}}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    headers = {name: value.encode("latin-1", "replace").decode("latin-1") for name, value in headers.items()}
    body, kind = _body(case)
    query = urlencode({name: str(value) for name, value in (case.query or {}).items()}, errors="replace")
    return client.generic(case.method, f"{path}?{query}", body, kind, headers=headers)


def _body(case: Any) -> tuple[bytes, str]:
    if not isinstance(case.body, dict | list | str | int | float | bool | bytes | None):
        return b"", "application/json"
    if case.media_type == "multipart/form-data":
        sent = case.body.get("file", b"") if isinstance(case.body, dict) else case.body
        content = sent if isinstance(sent, bytes) else str(sent).encode(errors="replace")
        head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\nContent-Type: image/png\r\n\r\n'
        return head + content + b"\r\n--x--\r\n", "multipart/form-data; boundary=x"
    return json.dumps(case.body, default=str).encode(), "application/json"


BYTES = st.binary(max_size=200)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=True) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
WORDS = st.sampled_from(
    ["hello", "send", "typing", "seen", "page", "choose", "end", "leave", "ping", "visible"]
)
INSIDE = st.dictionaries(
    st.sampled_from(
        [
            "client_id",
            "conversation",
            "text",
            "files",
            "answers",
            "number",
            "value",
            "email",
            "name",
            "address",
            "title",
        ]
    ),
    JSON,
    max_size=6,
)


@pytest.mark.parametrize(
    "sent", [b"\xff\xfe", b"{", b"[" * 100_000, b'{"a":' * 50_000, b"null", b'"x"', b"\x00", b"1e999"]
)
def test_bodies_that_are_no_objects_are_refused(known, widget, client, sent):
    answer = client.post(
        f"/widget/{widget.key}/visitors/", sent, "application/json", headers={"origin": SHOP}
    )
    assert answer.status_code in {400, 413}


def test_no_frame_ends_the_socket_or_is_an_error(known, site, opened, caplog, monkeypatch):
    monkeypatch.setattr("channels_inbox.adapters.widget.sockets.STRICTEST", 10**9)
    bubble = opened(site, conversation=known["id"])

    @ENOUGH
    @given(word=WORDS, inside=INSIDE | JSON, beside=st.sampled_from([None, known["id"], "x", 5]))
    def say_anything(word: str, inside: Any, beside: Any) -> None:
        bubble.says(**{word: inside, "conversation": beside})

    @ENOUGH
    @given(st.text() | JSON.map(json.dumps))
    def say_nonsense(text: str) -> None:
        bubble.socket.send(text.encode(errors="replace").decode())

    say_anything()
    say_nonsense()
    bubble.says(ping=1)
    while "pong" not in bubble.hears("pong", 20):
        pass
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []
    assert Conversation.objects.filter(pk=known["id"]).exists()
