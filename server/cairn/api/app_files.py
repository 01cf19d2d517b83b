"""The built PWA, held in memory and compressed once; unknown paths are the app's own, so they get its page."""

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import brotli
from litestar import Request, Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

STATIC = Path(__file__).parent.parent / "static"
COMPRESSIBLE = ("text/", "application/javascript", "application/json", "image/svg", "application/manifest")
COMPRESS_FROM_BYTES = 1_000
NOT_PAGES = ("api/", "sync/", "schema", "assets/")
TYPES = {".webmanifest": "application/manifest+json", ".js": "text/javascript", ".mjs": "text/javascript"}
POLICY = (
    "default-src 'self'; img-src 'self' blob: data:; style-src 'self' 'unsafe-inline'; worker-src 'self' blob:; "
    "connect-src 'self' https:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
)


@dataclass
class StaticFile:
    """One file of the build."""

    content: bytes
    media_type: str
    etag: str
    immutable: bool

    @cached_property
    def encodings(self) -> dict[str, bytes]:
        """The content compressed, best first; made when it is first asked for, so that the start is quick."""
        if not self.media_type.startswith(COMPRESSIBLE) or len(self.content) < COMPRESS_FROM_BYTES:
            return {}
        return {"br": brotli.compress(self.content, quality=6), "gzip": gzip.compress(self.content, 6)}


class Build:
    """The files of a build by their paths; none where the PWA was not built, and read again when it is built anew."""

    def __init__(self, folder: Path | None = STATIC) -> None:
        self._folder = folder
        self._files: dict[str, StaticFile] = {}
        self._stamp: tuple[int, ...] = ()

    def files(self) -> dict[str, StaticFile]:
        """What is there now; while a build is being written, what was there before."""
        if self._folder is not None and (stamp := _stamp(self._folder)) and stamp != self._stamp:
            self._files, self._stamp = _load_all(self._folder), stamp
        return self._files


def _stamp(folder: Path) -> tuple[int, ...]:
    """When the build was made: by its page, and by the service worker, which is written last."""
    try:
        return tuple((folder / name).stat().st_mtime_ns for name in ("index.html", "service-worker.js"))
    except FileNotFoundError:
        return ()


def _load_all(folder: Path) -> dict[str, StaticFile]:
    return {
        str(path.relative_to(folder)): _load(path, str(path.relative_to(folder)))
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def _load(path: Path, name: str) -> StaticFile:
    content = path.read_bytes()
    media_type = TYPES.get(path.suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    return StaticFile(
        content=content,
        media_type=media_type,
        etag=f'"{hashlib.sha256(content).hexdigest()[:20]}"',
        immutable=name.startswith("assets/"),
    )


@get(["/", "/{path:path}"], include_in_schema=False)
async def serve_app(request: Request[Any, Any, Any], path: FromPath[str] = "") -> Response[bytes]:
    """A file of the build, or the app's page for a path of the app's own."""
    files = request.app.state.build.files()
    name = path.lstrip("/")
    file: StaticFile | None = files.get(name)
    if file is None:
        if name.startswith(NOT_PAGES) or "index.html" not in files:
            raise NotFoundException(detail="no such page")
        file = files["index.html"]
    return _answer(request, file)


def _answer(request: Request[Any, Any, Any], file: StaticFile) -> Response[bytes]:
    caching = "public, max-age=31536000, immutable" if file.immutable else "no-cache"
    headers = {"ETag": file.etag, "Cache-Control": caching, "X-Content-Type-Options": "nosniff"}
    if file.media_type == "text/html":
        headers |= {"Content-Security-Policy": POLICY, "Referrer-Policy": "same-origin"}
    if request.headers.get("if-none-match") == file.etag:
        return Response(b"", status_code=304, headers=headers)
    wanted = _range(request.headers.get("range", ""), len(file.content))
    if wanted is not None:
        start, end = wanted
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{len(file.content)}"
        return Response(file.content[start:end], status_code=206, headers=headers, media_type=file.media_type)
    headers |= {"Accept-Ranges": "bytes", "Vary": "Accept-Encoding"}
    accepted = request.headers.get("accept-encoding", "")
    for encoding, content in file.encodings.items():
        if encoding in accepted:
            return Response(content, headers=headers | {"Content-Encoding": encoding}, media_type=file.media_type)
    return Response(file.content, headers=headers, media_type=file.media_type)


def _range(header: str, length: int) -> tuple[int, int] | None:
    """One byte range (RFC 9110, 14.1.2) as start and end, or nothing where it cannot be met."""
    unit, _, spec = header.partition("=")
    first, dash, last = spec.partition("-")
    if unit != "bytes" or not dash or "," in spec or not (first + last).isdecimal():
        return None
    if not first:
        return max(0, length - int(last)), length
    start, end = int(first), min(int(last) + 1, length) if last else length
    return (start, end) if start < end else None
