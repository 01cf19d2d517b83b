"""The support that other tests stand on: a fresh database each, and no cluster left behind."""

import os
import select
import subprocess
import sys
from pathlib import Path

import asyncpg
import pytest

from support import postgres as support
from support.postgres import Cluster

DEADLINE_S = 30


def plain(url: str) -> str:
    return url.replace("+asyncpg", "")


async def make_table(url: str) -> None:
    connection = await asyncpg.connect(plain(url))
    try:
        await connection.execute("create table only_here (id int); insert into only_here values (1), (2)")
    finally:
        await connection.close()


@pytest.mark.parametrize("turn", [1, 2])
async def test_every_test_has_an_empty_database(postgres_url: str, turn: int) -> None:
    await make_table(postgres_url)  # would fail the second time if the database were shared


async def test_a_template_is_prepared_once_and_copied(postgres: Cluster) -> None:
    prepared: list[str] = []

    def prepare(url: str) -> None:
        prepared.append(url)
        postgres.execute("create table stock (id int)", database=url.rsplit("/", 1)[1])

    for _ in range(2):
        template = postgres.template("template_of_this_test", prepare)
    with postgres.database(template) as url:
        connection = await asyncpg.connect(plain(url))
        assert await connection.fetchval("select count(*) from stock") == 0
        await connection.close()
    assert len(prepared) == 1


def test_a_missing_postgresql_is_said_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    support.binaries.cache_clear()
    monkeypatch.setattr(Path, "glob", lambda self, pattern: iter(()))
    monkeypatch.setattr(support.shutil, "which", lambda name: None)
    with pytest.raises(support.PostgresMissing, match="apt-get install postgresql"):
        support.binaries()
    support.binaries.cache_clear()


def test_the_cluster_goes_when_its_owner_dies() -> None:
    """A killed test run must not leave a database server behind."""
    script = (
        "import os, signal; from support.postgres import *;"
        "owner = ClusterOwner(); cluster = shared_cluster();"
        "print((cluster.folder / 'cluster/data/postmaster.pid').read_text().split()[0], flush=True);"
        "input(); os.kill(os.getpid(), signal.SIGKILL)"
    )
    environment = {name: value for name, value in os.environ.items() if name != support.CLUSTER_VARIABLE}
    environment["PYTHONPATH"] = str(Path(support.__file__).parents[1])
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen([sys.executable, "-c", script], text=True, env=environment, **pipes) as owner:
        assert owner.stdout is not None
        server = os.pidfd_open(int(owner.stdout.readline()))
        owner.communicate("die\n")
    ended, _, _ = select.select([server], [], [], DEADLINE_S)
    os.close(server)
    assert ended, "PostgreSQL outlived the run that started it"
