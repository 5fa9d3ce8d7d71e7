"""Whether a mail came from whom it names, as our own receiving servers found: Authentication-Results (RFC 8601).

Anyone can write such a field. Believed are those whose server, the word they begin with, is one of
`TRUSTED_MAIL_SERVERS`; that server takes out the forged ones that bear its name (RFC 8601, 5).
"""

import re
from collections.abc import Collection, Iterator

_COMMENT = re.compile(r"\([^()]{0,500}\)")
_RESULT = re.compile(r"^\s*(spf|dkim|dmarc)\s*(?:/\s*1\s*)?=\s*([a-z]+)", re.IGNORECASE)
_PROPERTY = re.compile(r"([a-z]+\.[a-z-]+)\s*=\s*(\"[^\"]*\"|\S+)")
_FAILED = {"fail", "hardfail"}
MOST_RESULTS = 50


def results(fields: str, trusted: Collection[str]) -> dict[str, str]:
    """What trusted servers found, by method ("spf", "dkim", "dmarc"), in lower case. `fields` are the values of the
    Authentication-Results fields, one a line, as `Mail.headers` has them. Of several signatures a good one counts."""
    found: dict[str, str] = {}
    for method, verdict, _properties in _told(fields, trusted):
        if found.get(method) != "pass":
            found[method] = verdict
    return found


def is_suspect(found: dict[str, str]) -> bool:
    """DMARC decides where it was looked at; else both SPF and DKIM have to have failed, or one and the other
    found nothing: forwarded mail fails one of them every day."""
    if dmarc := found.get("dmarc"):
        if dmarc in _FAILED:
            return True
        if dmarc == "pass":
            return False
    good = "pass" in (found.get("spf"), found.get("dkim"))
    return not good and any(found.get(method) in _FAILED for method in ("spf", "dkim"))


def is_proved(fields: str, trusted: Collection[str], address: str) -> bool:
    """Whether a trusted server found that the mail comes from the domain of `address`, which From names: DMARC says
    so, or a good signature or envelope sender of that very domain where its owner has no DMARC."""
    domain = address.rpartition("@")[2].lower()
    dmarc = results(fields, trusted).get("dmarc")
    if dmarc == "pass" or dmarc in _FAILED:
        return dmarc == "pass"
    named = {"dkim": ("header.d", "header.i"), "spf": ("smtp.mailfrom",)}
    return any(
        verdict == "pass" and domain in {_domain(found.get(name, "")) for name in named.get(method, ())}
        for method, verdict, found in _told(fields, trusted)
    )


def _told(fields: str, trusted: Collection[str]) -> Iterator[tuple[str, str, dict[str, str]]]:
    """(method, verdict, properties) of each result of a trusted server."""
    for line in fields.splitlines():
        server, *rest = _COMMENT.sub(" ", line[:10_000]).split(";")[:MOST_RESULTS]
        if _is_one_of(server, trusted):
            for piece in rest:
                if result := _RESULT.match(piece):
                    properties = dict(_PROPERTY.findall(piece[result.end() :].lower()))
                    yield result[1].lower(), result[2].lower(), properties


def _domain(value: str) -> str:
    return value.strip('"').rpartition("@")[2]


def _is_one_of(server: str, trusted: Collection[str]) -> bool:
    """The server's name may be followed by a version."""
    words = server.split()
    return bool(words) and words[0].strip('"').lower() in {name.lower() for name in trusted}
