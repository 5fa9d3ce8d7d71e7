"""Translations are compiled when they have changed, and only then."""

import gettext
import os

from helpdesk.translations import compile_stale

PO = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "Reply"\nmsgstr "%s"\n'


def test_a_changed_translation_is_compiled_once(tmp_path):
    source = tmp_path / "ar" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    source.write_text(PO % "رد")
    target = source.with_suffix(".mo")

    assert compile_stale([tmp_path]) == [target]
    assert compile_stale([tmp_path]) == []
    assert gettext.translation("django", tmp_path, ["ar"]).gettext("Reply") == "رد"

    source.write_text(PO % "جواب")
    os.utime(source, (target.stat().st_mtime + 1,) * 2)
    assert compile_stale([tmp_path]) == [target]
