"""Lists whose order people choose: by `position`, which each keeps for itself."""

from __future__ import annotations

from typing import Any

from django.db import models


def next_position(model: type[models.Model]) -> int:
    """That of one which comes after all others."""
    return (model._default_manager.aggregate(last=models.Max("position"))["last"] or 0) + 1


def change_places(one: Any, among: models.QuerySet[Any], *, up: bool) -> bool:
    """With the one before or after it; whether it is among them, and there is one. Needs an open transaction."""
    order = list(among.select_for_update(no_key=True))
    here = order.index(one) if one in order else -1
    there = here - 1 if up else here + 1
    if here < 0 or not 0 <= there < len(order):
        return False
    mine, other = order[here], order[there]
    mine.position, other.position = other.position, mine.position
    for moved in (mine, other):
        moved.save(update_fields=["position"])
    one.position = mine.position
    return True
