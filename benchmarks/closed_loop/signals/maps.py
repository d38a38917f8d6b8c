"""A folder with a SUMO net and routes, as a map that can be driven."""

import gzip
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

from benchmarks.errors import BenchmarkError

# Two-wheelers fill a lane side by side only with sublanes, and those are right only at short steps.
SUBLANE_STEP_S, SUBLANE_M = 0.25, 0.35
_SWARM = ('vClass="motorcycle"', 'vClass="moped"', 'vClass="bicycle"', "latAlignment=")

# SUMO takes these names too.
_LONG = {
    "net": "net-file",
    "route-file": "route-files",
    "additional-file": "additional-files",
    "b": "begin",
    "e": "end",
}


@dataclass(frozen=True, slots=True)
class Map:
    """sublane: whether vehicles move beside one another within a lane."""

    name: str
    net: Path
    routes: tuple[Path, ...]
    additional: tuple[Path, ...]
    begin_s: float
    end_s: float
    sublane: bool

    @property
    def step_s(self) -> float:
        return SUBLANE_STEP_S if self.sublane else 1.0


def read_map(folder: Path, end_s: float | None = None) -> Map:
    """By its *.sumocfg, or else by its *.net.xml and *.rou.xml. end_s: instead of the map's own end.

    Raises BenchmarkError where there is no net, no routes, or more than one configuration.
    """
    if not folder.is_dir():
        raise BenchmarkError(f"{folder}: wanted a folder with a SUMO net and routes, found none")
    configurations = sorted(folder.glob("*.sumocfg"))
    if len(configurations) > 1:
        raise BenchmarkError(f"{folder}: wanted one *.sumocfg, found {len(configurations)}")
    settings = _settings(configurations[0]) if configurations else {}
    net = _named(folder, settings.get("net-file")) or tuple(_some(folder, ("*.net.xml", "*.net.xml.gz"))[:1])
    routes = _named(folder, settings.get("route-files")) or _routes(folder, net)
    if not net or not routes:
        found = ", ".join(each.name for each in sorted(folder.iterdir())[:10]) or "nothing"
        raise BenchmarkError(
            f"{folder}: wanted a *.net.xml and a *.rou.xml (or a *.sumocfg that names them), found {found}"
        )
    texts = [_text(each) for each in routes]
    begin, end = settings.get("begin"), settings.get("end")
    return Map(
        folder.resolve().name,
        net[0],
        routes,
        _named(folder, settings.get("additional-files")),
        float(begin) if begin is not None else 0.0,
        end_s if end_s is not None else float(end) if end is not None and float(end) > 0 else _last(texts),
        any(mark in text for text in texts for mark in _SWARM),
    )


def _settings(file: Path) -> dict[str, str]:
    try:
        root = ET.fromstring(file.read_text("utf-8"))  # noqa: S314  expat refuses entity bombs
    except (OSError, ET.ParseError, UnicodeDecodeError) as error:
        raise BenchmarkError(f"{file}: wanted a SUMO configuration, found {error}") from error
    return {_LONG.get(each.tag, each.tag): value for each in root.iter() if (value := each.get("value"))}


def _named(folder: Path, names: str | None) -> tuple[Path, ...]:
    found = tuple(folder / name.strip() for name in (names or "").split(",") if name.strip())
    for file in found:
        if not file.is_file():
            raise BenchmarkError(f"{file}: the configuration of {folder} names it, and it is not there")
    return found


def _some(folder: Path, patterns: Sequence[str]) -> list[Path]:
    return sorted(file for pattern in patterns for file in folder.glob(pattern))


def _routes(folder: Path, net: Sequence[Path]) -> tuple[Path, ...]:
    """The routes named like the net, else all that are not the output of a router beside its input."""
    found = _some(folder, ("*.rou.xml", "*.rou.xml.gz"))
    stem = net[0].name.split(".")[0] if net else ""
    same = [file for file in found if file.name.removesuffix(".gz") == f"{stem}.rou.xml"]
    return tuple(same or [file for file in found if ".routed." not in file.name] or found)


def _text(file: Path) -> str:
    return gzip.decompress(file.read_bytes()).decode() if file.suffix == ".gz" else file.read_text("utf-8")


def _last(texts: Sequence[str]) -> float:
    """When the last flow ends or the last vehicle starts."""
    times = [0.0]
    for text in texts:
        try:
            root = ET.fromstring(text)  # noqa: S314  expat refuses entity bombs
        except ET.ParseError as error:
            raise BenchmarkError(f"routes: wanted XML, found {error}") from error
        for each in root.iter():
            time = each.get("end") if each.tag in ("flow", "personFlow") else each.get("depart")
            times.append(float(time) if time and time.replace(".", "", 1).isdigit() else 0.0)
    return max(times)
