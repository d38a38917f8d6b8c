"""A desk full of cases, as months of cameras would leave it: the material of the desk's benchmarks.

The cases share a few hundred real packages, so that every picture and clip can be asked for. Rows go straight into the
tables: what is measured is the desk with so many cases, not how they came.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import Engine, insert, text

from violations.cases.plate_text import plate_key
from violations.evidence.package import EvidenceFile, Package, write_package
from violations.evidence.record import Clip, ClockQuality, EvidenceRecord, ModelUsed, Still
from violations.store.account_tables import CameraDistrictRow
from violations.store.database import writing
from violations.store.evidence_files import EvidenceShelf
from violations.store.tables import CaseFileRow, CaseHistoryRow, CaseRow, EventIdRow
from vision.events.bodies import Direction, Finding, Gate, Measure, MediaFile
from vision.events.lamps import Lamp, LampSpan

CAMERAS = 200
DISTRICTS = 10
STILL_BYTES, CROP_BYTES, CLIP_BYTES = 120_000, 8_000, 900_000
AT_ONCE = 2_000
OFFENCES = ("red_light", "stop_line", "wrong_lane", "no_helmet", "wrong_way", "solid_line")
AT_S, RED_S = 104.2, 101.0
SPAN = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Filling:
    """How much there is. waiting of the cases are undecided; packages: how many different ones they share."""

    cases: int
    waiting: int
    packages: int = 100


def camera_name(number: int) -> str:
    return f"nga_tu_{number:03d}"


def district_name(number: int) -> str:
    return f"quan-{number % DISTRICTS + 1}"


def fill(engine: Engine, shelf: EvidenceShelf, filling: Filling, now: datetime, folder: Path) -> None:
    """Put it all there; `folder` is for the packages on their way."""
    chance = Random(1)  # noqa: S311  the same cases every time
    packages = [_package(shelf, folder, chance, now, number) for number in range(filling.packages)]
    findings = [finding_of(package, None).model_dump(mode="json") for package in packages]
    with writing(engine) as session:
        cameras = [{"camera": camera_name(n), "district": district_name(n)} for n in range(CAMERAS)]
        session.execute(insert(CameraDistrictRow), cameras)
    for first in range(1, filling.cases + 1, AT_ONCE):
        numbers = range(first, min(first + AT_ONCE, filling.cases + 1))
        _insert(engine, [_case(number, findings[number % len(findings)], filling, chance, now) for number in numbers])
    _settle(engine)


def _settle(engine: Engine) -> None:
    """What a database in service has done by itself long ago: statistics, and sequences that know the rows."""
    with writing(engine) as session:
        if engine.dialect.name == "postgresql":
            for table in ("cases", "case_history"):
                last = text(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")  # noqa: S608  our own names
                session.execute(last)
        session.execute(text("ANALYZE"))


def finding_of(package: Package, plate: str | None, offence: str = OFFENCES[0]) -> Finding:
    """As the camera of the package would say it."""
    return Finding(
        offence=offence,
        vehicle="car",
        track=7,
        line="stop_1",
        at_s=AT_S,
        measures=_measures(),
        lamp=LampSpan(state=Lamp.RED, since_s=RED_S, until_s=RED_S + 25, error_s=0.1),
        plate=plate,
        reasons_not_to_fine=("officer_unseen", "priority_unseen", "lamp_from_file"),
        gate=Gate(prosecutable=True),
        package=package.manifest_sha256,
        media=package.media,
    )


def drawn_plate(chance: Random) -> str:
    return f"{chance.choice((29, 30, 33, 40))}{chance.choice('ABDEFGHK')}-{chance.randrange(100_000):05d}"


def _insert(engine: Engine, rows: Sequence[dict[str, Any]]) -> None:
    with writing(engine) as session:
        ids = [{"id": row["event_id"], "time": row["at"], "digest": "0" * 64} for row in rows]
        session.execute(insert(EventIdRow), ids)
        session.execute(insert(CaseRow), rows)
        names = [(row["id"], name) for row in rows for name in _names(row)]
        session.execute(insert(CaseFileRow), [{"case_id": id_, "sha256": name} for id_, name in names])
        session.execute(insert(CaseHistoryRow), [line for row in rows for line in _history(row)])


def _case(number: int, finding: dict[str, Any], filling: Filling, chance: Random, now: datetime) -> dict[str, Any]:
    waits = number > filling.cases - filling.waiting
    plate = drawn_plate(chance) if chance.random() < 0.9 else None
    camera = chance.randrange(CAMERAS)
    at = now - SPAN * chance.random()
    offence = chance.choice(OFFENCES)
    state = "detected" if waits else chance.choice(("accepted", "accepted", "accepted", "rejected"))
    return {
        "id": number,
        "event_id": f"{camera_name(camera)}/b0/{number}",
        "offence": offence,
        "vehicle": "car",
        "camera": camera_name(camera),
        "district": district_name(camera),
        "line": "stop_1",
        "at": at,
        "track": 7,
        "plate": plate,
        "state": state,
        "version": 1 if waits else 2,
        "package": finding["package"],
        "finding": finding | {"plate": plate, "offence": offence},
        "created_at": at,
        "changed_at": at,
        "plate_key": plate_key(plate),
    }


def _names(row: dict[str, Any]) -> Iterator[str]:
    yield from {row["package"], *(file["sha256"] for file in row["finding"]["media"])}


def _history(row: dict[str, Any]) -> Iterator[dict[str, Any]]:
    line = {"case_id": row["id"], "at": row["at"], "reason": None, "note": ""}
    yield line | {
        "who": f"camera:{row['camera']}",
        "action": "opened",
        "from_state": None,
        "to_state": "detected",
    }
    if row["state"] != "detected":
        action, reason = ("accept", None) if row["state"] == "accepted" else ("reject", "no_offence")
        steps = {"who": "lan", "action": action, "from_state": "detected", "to_state": row["state"]}
        yield line | steps | {"reason": reason}


def _package(shelf: EvidenceShelf, folder: Path, chance: Random, now: datetime, number: int) -> Package:
    """Pictures and clip of the usual size; nobody decodes them, so they are noise."""
    package = write_package(folder, _record(now, number), list(_files(chance)))
    for media in package.media:
        content = (package.folder / media.name).read_bytes()
        place = shelf.path_of(media.sha256)
        place.parent.mkdir(mode=0o700, exist_ok=True)
        place.write_bytes(content)
        shelf.add(media.sha256, len(content), media.media_type, now)
    return package


def _files(chance: Random) -> Iterator[EvidenceFile]:
    for shows in ("still_before", "still_at", "still_after", "overlay"):
        yield EvidenceFile(f"{shows}.jpg", shows, "image/jpeg", chance.randbytes(STILL_BYTES))
    yield EvidenceFile("plate_crop.png", "plate_crop", "image/png", chance.randbytes(CROP_BYTES))
    yield EvidenceFile("clip.mp4", "clip", "video/mp4", chance.randbytes(CLIP_BYTES))


def _record(time: datetime, number: int) -> EvidenceRecord:
    moments_s = {"still_before": AT_S - 0.6, "still_at": AT_S, "still_after": AT_S + 0.6}
    return EvidenceRecord(
        camera=camera_name(number % CAMERAS),
        boot="b0",
        scene_sha256=sha256(str(number).encode()).hexdigest(),
        model=ModelUsed(name="bench", sha256="1" * 64),
        software="ngatu bench",
        offence=OFFENCES[0],
        vehicle="car",
        track=7,
        line="stop_1",
        direction=Direction.LEFT_TO_RIGHT,
        at_s=AT_S,
        at_error_s=0.04,
        time=time.astimezone(UTC),
        clock=ClockQuality(synchronised=True, error_s=0.02),
        measures=_measures(),
        lamps=(
            LampSpan(state=Lamp.YELLOW, since_s=RED_S - 3, until_s=RED_S, error_s=0.1),
            LampSpan(state=Lamp.RED, since_s=RED_S, until_s=RED_S + 25, error_s=0.1),
        ),
        stills=tuple(
            Still(name=f"{shows}.jpg", shows=shows, frame=round(at_s * 25), media_s=at_s)
            for shows, at_s in moments_s.items()
        ),
        clip=Clip(name="clip.mp4", since_s=AT_S - 1, until_s=AT_S + 1),
        reasons_not_to_fine=("officer_unseen", "priority_unseen", "lamp_from_file"),
    )


def _measures() -> tuple[Measure, ...]:
    return (
        Measure(name="into_red", value=AT_S - RED_S, error=0.14, unit="s"),
        Measure(name="speed", value=9.3, error=0.8, unit="m/s"),
    )


def media_of(finding: Finding, *shows: str) -> list[MediaFile]:
    return [file for file in finding.media if file.shows in shows]
