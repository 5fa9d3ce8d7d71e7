"""What an operation of the API takes and answers with, noted beside it for the description of the whole."""

from collections.abc import Callable
from typing import Any, TypedDict, TypeVar, Unpack

Operation = TypeVar("Operation", bound=Callable[..., Any])


class Shapes(TypedDict, total=False):
    """As drf-spectacular's `extend_schema` takes them."""

    request: Any
    responses: Any


def described(**shapes: Unpack[Shapes]) -> Callable[[Operation], Operation]:
    """Read by `helpdesk.api.openapi` when the description is asked for. `extend_schema` would load, with the views, all
    that writes descriptions and a test client: a tenth of every start."""

    def note(operation: Operation) -> Operation:
        operation.described = shapes  # type: ignore[attr-defined]
        return operation

    return note
