"""A throw-away PostgreSQL cluster for one test run, shared by all its processes."""

import asyncio
import fcntl
import functools
import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg

CLUSTER_VARIABLE = "TEST_POSTGRES_CLUSTER"
START_ATTEMPTS = 5
COMMAND_TIMEOUT_S = 60

# Nothing here outlives the run, so nothing needs to reach the disk.
SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "300",
    "shared_buffers": "128MB",
    "autovacuum": "off",
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
}


class PostgresMissing(RuntimeError):
    """PostgreSQL's programs are not on this machine."""


@functools.cache
def binaries() -> Path:
    """The folder that holds initdb, pg_ctl and psql: the newest of Debian's, or the one on PATH."""
    debian = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = sorted(debian, key=lambda path: int(path.parts[-3]) if path.parts[-3].isdigit() else 0)
    on_path = shutil.which("initdb")
    if newest:
        return newest[-1].parent
    if on_path:
        return Path(on_path).resolve().parent
    raise PostgresMissing(
        "These tests need PostgreSQL 15 or newer, and initdb is not on this machine. "
        "On Debian: sudo apt-get install postgresql (as root, `make test` does it)."
    )


def run(*command: str, **options: object) -> subprocess.CompletedProcess[str]:
    """Run one of PostgreSQL's programs as a user it accepts (it refuses root); its words are in the error."""
    if os.geteuid() == 0:
        account = pwd.getpwnam("postgres")
        options |= {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    done = subprocess.run(
        [str(binaries() / command[0]), *command[1:]],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=COMMAND_TIMEOUT_S,
        cwd="/",
        **options,
    )
    if done.returncode != 0:
        raise RuntimeError(f"{command[0]} failed:\n{done.stdout}")
    return done


async def ask(address: str, sql: str) -> str:
    """The first value that a statement answers; starting psql would take longer than most statements."""
    connection = await asyncpg.connect(address, timeout=COMMAND_TIMEOUT_S, command_timeout=COMMAND_TIMEOUT_S)
    try:
        rows = await connection.fetch(sql)  # all of them: a value alone would stop the statement at its first row
    finally:
        await connection.close()
    return str(rows[0][0]) if rows else ""


@dataclass(frozen=True)
class Cluster:
    """A running cluster and the key to it."""

    folder: Path
    port: int
    password: str

    def url(self, database: str) -> str:
        """The address SQLAlchemy's asyncpg dialect takes."""
        return f"postgresql+asyncpg://cairn:{self.password}@127.0.0.1:{self.port}/{database}"

    def execute(self, sql: str, database: str = "postgres") -> str:
        """Run one statement in a session of its own, outside any event loop; the first value it answers, as text."""
        address = f"postgresql://cairn:{self.password}@127.0.0.1:{self.port}/{database}"
        with ThreadPoolExecutor(1) as thread:
            return thread.submit(asyncio.run, ask(address, sql)).result()

    def template(self, name: str, prepare: Callable[[str], None]) -> str:
        """Make a database that others are copied from, once per run: `prepare` gets its URL and fills it."""
        marker = self.folder / f"template-{name}"
        with locked(self.folder / "template.lock"):
            if not marker.exists():
                self.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
                self.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
                prepare(self.url(name))
                marker.touch()
        return name

    @contextmanager
    def database(self, template: str = "template0") -> Iterator[str]:
        """The URL of a fresh database, a copy of `template`, dropped afterwards."""
        name = f"test_{secrets.token_hex(6)}"
        # FILE_COPY is the quicker strategy where fsync is off and the template small.
        self.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY file_copy')
        try:
            yield self.url(name)
        finally:
            self.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold a lock between processes; the system lets go of it when the holder dies."""
    with path.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


class ClusterOwner:
    """Lives in the first process of a run: when it closes, or dies in any way, the cluster goes too."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="cairn-postgres-"))
        self.folder.chmod(0o711)
        os.mkfifo(self.folder / "alive")
        # Only this process holds the writing end, so the watcher's read ends exactly when this process does.
        self.alive = os.open(self.folder / "alive", os.O_RDWR | os.O_CLOEXEC)
        os.environ[CLUSTER_VARIABLE] = str(self.folder)

    def close(self) -> None:
        """Stop the cluster if any test started it."""
        os.environ.pop(CLUSTER_VARIABLE, None)
        os.close(self.alive)
        if not (self.folder / "address").exists():
            shutil.rmtree(self.folder, ignore_errors=True)


def shared_cluster() -> Cluster:
    """The run's cluster, started by whichever process asks first."""
    folder = Path(os.environ[CLUSTER_VARIABLE])
    with locked(folder / "start.lock"):
        address = folder / "address"
        if not address.exists():
            port, password = start(folder)
            address.write_text(f"{port} {password}")
        port_text, password = address.read_text().split()
    return Cluster(folder, int(port_text), password)


def start(folder: Path) -> tuple[int, str]:
    """Make the cluster in `folder/data` and start it on a free port; answers the port and the password."""
    password = secrets.token_hex(16)
    home = folder / "cluster"
    home.mkdir(mode=0o700)
    password_file = home / "password"
    password_file.write_text(password)
    if os.geteuid() == 0:
        account = pwd.getpwnam("postgres")
        for path in (home, password_file):
            os.chown(path, account.pw_uid, account.pw_gid)
    data = home / "data"
    locale = ("--encoding=UTF8", "--locale=C.UTF-8")
    sign_in = ("--username=cairn", "--auth=password", f"--pwfile={password_file}")
    run("initdb", f"--pgdata={data}", *locale, *sign_in, "--no-sync")
    log = home / "log"
    settings = " ".join(f"-c {name}='{value}'" for name, value in SETTINGS.items())
    for attempt in range(START_ATTEMPTS):
        port = free_port()
        try:
            run(
                "pg_ctl",
                "start",
                "--wait",
                f"--pgdata={data}",
                f"--log={home / 'log'}",
                f"-o{settings} -p {port}",
            )
            break
        except RuntimeError as error:
            # Somebody may have taken the port since we looked.
            if attempt + 1 == START_ATTEMPTS:
                raise RuntimeError(f"{error}\n{log.read_text()}") from error
    watch(folder, data)
    return port, password


def watch(folder: Path, data: Path) -> None:
    """Leave a small process behind that ends the cluster as soon as the run's first process is gone."""
    # Non-blocking, so that an owner who is gone already reads as an end and not as a wait for a writer.
    alive = os.open(folder / "alive", os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    os.set_blocking(alive, True)
    script = 'cat >/dev/null; kill -QUIT "$(head -n 1 "$1")"; rm -rf "$2"'
    subprocess.Popen(
        ["sh", "-c", script, "watch", data / "postmaster.pid", folder],
        stdin=alive,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        cwd="/",
    )
    os.close(alive)


def free_port() -> int:
    """A port of the loopback address that was free a moment ago."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
