"""The support that starts the real server: it waits for readiness, and says why when there is none."""

import sys
from pathlib import Path

import pytest

from support import server as support

READY = """
import http.server, sys
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.path == "/readyz" else 404)
        self.end_headers()
port = int(sys.argv[sys.argv.index("--port") + 1])
http.server.HTTPServer(("127.0.0.1", port), Answer).serve_forever()
"""
BROKEN = "import sys; sys.exit('There is no setting CAIRN_COLOUR.')"


def stand_in(monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    monkeypatch.setattr(support, "command", lambda: [sys.executable, "-c", script])


def test_a_server_is_ready_when_it_says_so_and_gone_afterwards(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    stand_in(monkeypatch, READY)
    with support.serving(tmp_path / "data") as server:
        assert server.ready()
        server.kill()
        assert not server.ready()
        server.start()
        assert server.ready()
    assert not server.ready()


def test_a_server_that_dies_at_the_start_is_quoted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    stand_in(monkeypatch, BROKEN)
    with pytest.raises(support.ServerFailed, match="CAIRN_COLOUR"), support.serving(tmp_path / "data"):
        pass


def test_a_command_that_fails_is_quoted(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(monkeypatch, BROKEN)
    with pytest.raises(support.ServerFailed, match="CAIRN_COLOUR"):
        support.cairn("import", "nothing.csv")
