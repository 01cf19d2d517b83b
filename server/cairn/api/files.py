"""tus 1.0 resumable uploads (creation, expiration, checksum), and downloads by who may read the record."""

import asyncio
import base64
import binascii
import hashlib
from typing import Any, Literal
from uuid import UUID

from litestar import Request, Response, Router, get, head, patch, post, route
from litestar.exceptions import HTTPException
from litestar.params import FromPath, FromQuery
from litestar.response import Stream

from cairn.api.authentication import sender, services_of, signed_in
from cairn.kernel.context import Actor
from cairn.kernel.errors import MalformedInput
from cairn.kernel.held import held_now
from cairn.modules.files.errors import ChecksumMismatch, TusVersionUnknown, UploadOffsetMismatch
from cairn.modules.files.uploads import UPLOAD_VALID_FOR, Announcement, FileState, Upload, Uploads

AnyRequest = Request[Any, Any, Any]
BLOCK_BYTES = 1024 * 1024
VERSION = {"Tus-Resumable": "1.0.0"}


def _check_version(request: AnyRequest) -> None:
    """Raises TusVersionUnknown: every request but OPTIONS says which tus it speaks."""
    if request.headers.get("tus-resumable") != VERSION["Tus-Resumable"]:
        raise TusVersionUnknown(version=VERSION["Tus-Resumable"])


def _number(request: AnyRequest, header: str) -> int:
    text = request.headers.get(header, "")
    if not text.isdecimal() or len(text) > 15:
        raise MalformedInput(path=header, reason="expected a whole number")
    return int(text)


def read_metadata(header: str) -> dict[str, str]:
    """Upload-Metadata: keys with base64 values, separated by commas; raises MalformedInput."""
    found = {}
    try:
        for pair in filter(None, (part.strip() for part in header.split(","))):
            key, _, value = pair.partition(" ")
            found[key] = base64.b64decode(value, validate=True).decode()
            if "\0" in found[key]:
                raise ValueError("a text cannot hold the character U+0000")
    except (binascii.Error, ValueError) as error:
        raise MalformedInput(path="Upload-Metadata", reason="expected base64 values") from error
    return found


def _announcement(request: AnyRequest) -> Announcement:
    metadata = read_metadata(request.headers.get("upload-metadata", ""))
    try:
        file_id = UUID(metadata.get("id", ""))
    except ValueError:
        raise MalformedInput(path="Upload-Metadata.id", reason="expected a UUID") from None
    sha256 = metadata.get("sha256", "").lower()
    if len(sha256) != 64 or set(sha256) - set("0123456789abcdef"):
        raise MalformedInput(path="Upload-Metadata.sha256", reason="expected 64 hexadecimal digits")
    return Announcement(
        file_id=file_id,
        filename=metadata.get("filename", "")[:255],
        filetype=metadata.get("filetype", "")[:100],
        length=_number(request, "upload-length"),
        sha256=sha256,
    )


@route("/", http_method=["OPTIONS"], status_code=204, operation_id="uploadOptions")
async def options(request: AnyRequest) -> Response[None]:
    """What this server can do of tus."""
    headers = VERSION | {
        "Tus-Version": "1.0.0",
        "Tus-Extension": "creation,expiration,checksum",
        "Tus-Checksum-Algorithm": "sha256,sha1",
        "Tus-Max-Size": str(services_of(request).settings.upload_limit_bytes),
    }
    return Response(None, status_code=204, headers=headers)


@post("/", status_code=201, operation_id="beginUpload")
async def begin(request: AnyRequest) -> Response[None]:
    """Announce a file; the id, its digest, name and type are in Upload-Metadata."""
    _check_version(request)
    person = await sender(request)
    upload = await services_of(request).uploads.begin(person.actor, _announcement(request))
    expires = services_of(request).clock.now() + UPLOAD_VALID_FOR
    headers = VERSION | {
        "Location": f"/sync/files/{upload.file_id}",
        "Upload-Offset": str(upload.offset),
        "Upload-Expires": expires.strftime("%a, %d %b %Y %H:%M:%S GMT"),
    }
    return Response(None, status_code=201, headers=headers)


def _standing(upload: Upload) -> dict[str, str]:
    return VERSION | {
        "Upload-Offset": str(upload.offset),
        "Upload-Length": str(upload.length),
        "Upload-State": upload.state,
        "Cache-Control": "no-store",
    }


@head("/{file_id:uuid}", operation_id="findUpload")
async def find(request: AnyRequest, file_id: FromPath[UUID]) -> Response[None]:
    """Where an upload stands."""
    _check_version(request)
    person = await sender(request)
    return Response(None, headers=_standing(await services_of(request).uploads.resume(person.actor, file_id)))


@patch("/{file_id:uuid}", status_code=204, operation_id="continueUpload")
async def append(request: AnyRequest, file_id: FromPath[UUID]) -> Response[None]:
    """Add bytes at the offset; with the last ones the digest is checked, and a worker looks at the file."""
    _check_version(request)
    person, uploads = await sender(request), services_of(request).uploads
    if request.headers.get("content-type", "") != "application/offset+octet-stream":
        raise HTTPException(status_code=415, detail="expected application/offset+octet-stream")
    upload = await uploads.find(person.actor, file_id)
    offset = _number(request, "upload-offset")
    if offset != upload.offset:
        raise UploadOffsetMismatch(offset=upload.offset)
    if upload.received:
        return Response(None, status_code=204, headers=_standing(upload))
    with uploads.places.taken(person.actor.user_id):
        offset = await _take(request, uploads, person.actor, upload)
    if offset == upload.length:
        await uploads.receive(person.actor, upload)
    return Response(None, status_code=204, headers=VERSION | {"Upload-Offset": str(offset)})


async def _take(request: AnyRequest, uploads: Uploads, actor: Actor, upload: Upload) -> int:
    """Keep what comes, up to where the line breaks; the new offset."""
    offset = upload.offset
    if "upload-checksum" in request.headers:
        return await uploads.append(actor, upload, offset, await _checked_body(request, upload.length - offset))
    block = bytearray()
    try:
        async for chunk in request.stream():
            block += chunk
            if len(block) >= BLOCK_BYTES:
                offset = await uploads.append(actor, upload, offset, bytes(block))
                block.clear()
    finally:
        if block:  # on a poor line this is all the progress that there is
            offset = await asyncio.shield(uploads.append(actor, upload, offset, bytes(block)))
    return offset


async def _checked_body(request: AnyRequest, limit: int) -> bytes:
    """A body whose digest is in Upload-Checksum; raises ChecksumMismatch, and nothing is kept of it."""
    algorithm, _, expected = request.headers["upload-checksum"].partition(" ")
    if algorithm not in ("sha1", "sha256"):
        raise MalformedInput(path="Upload-Checksum", reason="expected sha1 or sha256")
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise MalformedInput(path="Upload-Length", reason="more bytes than were announced")
    digest = hashlib.new(algorithm, bytes(body), usedforsecurity=False).digest()
    if base64.b64encode(digest).decode() != expected.strip():
        raise ChecksumMismatch()
    return bytes(body)


uploads = Router("/sync/files", route_handlers=[options, begin, find, append])


@get("/api/files/{file_id:uuid}", operation_id="readFile")
async def read(
    request: AnyRequest, file_id: FromPath[UUID], size: FromQuery[Literal["original", "screen", "thumb"]] = "screen"
) -> Stream | Response[FileState]:
    """A stored file, as large as it is needed, or with `?state` what became of it; others see no metadata."""
    asks_for_state = "state" in request.query_params
    services, person = services_of(request), await (sender if asks_for_state else signed_in)(request)
    actor = person.actor
    held = await held_now(services.database, services.held, actor.organization_id, actor.user_id)
    if asks_for_state:
        state = await services.uploads.state(actor, held, file_id)
        return Response(state, headers={"Cache-Control": "no-store"})
    content, length, filetype = await services.uploads.open(actor, held, file_id, size)
    headers = {
        "Content-Length": str(length),
        "Cache-Control": "private, max-age=31536000, immutable",
        "X-Content-Type-Options": "nosniff",
        "Content-Disposition": "inline",
    }
    return Stream(content, media_type=filetype, headers=headers)
