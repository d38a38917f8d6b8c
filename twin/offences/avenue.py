"""A road without a crossing: lanes for some and not for others, a bus lane, a pavement, trucks by hours."""

from collections.abc import Sequence
from datetime import datetime

import numpy as np

from models.datasets.drawn.camera import Camera
from models.datasets.drawn.scene import Street
from twin.offences.acts import FROM_M, TO_M, Act, Acts, claims_of
from twin.offences.bodies import Body
from twin.offences.motion import Go
from twin.offences.path import Path
from twin.offences.place import Place, Stream
from twin.offences.signs import Painter
from vision.vehicles import VehicleKind

K = VehicleKind
LANES = 3
NEAR_M, FAR_M = 15.5, 46.0
CARS, MIXED, BUSES = range(LANES)


def avenue(rng: np.random.Generator, size_px: tuple[int, int], starts_at: datetime) -> Place:
    """Three lanes away from the camera: cars only, mixed, buses only; and a pavement."""
    lane = float(rng.uniform(3.4, 3.6))
    street = Street(LANES * lane, 2 * lane, lane, 0.6, 4.0, None, 0.0, True, bare_pavement=True)
    focal = size_px[0] * float(rng.uniform(0.90, 1.0))
    camera = Camera(
        (float(rng.uniform(4.5, 7.5)), 0.0, float(rng.uniform(7.5, 9.0))), float(rng.normal(0, 0.02)),
        float(np.arctan(0.43 * size_px[1] / focal)), 0.0, focal, size_px,
    )  # fmt: skip
    left = street.median_m / 2
    edges = [left + n * lane for n in range(LANES + 1)]
    paint = Painter()
    paint.lane((edges[BUSES] + 0.15, edges[BUSES + 1] - 0.5), (0.0, 150.0))
    paint.solid(edges[1], (0.0, 150.0))
    day = starts_at.hour < 12
    hours = [{"since": "06:00", "until": "09:00"}] if day else [{"since": "19:00", "until": "23:00"}]
    other = [{"since": "22:00", "until": "05:00"}] if day else [{"since": "06:00", "until": "20:00"}]
    # The whole road and a hand more, as whoever draws a closed area would.
    west, east = edges[0] - 0.3, edges[-1] + 1.0
    ring = [(west, NEAR_M), (west, FAR_M), (east, FAR_M), (east, NEAR_M)]
    return Place(
        name="avenue", street=street, camera=camera, starts_at=starts_at, streams=_streams(edges, lane),
        lanes={
            f"lane_{n + 1}": (
                [(edges[n], NEAR_M), (edges[n], FAR_M), (edges[n + 1], FAR_M), (edges[n + 1], NEAR_M)],
                ((edges[n] + lane / 2, NEAR_M + 2), (edges[n] + lane / 2, FAR_M - 2)),
            )
            for n in range(LANES)
        },
        lines={"middle": ((edges[0], 28.0), (edges[-1], 28.0))},
        zones={
            "pavement_right": [(street.right_m + 0.3, 16.5), (street.right_m + 0.3, FAR_M),
                               (street.right_m + 3.8, FAR_M), (street.right_m + 3.8, 16.5)],
            "town": ring,
            "town_other_hours": [(x, y + 0.01) for x, y in ring],
        },
        markings={"solid": [(edges[1], NEAR_M), (edges[1], FAR_M)]},
        rules={
            **{f"way_{n + 1}": {"offence": "wrong_way", "lane": f"lane_{n + 1}"} for n in range(LANES)},
            "cars_only": {"offence": "wrong_lane", "lane": "lane_1", "kinds": ["motorbike"]},
            "buses_only": {
                "offence": "bus_lane", "lane": "lane_3", "kinds": ["motorbike", "car", "truck"], "hours": hours,
            },
            "keep_lane": {"offence": "solid_line", "marking": "solid"},
            "no_riding": {"offence": "pavement", "zone": "pavement_right"},
            "no_trucks": {"offence": "no_entry", "zone": "town", "kinds": ["truck"], "hours": hours},
            "no_cars_later": {
                "offence": "no_entry", "zone": "town_other_hours", "kinds": ["car", "motorbike"], "hours": other,
            },
        },
        paint=paint.mesh(),
    )  # fmt: skip


def _streams(edges: list[float], lane: float) -> tuple[Stream, ...]:
    def along(n: int, per_minute: float, kinds: dict[VehicleKind, float]) -> Stream:
        x = edges[n] + lane / 2
        return Stream((x, -18.0), (x, 120.0), per_minute, kinds, (-1.1, 1.1), (8.0, 11.5))

    back = [
        Stream((-edges[0] - (n + 0.5) * lane, 120.0), (-edges[0] - (n + 0.5) * lane, -18.0), 9,
               {K.MOTORBIKE: 0.6, K.CAR: 0.3, K.BUS: 0.04, K.BICYCLE: 0.06}, (-1.1, 1.1), (8.0, 11.5))
        for n in range(2)
    ]  # fmt: skip
    return (
        along(CARS, 8, {K.CAR: 1.0}),
        along(MIXED, 18, {K.MOTORBIKE: 0.72, K.CAR: 0.18, K.BICYCLE: 0.1}),
        along(BUSES, 2.5, {K.BUS: 1.0}),
        *back,
    )


class AvenueActs(Acts):
    """Sends the actors of one play on an avenue."""

    OFFENCES = ("wrong_way", "wrong_lane", "bus_lane", "solid_line", "pavement", "no_entry")

    def offences(self) -> dict[str, Act]:
        acts = (self.against, self.among_cars, self.among_buses, self.over_solid, self.on_pavement, self.by_truck)
        return dict(zip(self.OFFENCES, acts, strict=True))

    def lawful(self) -> Sequence[Act]:
        return self.swerve, self.by_bus, self.beside_pavement, self.by_bus_in_town

    def against(self) -> bool:
        """Against the arrow of the middle lane."""
        x = self.lane_x_m(MIXED) + self.between(0.4, 1.1)
        return self._send("wrong_way", self.bike(), Path.through([(x, TO_M), (x, FROM_M)]), self.between(5.0, 7.5))

    def among_cars(self) -> bool:
        x = self.lane_x_m(CARS) + self.between(-0.7, 0.5)
        return self._send("wrong_lane", self.bike(), self.straight(x), self.between(8, 11))

    def among_buses(self) -> bool:
        x = self.lane_x_m(BUSES) + self.between(-0.3, 0.3)
        return self._send("bus_lane", self.car_or_bike(0.6), self.straight(x), self.between(8, 11))

    def by_truck(self) -> bool:
        """In the hours when trucks must stay out."""
        return self._send("no_entry", self.garage.lawful(K.TRUCK), self.straight(self.lane_x_m(MIXED)), 8.5)

    def on_pavement(self) -> bool:
        x = self.street.right_m + self.between(1.6, 2.6)
        return self._send("pavement", self.bike(), self.straight(x), self.between(4.0, 6.0))

    def over_solid(self) -> bool:
        """Between the left lane and the middle one; a car, for nobody else may be in the left one."""
        a, b = self.lane_x_m(CARS), self.lane_x_m(MIXED)
        if self.rng.random() < 0.5:
            a, b = b, a
        y = self.between(19.0, 28.0)
        path = Path.through([(a, FROM_M), (a, y), (b, y + 9), (b, TO_M)], 5.0)
        over = path.nearest_m((a + b) / 2, y + 4.5)
        return self.cast.enter(
            "solid_line", self.garage.lawful(K.CAR), path, [Go(path.end_m, self.between(7, 9.5))], at_m=over,
            at_s=self.any_time_s(), claims=claims_of("solid_line", over - 3, over + 3),
        )  # fmt: skip

    def swerve(self) -> bool:
        body, a = self.bike(), self.lane_x_m(MIXED)
        near = a - self.street.lane_m / 2 + body.width_m / 2 + 0.2
        y = self.between(18.0, 26.0)
        path = Path.through([(a, FROM_M), (a, y), (near, y + 6), (a, y + 12), (a, TO_M)], 3.0)
        return self._send("lawful: swerves to the solid line", body, path, 8.5)

    def by_bus(self) -> bool:
        way = self.straight(self.lane_x_m(BUSES))
        return self._send("lawful: bus in the bus lane", self.garage.lawful(K.BUS), way, 8.0)

    def by_bus_in_town(self) -> bool:
        """A bus where trucks may not drive."""
        way = self.straight(self.lane_x_m(MIXED))
        return self._send("lawful: bus where trucks may not drive", self.garage.lawful(K.BUS), way, 8.0)

    def beside_pavement(self) -> bool:
        """A bicycle at the very kerb: the bus lane's rule does not bind it, and it rides on no pavement."""
        way = self.straight(self.street.right_m - 0.6)
        return self._send("lawful: bicycle at the kerb", self.garage.lawful(K.BICYCLE), way, 4.0)

    def _send(self, act: str, body: Body, path: Path, mps: float) -> bool:
        """Past the middle of the view some time; an act that is an offence is one from end to end of the lanes."""
        x = float(path.points_m[0, 0])
        low, high = sorted((path.nearest_m(x, NEAR_M), path.nearest_m(x, FAR_M)))
        offence = None if act.startswith("lawful") else act
        return self.cast.enter(act, body, path, [Go(path.end_m, mps)], at_m=(low + high) / 2,
                               at_s=self.any_time_s(), claims=claims_of(offence, low, high))  # fmt: skip
