"""The real server as a process of its own, as a user would start it."""

import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from support.postgres import free_port

START_DEADLINE_S = 60.0
STOP_DEADLINE_S = 15.0
ASK_TIMEOUT_S = 5.0
POLL_INTERVAL_S = 0.05
LOG_TAIL_LINES = 60


class ServerFailed(RuntimeError):
    """The server did not start, or did not stop; its last log lines are in the message."""


def cairn(*arguments: str, environment: dict[str, str] | None = None) -> str:
    """Run one `cairn` command to its end and return what it printed; what it complained is in the error."""
    done = subprocess.run(
        [*command(), *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        env={**os.environ, **(environment or {})},
        timeout=300,
    )
    if done.returncode != 0:
        raise ServerFailed(f"cairn {' '.join(arguments)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


def command() -> list[str]:
    """How to start `cairn` with the packages of this very interpreter."""
    return [
        sys.executable,
        "-c",
        "import sys; sys.argv[0] = 'cairn'; from cairn.cli import main; sys.exit(main())",
    ]


def is_ready(port: int) -> bool:
    """Whether /readyz answers 200."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=ASK_TIMEOUT_S)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


class Server:
    """A server on a free port of the loopback address, with its data in a folder of its own."""

    def __init__(self, data: Path, *, arguments: Sequence[str] = (), environment: dict[str, str] | None = None):
        self.data = data
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log_path = data.with_name(f"{data.name}.log")
        self.arguments = list(arguments)
        self.environment = {**os.environ, **(environment or {})}
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start and wait until /readyz says that it can serve."""
        line = [*command(), "serve", "--port", str(self.port), "--data", str(self.data), *self.arguments]
        with self.log_path.open("ab") as log:
            self.process = subprocess.Popen(
                line,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=self.environment,
                start_new_session=True,
            )
        deadline = time.monotonic() + START_DEADLINE_S
        while not self.ready():
            if self.ended_within(POLL_INTERVAL_S):
                raise ServerFailed(f"The server ended while it started.\n{self.log()}")
            if time.monotonic() > deadline:
                self.kill()
                raise ServerFailed(f"The server was not ready after {START_DEADLINE_S:.0f} s.\n{self.log()}")

    def ready(self) -> bool:
        return is_ready(self.port)

    def ended_within(self, seconds: float) -> bool:
        """Whether the process ends in that time: a wait that a dying server cuts short."""
        assert self.process is not None
        try:
            self.process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def stop(self) -> None:
        """Ask it to stop, as an operator's process manager would, and insist that it does so in time."""
        if self.process is None:
            return
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            if not self.ended_within(STOP_DEADLINE_S):
                self.kill()
                raise ServerFailed(f"The server did not stop within {STOP_DEADLINE_S:.0f} s.\n{self.log()}")
        self.process = None

    def kill(self) -> None:
        """Cut its power: the process and all its children end at once, wherever they are."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.process = None

    def log(self) -> str:
        """The last lines of what it wrote to its output and error streams."""
        lines = self.log_path.read_text(encoding="utf-8", errors="replace").splitlines()
        return "\n".join(lines[-LOG_TAIL_LINES:])


@contextmanager
def serving(
    data: Path, *, arguments: Sequence[str] = (), environment: dict[str, str] | None = None
) -> Iterator[Server]:
    """A running server; stopped gracefully at the end, and failing the test if it cannot be."""
    server = Server(data, arguments=arguments, environment=environment)
    try:
        server.start()
        yield server
    finally:
        server.stop()
