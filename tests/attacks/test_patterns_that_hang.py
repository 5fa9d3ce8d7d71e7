"""Attack: words made so that a pattern which looks for something in them never ends. `test_parse_limits.py` holds
those for the mail's own structure."""

import contextlib
import time

import pytest

from channels_inbox.adapters.email.filenames import clean_filename
from customers.models.identity import key_of
from text.html import clean, to_text
from text.language import detect
from text.quotes import new_html, new_text

LONG = 100_000
PIECES = [
    "On ",
    "On Mon, wrote:",
    "> ",
    ">",
    "-",
    "_",
    "*",
    "=",
    "--- ",
    "From: ",
    "From: a\nSent: ",
    "من: ",
    "كتب ",
    "در تاریخ ",
    "<",
    "<a ",
    "<div>",
    "<blockquote>",
    "<!--",
    "&#",
    " ",
    "\n",
    "a@",
    "@",
    "a.",
    "http://",
    "(",
    "wrote:\n",
    "\u200f",
    "‌",
]


@pytest.mark.parametrize("piece", PIECES)
@pytest.mark.parametrize("read", [new_text, new_html, to_text, clean, detect, clean_filename])
def test_it_is_read_in_a_second(read, piece):
    words = (piece * (LONG // len(piece)))[:LONG]
    began = time.process_time()
    read(words)
    read(words + "x")
    assert time.process_time() - began < 1


@pytest.mark.parametrize("piece", ["a", "@", "a.", "xn--", "é"])
def test_an_address_too(piece):
    began = time.process_time()
    with contextlib.suppress(ValueError):
        key_of("email", piece * LONG + "@x.example")
    assert time.process_time() - began < 1
