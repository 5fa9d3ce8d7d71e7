"""Folding: what readers take for the same word is found by it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from text.normalise import LONGEST_TEXT, LONGEST_WORD, fold, query_terms, search_text

SAME = [
    ("أحمد", "احمد"),
    ("إسلام", "اسلام"),
    ("آمال", "امال"),
    ("ٱلحمد", "الحمد"),
    ("مُحَمَّدٌ", "محمد"),
    ("مـــرحبا", "مرحبا"),
    ("شركة", "شركه"),
    ("على", "علي"),
    ("مسؤول", "مسوول"),
    ("شيء", "شى"),
    ("کتاب", "كتاب"),
    ("یک", "يك"),
    ("می‌خواهم", "میخواهم"),
    ("خانهٔ", "خانه"),
    ("خانۀ", "خانه"),
    ("١٢٣", "123"),
    ("۱۲۳", "123"),
    ("ﻣﺮﺣﺒﺎ", "مرحبا"),
    ("\u202bسلام\u202c", "سلام"),
    ("Müller", "muller"),
    ("STRASSE", "straße"),
    ("İstanbul", "istanbul"),
    ("Łódź", "lodz"),
    ("Søren", "soren"),
    ("ＡＢＣ", "abc"),
    ("ﬁne", "fine"),
    ("Ёлка", "елка"),
    ("co\u00adoperate", "cooperate"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_these_are_the_same(one, other):
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("one", "other"), [("پدر", "بدر"), ("گل", "كل"), ("چای", "جای"), ("한국", "한글"), ("が", "か")]
)
def test_these_stay_apart(one, other):
    assert fold(one) != fold(other)


@given(st.text())
def test_folding_twice_changes_nothing_more(text):
    assert fold(fold(text)) == fold(text)


@given(st.lists(st.text(), max_size=4))
def test_search_text_is_always_fit_for_the_index(parts):
    words = search_text(*parts)
    assert "\0" not in words
    assert words == " ".join(words.split())
    words.encode()


def test_search_text_is_bounded():
    words = search_text("د" * 5_000, "word " * 100_000)
    assert len(words) <= LONGEST_TEXT
    assert max(map(len, words.split())) == LONGEST_WORD
    assert len(search_text(" ".join(chr(0x4E00 + n % 20_000) for n in range(300_000))).encode()) <= 400_000


def test_an_arabic_word_is_found_with_and_without_its_article():
    stored = search_text("أين الطلب؟ وللشركة والمدير").split()
    for asked in ("طلب", "الطلب", "شركة", "المدير", "مدير"):
        assert query_terms(asked)[0] in stored


@pytest.mark.parametrize(
    ("asked", "terms"),
    [
        ("Hello, World!", ["hello", "world"]),
        ("dora@example.com", ["dora", "example", "com"]),
        ("a & b | !c :* 'd' \\e <-> (f)", ["a", "b", "c", "d", "e", "f"]),
        ("x x X", ["x"]),
        ("طلب ١٢", ["طلب", "12"]),
        ("  ", []),
        ("\0", []),
    ],
)
def test_terms_of_a_query(asked, terms):
    assert query_terms(asked) == terms


@given(st.text())
def test_terms_are_safe_in_a_tsquery(asked):
    terms = query_terms(asked)
    assert len(terms) <= 16
    assert not any(set(term) & set("&|!():*<>'\\ \0") for term in terms)
