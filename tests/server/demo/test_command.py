"""`cairn demo` makes a company where there is none, and leaves what it finds alone."""

import hashlib
import http.client
import os
import shutil
import signal
import ssl
import subprocess
import time
from pathlib import Path

import pytest

from cairn.demo import command
from cairn.demo.existing import has_organization
from cairn.kernel.settings import Settings
from cairn.migrations import upgrade
from support.postgres import free_port
from support.server import command as cairn


async def test_nothing_is_made_where_an_organization_is(
    made_company: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(made_company / "cairn.db", tmp_path)
    before = hashlib.sha256((tmp_path / "cairn.db").read_bytes()).digest()

    async def make(_settings: Settings) -> None:
        raise AssertionError("a second company was begun")

    monkeypatch.setattr(command, "_make", make)
    await command.ensure_company(Settings(data=tmp_path))
    assert hashlib.sha256((tmp_path / "cairn.db").read_bytes()).digest() == before


async def test_a_database_without_organizations_counts_as_none(database_url: str, tmp_path: Path) -> None:
    settings = Settings(data=tmp_path, database_url=database_url)
    assert not await has_organization(settings)
    await upgrade(database_url)
    assert not await has_organization(settings)
    assert not await has_organization(Settings(data=tmp_path / "nowhere"))


async def test_a_making_that_was_cut_off_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def cut_off(settings: Settings) -> None:
        (settings.data / "cairn.db").write_bytes(b"half")
        raise KeyboardInterrupt

    async def whole(settings: Settings) -> None:
        (settings.data / "cairn.db").write_bytes(b"whole")
        (settings.data / "files").mkdir()

    monkeypatch.setattr(command, "_make", cut_off)
    with pytest.raises(KeyboardInterrupt):
        await command.ensure_company(Settings(data=tmp_path))
    assert not (tmp_path / "cairn.db").exists()
    monkeypatch.setattr(command, "_make", whole)
    await command.ensure_company(Settings(data=tmp_path))
    assert (tmp_path / "cairn.db").read_bytes() == b"whole"
    assert not (tmp_path / "making").exists()


def test_the_company_is_served_over_tls_with_its_sign_ins_printed(made_company: Path, tmp_path: Path) -> None:
    folder, port = tmp_path / "data", free_port()
    shutil.copytree(made_company, folder)
    output = tmp_path / "output"
    line = [*cairn(), "demo", "--tls", "--port", str(port), "--data", str(folder)]
    with output.open("wb") as log:
        process = subprocess.Popen(line, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
    try:
        assert answers(port, folder / "tls" / "authority.crt")
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=20)
    printed = output.read_text(encoding="utf-8")
    for words in (f"https://localhost:{port}", "manager@", "cairn-demo", "admin@other.example.com", str(folder)):
        assert words in printed
    assert "Making" not in printed


def answers(port: int, authority: Path) -> bool:
    """Whether the server is ready within a minute, to somebody who trusts this authority and nobody else."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            context = ssl.create_default_context(cafile=authority)
            connection = http.client.HTTPSConnection("localhost", port, context=context, timeout=5)
            connection.request("GET", "/readyz")
            return connection.getresponse().status == 200
        except ssl.SSLCertVerificationError:
            raise
        except OSError:
            time.sleep(0.1)
    return False
