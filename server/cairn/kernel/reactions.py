"""Reactions: what follows from a committed change, in a module above the one that was changed.

A worker follows each organization's feed and turns a change into commands; a mark of how far it came is moved in
the same transaction as those commands, so each happens exactly once.
"""

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger
from sqlalchemy.orm import Mapped, mapped_column

from cairn.kernel.commands import Command
from cairn.kernel.database import Base

Document = dict[str, Any]
Reaction = Callable[[Document], Iterable[Command]]


class ReactionMark(Base):
    """Up to which seq an organization's changes were reacted to."""

    __tablename__ = "reaction_mark"

    organization_id: Mapped[UUID] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger)


_reactions: dict[str, list[Reaction]] = {}


def reacts_to(kind: str) -> Callable[[Reaction], Reaction]:
    """Declare a pure function from a changed document to the commands that follow from it."""

    def declare(reaction: Reaction) -> Reaction:
        _reactions.setdefault(kind, []).append(reaction)
        return reaction

    return declare


def followed_kinds() -> list[str]:
    return sorted(_reactions)


def reactions_to(kind: str, document: Document) -> list[Command]:
    """The commands that follow from one changed document."""
    return [command for reaction in _reactions.get(kind, []) for command in reaction(document)]
