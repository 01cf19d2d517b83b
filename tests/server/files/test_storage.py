"""Both kinds of storage keep the same promises."""

import hashlib
import os
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import obstore
import pytest
from obstore.store import MemoryStore

from cairn.kernel.settings import Settings
from cairn.modules.files.errors import ChecksumMismatch, FileNotStored, UploadBusy, UploadOffsetMismatch
from cairn.modules.files.object_storage import ObjectStorage
from cairn.modules.files.storage import BLOCK_BYTES, DiskStorage, FileKey, FileStorage
from cairn.services import open_storage
from support.object_store import ObjectStore

KEY = FileKey(UUID(int=1), UUID("01930000-0000-7000-8000-0000000000ab"))
OTHER = FileKey(UUID(int=2), KEY.file_id)
CONTENT = os.urandom(2 * BLOCK_BYTES + 17)
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture(params=["disk", "memory", "swift"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> FileStorage:
    """A folder, obstore's memory, and a real object store over HTTP."""
    if request.param == "disk":
        return DiskStorage(tmp_path)
    if request.param == "memory":
        return ObjectStorage(MemoryStore())
    store: ObjectStore = request.getfixturevalue("swift")
    storage = open_storage(Settings(**store.settings))
    for each in storage.stored(None, 1_000):
        storage.delete(each.key)
    storage.expire_uploads(datetime.now(UTC) + timedelta(days=1), 1_000)
    return storage


def upload(storage: FileStorage, key: FileKey = KEY, content: bytes = CONTENT, step: int = 100_000) -> None:
    for at in range(0, len(content), step):
        assert storage.append(key, at, content[at : at + step]) == min(at + step, len(content))


def test_an_upload_grows_piece_by_piece_and_is_then_the_original(storage: FileStorage) -> None:
    assert storage.uploaded_bytes(KEY) == 0
    upload(storage)
    assert storage.uploaded_bytes(KEY) == len(CONTENT)
    assert storage.size(KEY) is None
    stored = storage.finish(KEY, SHA256.upper())
    assert (stored.size_bytes, stored.sha256) == (len(CONTENT), SHA256)
    assert b"".join(storage.read(KEY)) == CONTENT
    assert storage.uploaded_bytes(KEY) == 0
    assert storage.size(KEY) == len(CONTENT)


def test_finishing_again_gives_the_same_answer(storage: FileStorage) -> None:
    upload(storage)
    assert storage.finish(KEY, None) == storage.finish(KEY, SHA256)
    with pytest.raises(ChecksumMismatch):
        storage.finish(KEY, "0" * 64)
    assert b"".join(storage.read(KEY)) == CONTENT


@pytest.mark.parametrize("offset", [0, 9, 11, 10_000])
def test_a_piece_goes_only_where_the_upload_stands(storage: FileStorage, offset: int) -> None:
    storage.append(KEY, 0, b"0123456789")
    with pytest.raises(UploadOffsetMismatch) as refusal:
        storage.append(KEY, offset, b"x")
    assert refusal.value.params == {"offset": 10}
    assert storage.append(KEY, 10, b"") == 10


def test_a_late_piece_of_a_finished_upload_leaves_nothing(storage: FileStorage) -> None:
    upload(storage)
    storage.finish(KEY, SHA256)
    with pytest.raises(UploadOffsetMismatch):
        storage.append(KEY, len(CONTENT), b"x")
    assert storage.finish(KEY, SHA256).size_bytes == len(CONTENT)


def test_a_wrong_checksum_throws_the_upload_away(storage: FileStorage) -> None:
    upload(storage)
    with pytest.raises(ChecksumMismatch):
        storage.finish(KEY, "0" * 64)
    assert storage.uploaded_bytes(KEY) == 0
    assert storage.size(KEY) is None
    with pytest.raises(FileNotStored):
        storage.finish(KEY, SHA256)
    upload(storage)
    assert storage.finish(KEY, SHA256).sha256 == SHA256


def test_variants_are_replaced_whole(storage: FileStorage) -> None:
    storage.put(KEY, "thumb", b"first")
    storage.put(KEY, "thumb", b"second")
    assert b"".join(storage.read(KEY, "thumb")) == b"second"
    assert storage.size(KEY, "thumb") == 6
    assert storage.size(KEY, "screen") is None


def test_who_looks_through_all_files_sees_each_once_in_pages(storage: FileStorage) -> None:
    keys = {FileKey(UUID(int=number % 3), UUID(int=7 * number)) for number in range(12)}
    for key in keys:
        storage.put(key, "original", b"x")
        storage.put(key, "thumb", b"x")
    seen: list[FileKey] = []
    while page := storage.stored(seen[-1] if seen else None, 5):
        assert len(page) <= 5
        assert all(abs(datetime.now(UTC) - each.modified_at) < timedelta(hours=1) for each in page)
        seen += [each.key for each in page]
    assert len(seen) == len(keys)
    assert set(seen) == keys


def test_the_same_id_in_another_organization_is_another_file(storage: FileStorage) -> None:
    storage.put(KEY, "original", b"ours")
    storage.append(KEY, 0, b"more")
    assert storage.size(OTHER) is None
    assert storage.uploaded_bytes(OTHER) == 0
    storage.put(OTHER, "original", b"theirs")
    storage.delete(OTHER)
    assert b"".join(storage.read(KEY)) == b"ours"


def test_deleting_removes_everything_and_may_be_repeated(storage: FileStorage) -> None:
    storage.put(KEY, "original", CONTENT)
    storage.put(KEY, "thumb", b"small")
    storage.append(KEY, 0, b"unfinished")
    storage.delete(KEY)
    storage.delete(KEY)
    assert (storage.size(KEY), storage.size(KEY, "thumb"), storage.uploaded_bytes(KEY)) == (None, None, 0)
    with pytest.raises(FileNotStored):
        storage.read(KEY)
    storage.abandon(KEY)


def test_stale_uploads_expire(storage: FileStorage) -> None:
    upload(storage)
    now = datetime.now(UTC)
    assert storage.expire_uploads(now - timedelta(hours=1), 10) == 0
    assert storage.uploaded_bytes(KEY) == len(CONTENT)
    assert storage.expire_uploads(now + timedelta(hours=1), 10) == 1
    assert storage.uploaded_bytes(KEY) == 0


def test_two_writers_of_one_upload_never_mix(storage: FileStorage) -> None:
    outcomes: list[str] = []

    def write(letter: bytes) -> None:
        try:
            storage.append(KEY, 0, letter * 50_000)
            outcomes.append("written")
        except (UploadBusy, UploadOffsetMismatch) as refusal:
            outcomes.append(refusal.code)

    threads = [threading.Thread(target=write, args=(bytes([65 + number]),)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count("written") == 1 if isinstance(storage, DiskStorage) else "written" in outcomes
    assert storage.uploaded_bytes(KEY) == 50_000
    storage.finish(KEY, None)
    assert len(set(b"".join(storage.read(KEY)))) == 1


def test_pieces_that_overlap_after_a_repeated_request_do_no_harm() -> None:
    """A slow first request and its repetition, taken by two processes that knew nothing of each other."""
    store = MemoryStore()
    storage = ObjectStorage(store)
    storage.append(KEY, 0, CONTENT[:1_000])
    storage.append(KEY, 1_000, CONTENT[1_000:50_000])
    for start, end in ((0, 400), (400, 700)):
        obstore.put(store, f"uploads/{KEY.path}/{start:012d}-{end:012d}", CONTENT[start:end])
    assert storage.uploaded_bytes(KEY) == 50_000
    storage.append(KEY, 50_000, CONTENT[50_000:])
    assert storage.finish(KEY, SHA256).size_bytes == len(CONTENT)
    assert b"".join(storage.read(KEY)) == CONTENT
    assert storage.uploaded_bytes(KEY) == 0


def test_on_disk_every_path_is_made_of_ids_and_nothing_else_stays(tmp_path: Path) -> None:
    storage = DiskStorage(tmp_path)
    upload(storage)
    storage.finish(KEY, SHA256)
    storage.put(KEY, "thumb", b"small")
    folder = f"stored/{KEY.organization_id}/ab/{KEY.file_id}"
    files = sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file())
    assert files == [f"{folder}/original", f"{folder}/thumb"]


def test_a_lost_write_leaves_the_old_content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    storage = DiskStorage(tmp_path)
    storage.put(KEY, "thumb", b"old")

    def fail(descriptor: int) -> None:
        raise OSError("the disk is full")

    replace: Callable[[int], None] = fail
    monkeypatch.setattr(os, "fsync", replace)
    with pytest.raises(OSError, match="full"):
        storage.put(KEY, "thumb", b"new")
    assert b"".join(storage.read(KEY, "thumb")) == b"old"
