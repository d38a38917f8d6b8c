"""`make demo-signals`: two junctions of a centre on controllers of their own, run by traffic, then by their plans.

A virtual RSMP site and a virtual NTCIP controller stand in for those of a street; vehicles are drawn, wait at the lamps
that the centre shows, and leave on green. At the end the detectors fall silent, and the stored plans come back.
"""

import argparse
import os
import secrets
import socket
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from subprocess import DEVNULL, Popen
from typing import Any

import httpx
from rich.console import Console

from twin.demo import BAD_INPUT, NGATU, clear_folder, running_centre, stay_open
from twin.errors import TwinError

console = Console()
JUNCTIONS = {"dai_la": "RSMP", "bach_mai": "NTCIP"}
ARRIVE_PER_S = {"A1": 0.25, "A2": 0.2, "B1": 0.05, "B2": 0.03}
SATURATION_PER_S = 0.5
AHEAD_S, TELL_EVERY_S, PATIENCE_S = 20, 10, 90.0
ADAPTIVE, PLAN = "adaptive", "plan"

LIBRARY = """\
version: 1
junction:
  name: {title}
  movements: [{{id: A1, width_m: 4}}, {{id: A2, width_m: 4}}, {{id: B1, width_m: 4}}, {{id: B2, width_m: 4}}]
  stages: [{{id: A, movements: [A1, A2]}}, {{id: B, movements: [B1, B2]}}]
plans: {{day: {{greens_s: {{A: 25, B: 25}}}}}}
days: {{workday: {{"00:00": day}}, saturday: {{"00:00": day}}, sunday: {{"00:00": day}}}}
approaches:
  A1: {{camera: {name}.bac, stop_line: stop, sees_s: 20}}
  A2: {{camera: {name}.nam, stop_line: stop, sees_s: 20}}
  B1: {{camera: {name}.dong, stop_line: stop, sees_s: 20}}
  B2: {{camera: {name}.tay, stop_line: stop, sees_s: 20}}
control: adaptive
"""
WIRING = """\
version: 1
rsmp_listen: 127.0.0.1:{rsmp}
controllers:
  dai_la: {{protocol: rsmp, site: RN+SI0001, sxl: 1.2.1, codes: {folder}/codes.txt, writable: true}}
  bach_mai: {{protocol: ntcip, at: "127.0.0.1:{ntcip}", keys: {folder}/keys.txt, writable: true}}
"""


@dataclass(slots=True)
class Road:
    """Vehicles of one junction, drawn second by second. coming_s: by movement, when each will be at the stop line."""

    chance: Random
    queued: dict[str, int] = field(default_factory=lambda: dict.fromkeys(ARRIVE_PER_S, 0))
    coming_s: dict[str, list[float]] = field(default_factory=lambda: {name: [] for name in ARRIVE_PER_S})
    waited_s: int = 0
    left: int = 0

    def second(self, green: frozenset[str]) -> dict[str, dict[str, Any]]:
        """One second on, and what detectors say of it. green: movements that may go."""
        told = {}
        for name, per_s in ARRIVE_PER_S.items():
            if self.chance.random() < per_s:
                self.coming_s[name].append(float(AHEAD_S))
            nearer = [left_s - 1 for left_s in self.coming_s[name]]
            self.coming_s[name] = [left_s for left_s in nearer if left_s > 0]
            self.queued[name] += len(nearer) - len(self.coming_s[name])
            goes = name in green and self.queued[name] > 0 and self.chance.random() < SATURATION_PER_S
            self.queued[name] -= goes
            self.left += goes
            told[name] = {"queued": self.queued[name], "coming_s": self.coming_s[name], "passed": int(goes)}
        self.waited_s += sum(self.queued.values())
        return told


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code 0, or 2 with a sentence that says what is missing."""
    given = _parse(arguments)
    try:
        clear_folder(given.out)
    except (TwinError, OSError) as error:
        Console(stderr=True).print(f"demo: {error}", markup=False, highlight=False, soft_wrap=True)
        return BAD_INPUT
    with _street(given.out, given.port) as url, httpx.Client(base_url=f"{url}/api/signals", trust_env=False) as centre:
        for name in JUNCTIONS:
            _approve(centre, name)
        console.print(f"Hai nút giao đang mở · two junctions are open: {url}/signals")
        _wait_for(centre, ADAPTIVE, "tủ đèn nhận lệnh · controllers take orders", _roads(given.seed))
        roads = _roads(given.seed)
        _drive(centre, roads, given.seconds)
        console.print("Đầu dò im lặng · the detectors fall silent")
        _wait_for(centre, PLAN, "kế hoạch lưu sẵn chạy lại · stored plans run again")
        stay_open(url, stay=given.stay, data=given.out / "centre")
    return 0


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make demo-signals", description=__doc__)
    parser.add_argument(
        "--out", type=Path, default=Path("demo-signals-out"), help="folder for everything; an earlier one in it goes"
    )
    parser.add_argument("--port", type=int, default=8300)
    parser.add_argument("--seconds", type=int, default=90, help="for how long traffic chooses")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--stay", action="store_true", help="keep the centre open even without a terminal")
    return parser.parse_args(arguments)


def _roads(seed: int) -> dict[str, Road]:
    return {name: Road(Random(seed + n)) for n, name in enumerate(JUNCTIONS)}  # noqa: S311  traffic, no secret


@contextmanager
def _street(out: Path, port: int) -> Iterator[str]:
    """A centre wired to both controllers; its address."""
    folder, rsmp, ntcip = out.resolve(), _free_port(socket.SOCK_STREAM), _free_port(socket.SOCK_DGRAM)
    (folder / "centre" / "signals").mkdir(parents=True)
    _secret(folder / "codes.txt", secrets.token_hex(4), secrets.token_hex(4))
    _secret(folder / "keys.txt", "centre", secrets.token_hex(12), secrets.token_hex(12))
    wiring = WIRING.format(rsmp=rsmp, ntcip=ntcip, folder=folder)
    (folder / "centre" / "signals" / "controllers.yaml").write_text(wiring, "utf-8")
    site = ["rsmp-site", "--supervisor", f"127.0.0.1:{rsmp}", "--codes", str(folder / "codes.txt"), "--reconnect", "1"]
    with ExitStack() as stack:
        stack.enter_context(
            _running("ntcip-controller", "--keys", str(folder / "keys.txt"), "--at", f"127.0.0.1:{ntcip}")
        )
        url = stack.enter_context(running_centre(folder / "centre", port))
        stack.enter_context(_running(*site))
        yield url


def _free_port(kind: socket.SocketKind) -> int:
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _secret(file: Path, *lines: str) -> None:
    file.touch(mode=0o600)
    file.write_text("\n".join(lines) + "\n", "utf-8")


@contextmanager
def _running(*command: str) -> Iterator[None]:
    with Popen([*NGATU, "signals", *command], stdout=DEVNULL) as process:  # noqa: S603  our own command
        try:
            yield
        finally:
            process.terminate()


def _approve(centre: httpx.Client, name: str) -> None:
    """On a machine without accounts one person may do what otherwise takes two."""
    library = LIBRARY.format(title=name.replace("_", " ").title(), name=name)
    reason = {"reason": "make demo-signals"}
    centre.post(f"/junctions/{name}/plans", json={"library": library, "base": 0} | reason).raise_for_status()
    centre.post(f"/junctions/{name}/plans/1/decision", json={"approve": True} | reason).raise_for_status()


def _drive(centre: httpx.Client, roads: Mapping[str, Road], seconds: int) -> None:
    for second in range(1, seconds + 1):
        states = _second(centre, roads)
        if second % TELL_EVERY_S == 0:
            for name, state in states.items():
                _tell(name, state, roads[name])


def _second(centre: httpx.Client, roads: Mapping[str, Road]) -> dict[str, dict[str, Any]]:
    """What both junctions show; a second of traffic there, told as detectors would."""
    began_s, states = time.monotonic(), {name: _state(centre, name) for name in JUNCTIONS}
    for name, road in roads.items():
        green = frozenset(lamp["movement"] for lamp in states[name]["lamps"] if lamp["aspect"] == "green")
        centre.post(f"/junctions/{name}/traffic", json={"approaches": road.second(green)}).raise_for_status()
    time.sleep(max(0.0, began_s + 1 - time.monotonic()))
    return states


def _tell(name: str, state: Mapping[str, Any], road: Road) -> None:
    queues = " ".join(f"{movement} {queued}" for movement, queued in road.queued.items())
    console.print(
        f"{JUNCTIONS[name]:5} {name:8} {state['control']['runs']:8} pha · stage {state['stage'] or '–'}   "
        f"hàng chờ · queues {queues}   đã qua · through {road.left}",
        highlight=False,
        soft_wrap=True,
    )


def _state(centre: httpx.Client, name: str) -> dict[str, Any]:
    state: dict[str, Any] = centre.get(f"/junctions/{name}").raise_for_status().json()
    return state


def _wait_for(centre: httpx.Client, wanted: str, told: str, roads: Mapping[str, Road] | None = None) -> None:
    """Until the traffic, or the stored plan, chooses the stages of both. Raises SystemExit where that never happens."""
    began_s = time.monotonic()
    while time.monotonic() - began_s < PATIENCE_S:
        states = _second(centre, roads or {})
        if all(state["control"]["runs"] == wanted for state in states.values()):
            console.print(f"{told}: {time.monotonic() - began_s:.0f} s", highlight=False)
            return
    shown = {name: (state["mode"], state["control"]["runs"], state["notes"]) for name, state in states.items()}
    raise SystemExit(f"demo: wanted {wanted} within {PATIENCE_S:.0f} s, found {shown}")


if __name__ == "__main__":
    os.environ.setdefault("PYTHONUNBUFFERED", "1")
    sys.exit(main())
