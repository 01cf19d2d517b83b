"""tus 1.0 as a phone speaks it, for tests of uploads."""

import base64
import hashlib
from typing import Any
from uuid import UUID

from httpx import AsyncClient, Response

from cairn.kernel.ids import new_id

VERSION = {"Tus-Resumable": "1.0.0"}


def metadata(**values: str) -> str:
    return ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in values.items())


class Photo:
    """A photo on a phone: its bytes, its id, and how to bring it up."""

    def __init__(self, http: AsyncClient, content: bytes, file_id: str | None = None, name: str = "photo.jpg") -> None:
        self.http = http
        self.content = content
        self.id = file_id or str(new_id())
        self.name = name
        self.sha256 = hashlib.sha256(content).hexdigest()

    @property
    def uuid(self) -> UUID:
        return UUID(self.id)

    @property
    def path(self) -> str:
        return f"/sync/files/{self.id}"

    async def announce(self, length: int | None = None, **changes: str) -> Response:
        values = {"id": self.id, "sha256": self.sha256, "filename": self.name, "filetype": "image/jpeg"} | changes
        headers = VERSION | {
            "Upload-Length": str(len(self.content) if length is None else length),
            "Upload-Metadata": metadata(**values),
        }
        return await self.http.post("/sync/files", headers=headers)

    async def offset(self) -> int:
        answer = await self.http.head(self.path, headers=VERSION)
        assert answer.status_code == 200
        return int(answer.headers["Upload-Offset"])

    async def send(self, start: int = 0, end: int | None = None, **headers: Any) -> Response:
        chosen = VERSION | {"Content-Type": "application/offset+octet-stream", "Upload-Offset": str(start)}
        chosen |= {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.http.patch(self.path, content=self.content[start:end], headers=chosen)

    async def upload(self) -> Response:
        """All at once; the last answer."""
        answer = await self.announce()
        return await self.send() if answer.status_code == 201 else answer

    async def read(self, http: AsyncClient | None = None, **params: str) -> Response:
        return await (http or self.http).get(f"/api/files/{self.id}", params=params)


def checksum(content: bytes, algorithm: str = "sha256") -> str:
    return f"{algorithm} {base64.b64encode(hashlib.new(algorithm, content).digest()).decode()}"
