"""Synced records: one declaration says what is published, to whom, and how edits of it merge."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from msgspec import Struct
from sqlalchemy.orm import Mapped, mapped_column

from cairnsync.merge import Policy

Merge = Mapping[str, Policy]


@dataclass(frozen=True, slots=True)
class Publication:
    """One document and the buckets that hold it; no buckets means that nobody holds it any more."""

    kind: str
    id: UUID
    buckets: frozenset[str]
    document: dict[str, Any]


class Synced:
    """A record that phones know about. The kernel publishes it at flush; handlers only change it."""

    kind: ClassVar[str]
    """The document's kind on the wire."""
    collection: ClassVar[str | None] = None
    """Its name under /api/v1, if it has one."""
    merge: ClassVar[Merge] = {}
    """Policies of fields, or of groups such as "address+position"; `ask` where nothing is said."""
    private: ClassVar[frozenset[str]] = frozenset()
    """Columns that no document shows."""
    renamed: ClassVar[Mapping[str, str]] = {}
    """Columns that are called otherwise in the document."""
    also_publishes: ClassVar[Mapping[str, type[Struct]]] = {}
    """Further kinds that `publications` makes of this record, with their shapes."""
    part_of: ClassVar[tuple[str, str] | None] = None
    """Column and kind of the record whose owner is also this one's, where it has none of its own."""
    opened_by: ClassVar[tuple[str, ...]] = ()
    """The columns that decide `grants`."""
    shapes_memberships: ClassVar[bool] = False
    """Whether a change of it can change who is part of which principal."""
    organization_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    deleted_at: Mapped[datetime | None] = mapped_column(default=None)

    kinds: ClassVar[dict[str, type["Synced"]]] = {}
    """Every model by the kind of its document."""

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if "kind" in cls.__dict__:
            cls.kinds[cls.kind] = cls

    def buckets(self) -> set[str]:
        """The buckets that hold this record's document."""
        raise NotImplementedError

    def grants(self) -> Mapping[str, Iterable[str]]:
        """The buckets that this record opens, and to which principals."""
        return {}

    def document(self) -> dict[str, Any]:
        """The JSON that phones see: every column that is not private."""
        values, shown = self.__dict__, document_names(type(self))
        try:  # past the mapper's descriptors, which cost more than everything else here
            return {shown_as: values[name] for name, shown_as in shown}
        except KeyError:  # an attribute that was never set
            return {shown_as: getattr(self, name) for name, shown_as in shown}

    def publications(self) -> list[Publication]:
        """Every document made of this record; a deleted record keeps its documents' names and no bucket."""
        buckets = frozenset() if self.deleted_at else frozenset(self.buckets())
        return [Publication(self.kind, self.id, buckets, self.document())]

    def reference(self) -> dict[str, Any]:
        """How other records refer to this one."""
        return {"kind": self.kind, "id": self.id}

    def label(self) -> str:
        """What a person calls it, for conflicts and refusals."""
        return str(getattr(self, "name", self.kind))

    def check(self) -> None:
        """Validate the record as a whole after a merge; raises a DomainError."""


HIDDEN = frozenset({"organization_id", "deleted_at"})
_fields: dict[type[Synced], tuple[str, ...]] = {}


def document_fields(model: type[Synced]) -> tuple[str, ...]:
    """The columns that a model's document shows, in the order of their declaration."""
    if model not in _fields:
        columns = model.__table__.columns.keys()  # type: ignore[attr-defined]
        hidden = HIDDEN | model.private | {"id"}
        _fields[model] = ("id", *(name for name in columns if name not in hidden))
    return _fields[model]


_names: dict[type[Synced], tuple[tuple[str, str], ...]] = {}


def document_names(model: type[Synced]) -> tuple[tuple[str, str], ...]:
    """(column, name in the document) of everything that a model's document shows."""
    if model not in _names:
        _names[model] = tuple((name, model.renamed.get(name, name)) for name in document_fields(model))
    return _names[model]
