"""A page without https from which a phone fetches the authority that it has to trust before it can install the app."""

import socket
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

CONTENT_TYPE = "application/x-x509-ca-cert"


def serve_authority(host: str, port: int, authority: Path) -> bool:
    """Serve one file in the background for as long as the process lives; False where the port is taken."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            content = authority.read_bytes()
            self.send_response(200)
            self.send_header("Content-Type", CONTENT_TYPE)
            self.send_header("Content-Disposition", 'attachment; filename="cairn-authority.crt"')
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_arguments: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        daemon_threads = True

    try:
        server = Server((host, port), Handler)
    except OSError:
        return False
    Thread(target=server.serve_forever, daemon=True).start()
    return True
