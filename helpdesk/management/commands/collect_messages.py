"""Collect every string of the interface into the catalogues of its languages, without system gettext."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

import polib
from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils.translation.template import templatize

ROOMS = (
    "text",
    "events",
    "agents",
    "customers",
    "tickets",
    "channels_inbox",
    "automation",
    "csat",
    "reports",
    "helpdesk",
)
KEYWORDS: dict[str, Any] = {
    name + lazy: arguments
    for name, arguments in {
        "gettext": None,
        "ngettext": (1, 2),
        "pgettext": ((1, "c"), 2),
        "npgettext": ((1, "c"), 2, 3),
    }.items()
    for lazy in ("", "_lazy")
} | {"_": None, "gettext_noop": None}
PLURALS = {
    "ar": "nplurals=6; plural=n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 && n%100<=99 ? 4 : 5;",
    "fa": "nplurals=2; plural=(n > 1);",
}


class Found(NamedTuple):
    """One string of the source, and where it stands."""

    context: str | None
    singular: str
    plural: str | None
    place: str


class Command(BaseCommand):
    help = "Collect new strings into locale/*/LC_MESSAGES/django.po, and drop those that are no longer used."

    def handle(self, *args: Any, **options: Any) -> None:
        found = list(strings())
        for language in PLURALS:
            path = catalogue(language)
            path.parent.mkdir(parents=True, exist_ok=True)
            old = polib.pofile(str(path)) if path.exists() else polib.POFile()
            fresh = merge(language, old, found)
            fresh.save(str(path))
            self.stdout.write(
                f"{language}: {len(fresh)} strings, {len(fresh.untranslated_entries())} without translation"
            )


def catalogue(language: str) -> Path:
    """The file that holds the language's translations."""
    return settings.BASE_DIR / "locale" / language / "LC_MESSAGES" / "django.po"


def strings() -> Iterator[Found]:
    """Every translatable string in the rooms' code and in the templates, those in folders of their own among them."""
    for room in ROOMS:
        for path in sorted((settings.BASE_DIR / room).rglob("*.py")):
            if "migrations" not in path.parts:
                yield from _extract(path.read_text(), path)
    own = [folder for room in ROOMS for folder in sorted((settings.BASE_DIR / room).rglob("templates"))]
    for folder in [settings.BASE_DIR / "templates", *own]:
        for path in sorted(folder.rglob("*.*")):
            if path.suffix in {".html", ".txt", ".webmanifest"}:
                if "jinja2" in path.parts:
                    yield from _extract(path.read_text(), path, "jinja2")
                else:
                    yield from _extract(_as_code(path), path)


def _as_code(path: Path) -> str:
    # templatize turns strings into calls and blanks the rest; without indentation that reads as Python's tokens.
    return "\n".join(line.strip() for line in templatize(path.read_text(), origin=str(path)).splitlines())


def _extract(code: str, path: Path, language: str = "python") -> Iterator[Found]:
    from babel.messages.extract import extract

    for line, message, _comments, context in extract(
        language, BytesIO(code.encode()), keywords=KEYWORDS, options={}
    ):
        singular, plural = (message[0], message[1]) if isinstance(message, tuple) else (message, None)
        if singular:
            yield Found(context, singular, plural, f"{path.relative_to(settings.BASE_DIR)}:{line}")


def merge(language: str, old: polib.POFile, found: list[Found]) -> polib.POFile:
    """The catalogue of what was found, with the translations there were."""
    fresh = polib.POFile(wrapwidth=110)
    fresh.metadata = {
        "Language": language,
        "Content-Type": "text/plain; charset=UTF-8",
        "Plural-Forms": PLURALS[language],
    }
    known = {(entry.msgctxt, entry.msgid): entry for entry in old}
    entries: dict[tuple[str | None, str], polib.POEntry] = {}
    for one in found:
        key = (one.context, one.singular)
        entry = entries.get(key)
        if entry is None:
            entry = entries[key] = polib.POEntry(msgctxt=one.context, msgid=one.singular)
            before = known.get(key)
            if before is not None:
                entry.msgstr, entry.msgstr_plural = before.msgstr, before.msgstr_plural
            if "%(" in one.singular:
                entry.flags.append("python-format")
        if one.plural and not entry.msgid_plural:
            entry.msgid_plural = one.plural
            forms = int(PLURALS[language][9])
            entry.msgstr_plural = {n: entry.msgstr_plural.get(n, "") for n in range(forms)}
        file, _, _line = one.place.rpartition(":")
        if (file, "") not in entry.occurrences:
            entry.occurrences.append((file, ""))
    fresh.extend(sorted(entries.values(), key=lambda entry: (entry.occurrences[0], entry.msgid)))
    return fresh
