"""A real object store for tests: OpenStack Swift with its S3 interface, one replica, all its servers in one process.

Run as a program it is that process; `object_store` starts it and makes the bucket. Swift signs and checks requests,
lists consistently here, and honours `If-None-Match`, as S3 does.
"""

import logging
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

BUCKET, ACCOUNT, SECRET = "cairn", "cairn:tests", "only-for-tests"
REGION = "us-east-1"
SERVERS = ("account", "container", "object")
PIPELINE = ("catch_errors", "gatekeeper", "listing_formats", "s3api", "tempauth", "bulk", "slo")
FILTERS = {
    "s3api": f"location = {REGION}\nauth_pipeline_check = false",
    "tempauth": f"user_cairn_tests = {SECRET} .admin",
}


@dataclass(frozen=True)
class ObjectStore:
    """Where it is, and what the server's settings are called."""

    endpoint: str

    @property
    def settings(self) -> dict[str, str]:
        return {
            "object_store_url": f"s3://{BUCKET}",
            "object_store_endpoint": self.endpoint,
            "object_store_key": ACCOUNT,
            "object_store_secret": SECRET,
        }


@contextmanager
def object_store(folder: Path) -> Iterator[ObjectStore]:
    """A running store with an empty bucket."""
    line = [sys.executable, "-W", "ignore", __file__, str(folder)]
    process = subprocess.Popen(line, stdout=subprocess.PIPE, stderr=(folder / "swift.log").open("wb"), text=True)
    assert process.stdout is not None
    try:
        port = process.stdout.readline().strip()
        if not port:
            raise RuntimeError(f"Swift did not start:\n{(folder / 'swift.log').read_text()}")
        store = ObjectStore(f"http://127.0.0.1:{port}")
        make_bucket(store)
        yield store
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def make_bucket(store: ObjectStore) -> None:
    """By the S3 interface, with a signed address."""
    import obstore
    from obstore.store import S3Store

    client = S3Store.from_url(
        f"s3://{BUCKET}",
        endpoint=store.endpoint,
        region=REGION,
        access_key_id=ACCOUNT,
        secret_access_key=SECRET,
        client_options={"allow_http": True},
    )
    address = obstore.sign(client, "PUT", "", timedelta(minutes=5))
    with urllib.request.urlopen(urllib.request.Request(address, method="PUT")) as answer:
        assert answer.status == 200


def run(folder: Path) -> None:
    """Serve until killed; the port of the S3 interface is the one line of output."""
    import eventlet

    eventlet.monkey_patch()
    from eventlet import wsgi
    from swift.common import utils
    from swift.common.ring import RingBuilder
    from swift.common.utils import config
    from swift.common.wsgi import loadapp

    for module in (utils, config):
        module.HASH_PATH_SUFFIX = b"cairn"
    sockets = {name: eventlet.listen(("127.0.0.1", 0)) for name in ("proxy", *SERVERS)}
    (folder / "disk").mkdir()
    for name in SERVERS:
        builder = RingBuilder(part_power=3, replicas=1, min_part_hours=0)
        port = sockets[name].getsockname()[1]
        device: dict[str, Any] = {"id": 0, "region": 1, "zone": 1, "device": "disk", "weight": 1.0}
        builder.add_dev(device | {"ip": "127.0.0.1", "port": port})
        builder.rebalance()
        builder.get_ring().save(str(folder / f"{name}.ring.gz"))
        (folder / f"{name}.conf").write_text(_server_settings(folder, name))
    (folder / "proxy.conf").write_text(_proxy_settings(folder))
    for name, listener in sockets.items():
        application = loadapp(str(folder / f"{name}.conf"), global_conf={"log_name": name})
        eventlet.spawn(wsgi.server, listener, application, logging.getLogger("access"), log_output=False)
    print(sockets["proxy"].getsockname()[1], flush=True)
    while True:
        eventlet.sleep(3_600)


def _server_settings(folder: Path, name: str) -> str:
    # The long time-out makes a listing agree with what was stored before, as it does in S3.
    return f"""
[DEFAULT]
swift_dir = {folder}
devices = {folder}
mount_check = false
log_level = ERROR
fallocate_reserve = 0
disable_fallocate = true
[pipeline:main]
pipeline = {name}-server
[app:{name}-server]
use = egg:swift#{name}
container_update_timeout = 60
"""


def _proxy_settings(folder: Path) -> str:
    filters = "".join(f"[filter:{name}]\nuse = egg:swift#{name}\n{FILTERS.get(name, '')}\n" for name in PIPELINE)
    return f"""
[DEFAULT]
swift_dir = {folder}
log_level = ERROR
[pipeline:main]
pipeline = {" ".join(PIPELINE)} proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
{filters}"""


if __name__ == "__main__":
    run(Path(sys.argv[1]))
