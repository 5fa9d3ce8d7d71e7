"""Every string of the interface is there in Arabic and Persian, in every plural form, with the same blanks."""

import re

import polib
import pytest

from helpdesk.management.commands.collect_messages import PLURALS, catalogue, strings

BLANKS = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


@pytest.fixture(scope="module")
def found():
    return list(strings())


@pytest.mark.parametrize("language", PLURALS)
def test_nothing_is_missing_and_nothing_is_left_over(language, found):
    entries = {(entry.msgctxt, entry.msgid): entry for entry in polib.pofile(str(catalogue(language)))}
    wanted = {(one.context, one.singular) for one in found}
    assert wanted - entries.keys() == set(), "make messages collects them"
    assert entries.keys() - wanted == set(), "make messages drops them"
    assert [entry.msgid for entry in entries.values() if not entry.translated()] == []


@pytest.mark.parametrize("language", PLURALS)
def test_the_same_blanks_are_filled_in(language):
    for entry in polib.pofile(str(catalogue(language))):
        for said in [entry.msgstr, *entry.msgstr_plural.values()]:
            allowed = set(BLANKS.findall(entry.msgid)) | set(BLANKS.findall(entry.msgid_plural))
            assert set(BLANKS.findall(said)) <= allowed, entry.msgid
        if not entry.msgid_plural:
            assert set(BLANKS.findall(entry.msgstr)) == set(BLANKS.findall(entry.msgid)), entry.msgid


@pytest.mark.parametrize("language", PLURALS)
def test_digits_are_those_of_the_figures_that_are_filled_in(language):
    for entry in polib.pofile(str(catalogue(language))):
        said = entry.msgstr + "".join(entry.msgstr_plural.values())
        assert [one for one in said if one.isdecimal() and not one.isascii()] == [], entry.msgid


def test_persian_uses_its_own_letters():
    for entry in polib.pofile(str(catalogue("fa"))):
        said = entry.msgstr + "".join(entry.msgstr_plural.values())
        assert not set(said) & set("يكة"), entry.msgid
