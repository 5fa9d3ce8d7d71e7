"""The addresses that there are."""

from collections.abc import Iterable, Iterator

from django.urls import URLPattern, URLResolver, get_resolver


def routes(
    patterns: Iterable[URLPattern | URLResolver], before: str = ""
) -> Iterator[tuple[str, URLPattern]]:
    """Each address as the URLconf writes it, and what answers there."""
    for one in patterns:
        path = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from routes(one.url_patterns, path)
        else:
            yield path, one


def paths() -> set[str]:
    """Every address of the product."""
    return {path for path, _pattern in routes(get_resolver().url_patterns)}
