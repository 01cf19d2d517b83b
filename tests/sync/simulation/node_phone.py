"""Phones with the TypeScript engine: one Node process for all seeds of a worker, moved line by line.

Node never does anything by itself: it is told the time, commands and answers, runs until nothing is left to do, and
says which requests that led to.
"""

import atexit
import subprocess
import tempfile
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from sync.simulation.link import Fate, Link
from sync.simulation.phone import PhoneClock, Recorded, View
from sync.simulation.script import PhoneSetting
from sync.simulation.versions import OLD

Json = dict[str, Any]
HERE = Path(__file__).parent / "node"
LOOKS = {"look", "status"}


@cache
def bundled(fault: str) -> Path:
    """The host in one file, built once per process, with a fault of `node/faults.json` in it or none."""
    folder = tempfile.TemporaryDirectory(prefix="cairn-simulation-node-")
    atexit.register(folder.cleanup)
    path = Path(folder.name) / "host.mjs"
    subprocess.run(["node", str(HERE / "bundle.mjs"), str(path), fault], check=True, cwd=HERE)
    return path


class Host:
    """The Node process."""

    def __init__(self, fault: str = "") -> None:
        command = ["node", "--no-warnings", str(bundled(fault))]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._links: dict[str, Link] = {}
        self._clock: Any = None
        self.moves = 0
        """How many commands were given that may have changed something."""

    def reset(self, clock: Any) -> None:
        """A new simulation: no phones."""
        self._links.clear()
        self._clock = clock
        self.tell({"do": "reset", "phone": ""})

    def connect(self, phone: str, link: Link) -> None:
        self._links[phone] = link

    def tell(self, command: Json) -> Any:
        """Let a command have its consequences; what it led to is sent on its way."""
        assert self._process.stdin and self._process.stdout
        if self._process.stdin.closed:  # an answer that was under way when all was over
            return None
        self.moves += command["do"] not in LOOKS
        now = int(self._clock.now().timestamp() * 1000)
        self._process.stdin.write(msgspec.json.encode(command | {"now": now}) + b"\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, "the phones' process has ended"
        answer = msgspec.json.decode(line)
        assert answer["failure"] is None, answer["failure"]
        assert not answer["wrong"], answer["wrong"][0]
        for asked in answer["asked"]:
            link = self._links.get(asked["phone"])
            if link is not None:
                link.loop.create_task(self._carry(link, asked))
        return answer["value"]

    async def _carry(self, link: Link, asked: Json) -> None:
        try:
            status, body = await link.post(asked["path"], asked["body"])
        except ConnectionError:
            status, body = None, None
        except Exception as error:
            link.loop.failures.append(error)
            return
        try:
            self.tell({"do": "answer", "phone": "", "request": asked["request"], "status": status, "body": body})
        except AssertionError as error:
            link.loop.failures.append(error)

    def close(self) -> None:
        if self._process.stdin:
            self._process.stdin.close()
        self._process.wait()


@dataclass
class NodePhone:
    """A phone in the host; see `Phone`."""

    setting: PhoneSetting
    user_id: str
    link: Link
    clock: PhoneClock
    host: Host
    recorded: list[Recorded] = field(default_factory=list)
    _looked: tuple[int, Json] = (-1, {})

    @property
    def label(self) -> str:
        return self.setting.label

    @property
    def person(self) -> str:
        return self.setting.person

    def open(self, seed: int) -> None:
        """Install the app."""
        self.host.connect(self.label, self.link)
        setting = self.setting
        self._tell(
            "open",
            user=self.user_id,
            store=setting.engine,
            tabs=setting.tabs,
            rows=setting.page_rows,
            mutations=setting.batch,
            seed=seed,
            error_ms=1000 * setting.clock_error_s,
        )

    def _tell(self, action: str, **values: Any) -> Any:
        return self.host.tell({"do": action, "phone": self.label, **values})

    def look(self) -> Json:
        """Everything that it holds, told once for as long as nothing moves."""
        if self._looked[0] != self.host.moves:
            self._looked = self.host.moves, self._tell("look")
        return self._looked[1]

    @property
    def device(self) -> str:
        return str(self.look()["device"])

    def view(self) -> View:
        shown: View = {}
        for kind, record_id, document in self.look()["documents"]:
            shown.setdefault(kind, {})[record_id] = document
        return shown

    def seqs(self) -> list[tuple[str, str, str, int]]:
        return [(bucket, kind, record_id, seq) for bucket, kind, record_id, seq in self.look()["held"]]

    def waiting(self) -> int:
        found = self.look()
        return int(found["waiting"]) + int(found["pending"])

    def refused(self) -> list[tuple[str, Json]]:
        return [(name, args) for name, args in self.look()["refused"]]

    def record(self, name: str, args: Json, v: int = 1) -> None:
        self.record_together([{"name": name, "args": args, "v": v}])

    def record_together(self, mutations: list[Json]) -> None:
        """At the same moment, each in one of the tabs.

        A mutation whose storing the app did not live to tell of may be there or not: nobody was promised it.
        """
        taps = [{"tab": self._tab(), "name": each["name"], "args": each["args"]} for each in mutations]
        for each, saved in zip(mutations, self._tell("record", taps=taps), strict=True):
            if saved is not None and saved["at"] is not None:
                self.recorded.append(Recorded(each["name"], each["args"], each.get("v", 1), saved["at"]))

    def _tab(self) -> int:
        """The one in front, which the step's dice choose."""
        return self.link.loop.random.randrange(self.setting.tabs) if self.setting.tabs > 1 else 0

    def sync(self, plan: list[Fate]) -> None:
        self.link.plan = list(plan)
        if self._tell("status")["phase"] == "revoked":
            self._tell("anew")
            self.recorded = []
        self._tell("sync", tab=self._tab())

    def resize(self, page_rows: int, batch: int) -> None:
        self._tell("resize", rows=page_rows, mutations=batch)

    @property
    def app(self) -> int:
        """There is one version of the TypeScript engine's app, the old one."""
        return OLD

    def update(self) -> None:
        pass

    def die(self, at: int) -> None:
        self._tell("meet", tab=self._tab(), fate="end", at=at)

    def freeze(self, at: int) -> None:
        """The browser freezes a tab, now or at the so-many-th await from now: it keeps what it has, its lock too."""
        self._tell("meet", tab=self._tab(), fate="freeze", at=at)

    def thaw(self) -> None:
        self._tell("thaw")

    def fail(self, trouble: str, after: int, times: int) -> None:
        """The disk refuses so many writes ("full") or transactions ("broken"), from the so-many-th on."""
        self._tell("fail", trouble=trouble, after=after, times=times)

    def recover(self) -> None:
        """Nothing more goes wrong, and one tab at least is in front; others may stay frozen."""
        self._tell("recover")

    def set_clock(self, error_s: int) -> None:
        self.clock.error = timedelta(seconds=error_s)
        self._tell("clock", error_ms=1000 * error_s)

    def lose_storage(self) -> None:
        self._tell("evict")

    def clone(self, label: str, link: Link) -> "NodePhone":
        self.host.connect(label, link)
        self._tell("clone", label=label)
        setting = msgspec.structs.replace(self.setting, label=label)
        return replace(self, setting=setting, link=link, clock=replace(self.clock), recorded=list(self.recorded))

    def is_led(self) -> bool:
        """Whether one of its tabs leads that is not frozen."""
        return bool(self._tell("status")["leader"])

    def in_step(self) -> bool:
        found = self._tell("status")
        return found["phase"] == "idle" and found["error"] is None
