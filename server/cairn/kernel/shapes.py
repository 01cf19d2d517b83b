"""The shape of every document, derived from its model, for OpenAPI and for the phone's types."""

from typing import Annotated, Any, get_args
from uuid import UUID

import msgspec
from msgspec import Meta
from sqlalchemy.orm import Mapped

from cairn.kernel.synced import Synced, document_fields


class About(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The record that something is about."""

    kind: Annotated[str, Meta(max_length=50)]
    id: UUID


_shapes: dict[type[Synced], type[msgspec.Struct]] = {}


def document_shape(model: type[Synced]) -> type[msgspec.Struct]:
    """A struct with the fields of the model's document."""
    if model not in _shapes:
        annotations = _annotations(model)
        columns = model.__table__.columns  # type: ignore[attr-defined]
        fields = [
            (model.renamed.get(name, name), columns[name].info.get("shape", _inner(annotations[name])))
            for name in document_fields(model)
        ]
        title = "".join(part.capitalize() for part in model.kind.split("_"))
        _shapes[model] = msgspec.defstruct(title, fields, module=__name__)
    return _shapes[model]


def _annotations(model: type[Synced]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for base in reversed(model.__mro__):
        found.update(getattr(base, "__annotations__", {}))
    return found


def _inner(annotation: Any) -> Any:
    """What is inside Mapped[...]."""
    arguments = get_args(annotation)
    return arguments[0] if arguments and getattr(annotation, "__origin__", None) is Mapped else Any
