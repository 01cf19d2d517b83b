"""Customers and what belongs to them: contacts, sites and notes (features.md 36–40)."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column, validates

from cairn.kernel import access
from cairn.kernel.conflicts import Edited
from cairn.kernel.database import Base, json_column
from cairn.kernel.shapes import About
from cairn.kernel.synced import Publication, Synced
from cairn.modules.accounts.search import search_text
from cairn.modules.accounts.shapes import AccountCard, Address, Email, Name, Phone, Position, Tags, Text, Title


def account_bucket(account_id: UUID) -> str:
    return f"account:{account_id}"


def work_bucket(user_id: UUID) -> str:
    """What a person did, for themself and those who lead their work."""
    return f"work:{user_id}"


class Account(Edited, Synced, Base):
    """A customer. Its owner's reporting line reads it whole; a card of it is in the company's directory."""

    __tablename__ = "account"
    kind = "account"
    collection = "accounts"
    merge = {"notes": "text", "tags": "union", "address+position": "ask"}
    private = frozenset({"search", "edits", "served_by"})
    opened_by = ("owner_id", "served_by")
    also_publishes = {"account_card": AccountCard}

    name: Mapped[str] = mapped_column(info={"shape": Name})
    address: Mapped[str | None] = mapped_column(info={"shape": Address | None})
    position: Mapped[dict[str, Any] | None] = json_column(Position | None)
    phone: Mapped[str | None] = mapped_column(info={"shape": Phone | None})
    tags: Mapped[list[str]] = json_column(Tags)
    notes: Mapped[str | None] = mapped_column(info={"shape": Text | None})
    owner_id: Mapped[UUID]
    created_at: Mapped[datetime]
    created_by: Mapped[UUID]
    last_visit_at: Mapped[datetime | None]
    search: Mapped[str]
    served_by: Mapped[list[str] | None] = json_column(list[UUID] | None)
    """Who has something to do for the customer now; null when nobody is asked to."""

    @validates("name")
    def _index_name(self, _key: str, name: str) -> str:
        self.search = search_text(name)
        return name

    def buckets(self) -> set[str]:
        return {account_bucket(self.id)}

    def grants(self) -> Mapping[str, Iterable[str]]:
        readers = {access.line(self.owner_id)}
        if self.served_by is not None:
            readers |= {access.role("service_manager"), *(access.line(UUID(each)) for each in self.served_by)}
        return {account_bucket(self.id): readers}

    def publications(self) -> list[Publication]:
        card = {
            "id": self.id,
            "name": self.name,
            "address": self.address,
            "position": self.position,
            "owner_id": self.owner_id,
            "search": self.search,
        }
        directory = frozenset() if self.deleted_at else frozenset({"directory"})
        return [*super().publications(), Publication("account_card", self.id, directory, card)]


class Site(Edited, Synced, Base):
    """A further place of a customer, beside the customer's own position."""

    __tablename__ = "site"
    kind = "site"
    collection = "sites"
    merge = {"address+position": "ask"}
    private = frozenset({"edits"})
    part_of = ("account_id", "account")

    account_id: Mapped[UUID]
    name: Mapped[str] = mapped_column(info={"shape": Name})
    address: Mapped[str | None] = mapped_column(info={"shape": Address | None})
    position: Mapped[dict[str, Any] | None] = json_column(Position | None)

    __table_args__ = (Index("ix_site_account", "organization_id", "account_id"),)

    def buckets(self) -> set[str]:
        return {account_bucket(self.account_id)}


class Contact(Edited, Synced, Base):
    """A person at a customer."""

    __tablename__ = "contact"
    kind = "contact"
    collection = "contacts"
    private = frozenset({"edits"})
    part_of = ("account_id", "account")

    account_id: Mapped[UUID]
    name: Mapped[str] = mapped_column(info={"shape": Name})
    phone: Mapped[str | None] = mapped_column(info={"shape": Phone | None})
    email: Mapped[str | None] = mapped_column(info={"shape": Email | None})
    position_title: Mapped[str | None] = mapped_column(info={"shape": Title | None})
    created_at: Mapped[datetime]
    created_by: Mapped[UUID]

    __table_args__ = (Index("ix_contact_account", "organization_id", "account_id"),)

    def buckets(self) -> set[str]:
        return {account_bucket(self.account_id)}


class Note(Synced, Base):
    """Something that a person wrote down about a record."""

    __tablename__ = "note"
    kind = "note"
    collection = "notes"
    private = frozenset({"audience"})

    about: Mapped[dict[str, Any]] = json_column(About)
    account_id: Mapped[UUID | None]
    text: Mapped[str]
    author_id: Mapped[UUID]
    at: Mapped[datetime]
    created_at: Mapped[datetime]
    audience: Mapped[list[str]] = json_column(list[str])
    flags: Mapped[list[str]] = json_column(list[str], default=list)
    """What a person should look at, as of a visit: nobody knew what the note is about, say."""

    __table_args__ = (Index("ix_note_account", "organization_id", "account_id"),)

    def buckets(self) -> set[str]:
        return set(self.audience)
