"""Files that hang on records: the record names the file at once, the bytes follow in their own queue."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import BigInteger, Index
from sqlalchemy.orm import Mapped, mapped_column

from cairn.kernel.database import Base, json_column
from cairn.kernel.shapes import About
from cairn.kernel.synced import Synced


class File(Synced, Base):
    """One uploaded file; `awaiting` until its bytes are there and their SHA-256 agrees."""

    __tablename__ = "file"
    kind = "file"
    collection = "files"
    private = frozenset({"audience", "taken_position", "uploader_id", "received_bytes", "expires_at"})

    about: Mapped[dict[str, Any] | None] = json_column(About | None)
    account_id: Mapped[UUID | None]
    filename: Mapped[str | None]
    filetype: Mapped[str | None]
    bytes: Mapped[int | None] = mapped_column(BigInteger)
    sha256: Mapped[str | None]
    state: Mapped[str] = mapped_column(info={"shape": Literal["awaiting", "stored", "refused"]})
    width: Mapped[int | None]
    height: Mapped[int | None]
    taken_at: Mapped[datetime | None]
    uploaded_at: Mapped[datetime | None]
    code: Mapped[str | None]
    uploader_id: Mapped[UUID]
    received_bytes: Mapped[int] = mapped_column(BigInteger, default=0)
    expires_at: Mapped[datetime | None]
    taken_position: Mapped[dict[str, Any] | None] = json_column(dict[str, float] | None)
    """Where the photo says that it was taken: evidence for the verdict, stripped from what others see."""
    audience: Mapped[list[str]] = json_column(list[str])

    __table_args__ = (Index("ix_file_sha256", "organization_id", "sha256"),)

    def buckets(self) -> set[str]:
        return set(self.audience)
