"""Names for subjects and actors: (kind, id) pairs, without foreign keys."""

from typing import Any

SYSTEM = ("system", None)


def ref(thing: Any) -> tuple[str, int | None]:
    """The (kind, id) of a model instance; a pair stays as it is; None is the system itself."""
    if thing is None:
        return SYSTEM
    if isinstance(thing, tuple):
        return thing
    return thing._meta.model_name, thing.pk
