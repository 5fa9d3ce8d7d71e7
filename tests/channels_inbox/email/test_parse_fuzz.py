"""The parser against broken input: nothing raises, nothing takes long, nothing unfit for the database comes out."""

import random
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels_inbox.adapters.email.parse import parse
from tests.channels_inbox.email.mutating import PIECES, SEEDS, check, mutated


@pytest.mark.parametrize("seed", range(20))
def test_mutated_mails(seed):
    chance = random.Random(seed)
    for _ in range(100):
        raw = mutated(chance)
        start = time.process_time()
        check(parse(raw))
        assert time.process_time() - start < 2


def test_what_failed_once():
    for path in sorted((Path(__file__).parent / "kept").glob("*.eml")):
        start = time.process_time()
        check(parse(path.read_bytes()))
        assert time.process_time() - start < 2, path.name


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=2_000))
def test_any_bytes(raw):
    check(parse(raw))


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from([*PIECES, *SEEDS[1].splitlines(keepends=True)]), max_size=30))
def test_any_mixture_of_pieces(pieces):
    check(parse(b"".join(pieces)))


def test_the_seeds_read_right():
    first = parse(SEEDS[0])
    assert (first.subject, first.text, first.html) == (
        "السلام",
        "ال soft break\n> quoted\n-- \nDora",
        "<p>نماذ</p>",
    )
    assert [one.filename for one in first.attachments] == ["a.pdf", "inner.eml"]
