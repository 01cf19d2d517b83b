"""Clients that hold a place and say nothing, on a real server: they are sent away, and everybody else is served."""

import http.client
import socket
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from support.furnished import furnished_file
from support.house import token_of
from support.server import Server, serving

PATIENCE_S = 1
LONG_S = 30.0
"""Far beyond the server's patience: who waits so long has not been sent away."""
CROWD = 200
HEADERS = f"Host: house\r\nAuthorization: Bearer {token_of('rep1')}\r\nContent-Type: application/json\r\n"
BEGUN = {
    "no line": "",
    "half a line": "POST /sync/pu",
    "half the headers": f"POST /sync/push HTTP/1.1\r\n{HEADERS}",
    "no body": f"POST /sync/push HTTP/1.1\r\n{HEADERS}Content-Length: 1000\r\n\r\n",
    "half a body": f'POST /sync/push HTTP/1.1\r\n{HEADERS}Content-Length: 1000\r\n\r\n{{"device"',
    "a body without an end": f"POST /sync/push HTTP/1.1\r\n{HEADERS}Transfer-Encoding: chunked\r\n\r\n2\r\n{{}}\r\n",
    "a sign-in": f"POST /api/session HTTP/1.1\r\n{HEADERS}Content-Length: 90\r\n\r\n",
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    data = tmp_path_factory.mktemp("slow") / "data"
    data.mkdir()
    (data / "cairn.db").write_bytes(furnished_file())
    with serving(data, environment={"CAIRN_PATIENCE_S": str(PATIENCE_S)}) as running:
        yield running


def begin(server: Server, text: str) -> socket.socket:
    line = socket.create_connection(("127.0.0.1", server.port), timeout=LONG_S)
    line.sendall(text.encode())
    return line


def answered(line: socket.socket) -> str:
    """The status of the answer to a request that never came; empty where the line was only cut."""
    with line:
        answer = http.client.HTTPResponse(line)
        try:
            answer.begin()
        except (http.client.HTTPException, ConnectionError):
            return ""
        return str(answer.status)


@pytest.mark.parametrize("how", BEGUN)
def test_a_request_that_never_comes_is_given_up(server: Server, how: str) -> None:
    assert answered(begin(server, BEGUN[how])) in ("", "408")


def test_a_crowd_that_says_nothing_keeps_nobody_out(server: Server) -> None:
    with ExitStack() as stack:
        crowd = [
            stack.enter_context(begin(server, list(BEGUN.values())[number % len(BEGUN)])) for number in range(CROWD)
        ]
        assert server.ready()
        assert {answered(line) for line in crowd} <= {"", "408"}
    assert server.ready()


def test_headers_have_an_end(server: Server) -> None:
    with begin(server, "GET /healthz HTTP/1.1\r\nHost: house\r\n") as line:
        try:
            for number in range(5_000):
                line.sendall(f"X-{number}: {'x' * 200}\r\n".encode())
        except ConnectionError:
            pass
        line.settimeout(LONG_S)
        assert answered(line) in ("", "400", "408", "414", "431")
    assert server.ready()
