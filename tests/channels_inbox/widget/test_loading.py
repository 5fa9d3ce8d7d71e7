"""What a visitor's browser loads: little, for long, and with nothing of the host page."""

import gzip
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import translation

from channels_inbox.adapters.widget.lean import lean
from channels_inbox.adapters.widget.loading import FOLDER, MODULES
from channels_inbox.adapters.widget.words import reply_words, words

MOST_BYTES = 15_000
SOURCES = {path.stem: path.read_text() for path in Path(FOLDER).glob("*.js")}


@pytest.fixture
def scripts(client) -> dict[str, object]:
    """Both answers, as a browser asks for them."""
    accepts = {"accept-encoding": "gzip, deflate, br"}
    loader = client.get("/widget.js", headers=accepts)
    app = re.search(rb"/widget/app\.[0-9a-f]{12}\.js", gzip.decompress(loader.content))[0].decode()
    return {"loader": loader, "app": client.get(app, headers=accepts)}


def test_all_of_it_is_at_most_15_kilobytes(scripts):
    sizes = {name: len(answer.content) for name, answer in scripts.items()}
    assert sum(sizes.values()) <= MOST_BYTES, sizes


def test_any_website_may_load_it_and_keeps_the_rest_for_ever(scripts):
    for answer in scripts.values():
        assert answer.status_code == 200
        assert answer["Content-Type"] == "text/javascript; charset=utf-8"
        assert answer["Access-Control-Allow-Origin"] == "*"
        assert answer["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert "Accept-Encoding" in answer["Vary"]
        assert not answer.cookies
    assert "max-age=300" in scripts["loader"]["Cache-Control"]
    assert "immutable" in scripts["app"]["Cache-Control"]


def test_a_page_from_before_the_last_change_still_gets_it_but_does_not_keep_it(client):
    answer = client.get(reverse("widget-app", args=["0123456789ab"]))
    assert answer.status_code == 200
    assert "immutable" not in answer["Cache-Control"]


def test_without_gzip_it_comes_as_it_is(client):
    assert client.get("/widget.js").content.startswith(b"(()=>{")


def test_every_module_is_in_it(client):
    assert {"widget", *MODULES} == SOURCES.keys()
    app = client.get(reverse("widget-app", args=["0123456789ab"])).content.decode()
    assert not re.search(r"^import|^export (?!function start)", app, re.MULTILINE)
    assert app.count("export function start") == 1


@pytest.mark.parametrize("name", sorted(SOURCES))
def test_it_writes_no_html_no_inline_style_and_no_cookie(name):
    html = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write"
    others = r"document\.cookie|\beval\(|new Function|setAttribute\(.style"
    assert not re.findall(f"{html}|{others}", SOURCES[name])


def test_every_word_that_it_says_can_be_translated():
    said = set(re.findall(r"\bwords\.(\w+)", "".join(SOURCES.values())))
    said |= {f"{what}{part}" for what in ("leave", "transcript", "end") for part in ("", "_ask", "_do")}
    said |= {"leave_done", "transcript_done", "sending", "waiting", "sent", "seen"}
    assert said == words().keys()


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
def test_what_the_browser_fills_in_has_its_place_in_every_language(language):
    with translation.override("en"):
        english = words()
    with translation.override(language):
        assert {name for name, said in words().items() if "%s" in said} == {
            name for name, said in english.items() if "%s" in said
        }


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (None, ""),
        (5, "We usually reply within a minute"),
        (61, "We usually reply within 2 minutes"),
        (180, "We usually reply within 3 minutes"),
        (3600, "We usually reply within 1 hour"),
        (90 * 60, "We usually reply within 2 hours"),
        (23 * 3600, "We usually reply within 1 day"),
        (60 * 3600, ""),
    ],
)
def test_how_soon_an_answer_comes(seconds, said):
    assert reply_words(seconds) == said


def test_arabic_counts_as_arabic_does():
    with translation.override("ar"):
        assert [reply_words(60 * count) for count in (2, 3, 11)] == [
            "نردّ عادةً خلال دقيقتين",
            "نردّ عادةً خلال 3 دقائق",
            "نردّ عادةً خلال 11 دقيقة",
        ]


@pytest.mark.parametrize(
    ("source", "left"),
    [
        ("const one = 1;\n\n  // said\nconst two = 2;\n", "const one=1;const two=2;\n"),
        ("/* said\n   twice */\nlet a;\n", "let a;\n"),
        ('say("a  =  b // c");\n', 'say("a  =  b // c");\n'),
        ("say(`a  =  ${ b }`);\n", "say(`a  =  ${ b }`);\n"),
        ('x.match( /a  =  "[)]/u);\n', 'x.match(/a  =  "[)]/u);\n'),
        ("const a = b + +c - -d;\n", "const a=b + +c - -d;\n"),
        ("if (a) {\n  b();\n}\nelse c();\n", "if(a){b()}else c();\n"),
        ("const a = {\n  b,\n  c,\n};\n", "const a={b,c};\n"),
        ("try { a(); } catch { /* said */ }\n", "try{a()}catch{}\n"),
        ("a((one) => async (two) => b);\n", "a(one=>async(two)=>b);\n"),
        (
            "const style = `\n.a :is(.b, i):hover { inset: calc(1px - 2px); }\n`;\n",
            "const style=`.a :is(.b,i):hover{inset:calc(1px - 2px)}`;\n",
        ),
    ],
)
def test_what_only_people_read_is_left_out(source, left):
    assert lean(source) == left
