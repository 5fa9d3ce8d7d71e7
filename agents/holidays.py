"""Public holidays and weekends of countries, with their names. Nothing of it is ours: the packages `holidays` and
`babel` (Unicode CLDR) know. A country is written as ISO 3166 does, also with a part of it: DE, DE-BY."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from importlib import resources
from typing import Any


def is_holiday(country: str, day: date) -> bool:
    """Whether that day is a public holiday there; nowhere where the country is not known."""
    return bool(country) and day in _of_year(country, day.year, "")


def holidays_of(country: str, year: int, language: str) -> dict[date, str]:
    """The public holidays of a year in their order, named in that language where it is known, else in English or
    as the country itself calls them."""
    return dict(sorted(_of_year(country, year, language).items())) if country else {}


@lru_cache(maxsize=512)
def weekend_of(country: str) -> frozenset[int]:
    """The weekdays that are free there (0 is Monday); Saturday and Sunday where the country is not known."""
    return frozenset(_calendar(country, [], None).weekend) if is_known(country) else frozenset({5, 6})


@lru_cache(maxsize=512)
def week_begins(country: str) -> int:
    """The weekday that begins a week there (0 is Monday), by Unicode CLDR; Monday where the country is not known."""
    from babel import Locale

    return Locale.parse(f"und_{country[:2]}").first_week_day if is_known(country) else 0


def is_known(country: str) -> bool:
    """Whether its holidays are known, those of the part that it names among them."""
    code, _dash, part = country.partition("-")
    return code in countries() and (not part or part in parts_of(code))


@lru_cache(maxsize=1)
def countries() -> frozenset[str]:
    """Those whose holidays are known."""
    import holidays

    return frozenset(code for code in holidays.list_supported_countries(include_aliases=False))


@lru_cache(maxsize=64)
def parts_of(country: str) -> tuple[str, ...]:
    """Parts of the country with holidays of their own, as ISO 3166-2 names them after the dash."""
    import holidays

    return tuple(sorted(holidays.list_supported_countries(include_aliases=False).get(country, ())))


def name_of_country(country: str, language: str) -> str:
    """What it is called in that language; with the part of it that is named after a dash: "Germany (BY)"."""
    code, _dash, part = country.partition("-")
    name = names_of_countries(language).get(code, code)
    return f"{name} ({part})" if part else name


@lru_cache(maxsize=8)
def names_of_countries(language: str) -> Mapping[str, str]:
    """What each is called in that language, in the alphabet's order."""
    from babel import Locale

    names = Locale.parse(language, sep="-").territories
    return dict(sorted(((code, names.get(code, code)) for code in countries()), key=lambda pair: pair[1]))


@lru_cache(maxsize=512)
def zone_of(country: str) -> str:
    """The time zone that most of the country keeps, by the table that comes with the zones; UTC where none is known."""
    table = (resources.files("tzdata") / "zoneinfo" / "zone.tab").read_text()
    lines = (line.split("\t") for line in table.splitlines() if not line.startswith("#"))
    return next((name for code, _place, name, *_more in lines if code == country.partition("-")[0]), "UTC")


@lru_cache(maxsize=256)
def _of_year(country: str, year: int, language: str) -> Mapping[date, str]:
    if not is_known(country):
        return {}
    known = _calendar(country, [], None).supported_languages
    wanted = (found for one in (language, "en") for found in known if one and found.partition("_")[0] == one)
    return dict(_calendar(country, [year], next(wanted, None)).items())


def _calendar(country: str, years: list[int], language: str | None) -> Any:
    import holidays

    code, _dash, part = country.partition("-")
    return holidays.country_holidays(code, subdiv=part or None, years=years, language=language)
