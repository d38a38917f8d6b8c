"""Drives boxes through a street of two lanes and collects what is said of them."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pytest

from vision.events.incidents import Incident
from vision.geometry.parts import Lane, StopLine, Zone
from vision.geometry.scene import Scene
from vision.tracks import Tracks
from vision.traffic.incidents.incidents import Incidents
from vision.traffic.incidents.limits import IncidentLimits
from vision.vehicles import VehicleKind

SIZE_PX = (1000, 1000)


@dataclass(frozen=True)
class Car:
    """One track in one frame; feet_px is the middle of the lower edge. One body is 50 px."""

    feet_px: tuple[float, float]
    track: int = 1
    size_px: tuple[float, float] = (50, 50)
    kind: VehicleKind = VehicleKind.CAR
    confirmed: bool = True
    seen: bool = True


def tracks_of(cars: Sequence[Car]) -> Tracks:
    boxes = [(x - w / 2, y - h, x + w / 2, y) for (x, y), (w, h) in ((car.feet_px, car.size_px) for car in cars)]
    return Tracks(
        id=np.array([car.track for car in cars], np.int64),
        xyxy_px=np.array(boxes, np.float32).reshape(-1, 4),
        score=np.full(len(cars), 0.9, np.float32),
        kind=np.array([car.kind for car in cars], np.int8),
        confirmed=np.array([car.confirmed for car in cars], np.bool_),
        seen=np.array([car.seen for car in cars], np.bool_),
        ended=np.zeros(0, np.int64),
    )


def scene(*, stop_line: bool = False, zone: bool = False, up: bool = True) -> Scene:
    """Lane `left` from x 100 to 400 and `right` from 400 to 700, both away from the camera (up) or towards it.

    The stop line lies at y = 300; the kept-free zone from y = 700 to 800.
    """
    ends = ((0.25, 0.9), (0.25, 0.1)) if up else ((0.25, 0.1), (0.25, 0.9))
    lanes = {
        name: Lane(
            polygon=((x1, 0.05), (x2, 0.05), (x2, 0.98), (x1, 0.98)), direction=tuple((x1 + 0.1, y) for _, y in ends)
        )
        for name, x1, x2 in (("left", 0.1, 0.4), ("right", 0.4, 0.7))
    }
    stop = StopLine(line=((0.1, 0.3), (0.7, 0.3)), entering="right_to_left")
    kept_free = Zone(polygon=((0.1, 0.7), (0.7, 0.7), (0.7, 0.8), (0.1, 0.8)), purpose="spill_back")
    return Scene(
        version=1,
        camera="test",
        lanes=lanes,
        stop_lines={"stop": stop} if stop_line else {},
        zones={"box": kept_free} if zone else {},
    )


@dataclass(frozen=True)
class Street:
    car: type[Car]
    scene: Callable[..., Scene]
    limits: type[IncidentLimits]

    def play(
        self,
        frames: Iterable[Sequence[Car]],
        where: Scene | None = None,
        limits: IncidentLimits | None = None,
        fps: float = 10,
    ) -> list[Incident]:
        """Everything said, the ends at the end of the clip included."""
        incidents = Incidents(where or scene(), SIZE_PX, limits)
        said = [one for index, cars in enumerate(frames) for one in incidents.see(tracks_of(cars), index / fps)]
        return [*said, *incidents.finish()]

    def starts(self, *args: object, **kwargs: object) -> list[tuple[str, str, tuple[int, ...]]]:
        """Kind, place and tracks of each start."""
        said = self.play(*args, **kwargs)  # type: ignore[arg-type]  # passed on as they are
        return [(one.kind, one.place, one.tracks) for one in said if one.phase == "start"]


@pytest.fixture(scope="session")
def street() -> Street:
    return Street(Car, scene, IncidentLimits)
