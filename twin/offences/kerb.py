"""A road with kerbs where one may not stop or park, a lane for motorbikes, and a speed limit."""

from collections.abc import Sequence
from datetime import datetime

import numpy as np

from models.datasets.drawn.camera import Camera
from models.datasets.drawn.scene import Street
from twin.offences.acts import Act, Acts, claims_of, stays_at
from twin.offences.bodies import Garage
from twin.offences.cast import Cast
from twin.offences.motion import Go, Stand, Step
from twin.offences.place import Place, Stream
from twin.offences.signs import RED, Painter
from vision.vehicles import VehicleKind

K = VehicleKind
LANES = 3
NEAR_M, FAR_M = 15.5, 46.0
CARS, MIXED, KERB = range(LANES)
STOP_Y_M, PARK_Y_M = (17.0, 27.5), (30.0, 43.0)
STOP_AFTER_S, PARK_AFTER_S = 4.0, 10.0
AFTER_ANOTHER_S = 2.0
"""Nobody stands while another does: who stands behind another perhaps only waits for him, which is no offence."""
LIMIT_KMH = 40
LINE_Y_M = 26.0


def kerb(rng: np.random.Generator, size_px: tuple[int, int], starts_at: datetime) -> Place:
    """Two lanes that flow and a strip at the kerb where nobody may stay."""
    lane = float(rng.uniform(3.4, 3.6))
    street = Street(LANES * lane, lane, lane, 0.6, 4.0, None, 0.0, True, bare_pavement=True)
    focal = size_px[0] * float(rng.uniform(0.90, 1.0))
    camera = Camera(
        (float(rng.uniform(4.0, 8.0)), 0.0, float(rng.uniform(7.0, 9.0))), float(rng.normal(0, 0.02)),
        float(np.arctan(0.43 * size_px[1] / focal)), 0.0, focal, size_px,
    )  # fmt: skip
    left = street.median_m / 2
    edges = [left + n * lane for n in range(LANES + 1)]
    paint = Painter()
    paint.kerb(edges[-1] - 0.25, STOP_Y_M)
    paint.kerb(edges[-1] - 0.25, PARK_Y_M, RED)
    # As whoever draws a scene would: on to the pavement, so that a wheel at the kerb is still inside.
    strip = (edges[KERB] - 0.2, edges[KERB + 1] + 1.5)

    def zone(y: tuple[float, float]) -> list[tuple[float, float]]:
        return [(strip[0], y[0]), (strip[0], y[1]), (strip[1], y[1]), (strip[1], y[0])]

    return Place(
        name="kerb", street=street, camera=camera, starts_at=starts_at, streams=_streams(edges, lane),
        lanes={
            f"lane_{n + 1}": (
                [(edges[n], NEAR_M), (edges[n], FAR_M), (edges[n + 1], FAR_M), (edges[n + 1], NEAR_M)],
                ((edges[n] + lane / 2, NEAR_M + 2), (edges[n] + lane / 2, FAR_M - 2)),
            )
            for n in range(LANES)
        },
        lines={"gate": ((edges[0], LINE_Y_M), (edges[-1], LINE_Y_M))},
        zones={"no_stopping": zone(STOP_Y_M), "no_parking": zone(PARK_Y_M)},
        rules={
            "never_stop": {"offence": "illegal_stop", "zone": "no_stopping", "after_s": STOP_AFTER_S},
            "never_park": {"offence": "illegal_parking", "zone": "no_parking", "after_s": PARK_AFTER_S},
            "forty": {"offence": "speeding", "line": "gate", "limit_kmh": LIMIT_KMH},
        },
        paint=paint.mesh(),
    )  # fmt: skip


def _streams(edges: list[float], lane: float) -> tuple[Stream, ...]:
    def along(n: int, per_minute: float, kinds: dict[VehicleKind, float]) -> Stream:
        x = edges[n] + lane / 2
        return Stream((x, -18.0), (x, 120.0), per_minute, kinds, (-1.1, 1.1), (7.5, 10.3))

    back = Stream((-edges[0] - lane / 2, 120.0), (-edges[0] - lane / 2, -18.0), 8,
                  {K.MOTORBIKE: 0.7, K.CAR: 0.3}, (-1.1, 1.1), (7.5, 10.3))  # fmt: skip
    return (
        along(CARS, 8, {K.CAR: 0.7, K.MOTORBIKE: 0.3}),
        along(MIXED, 16, {K.MOTORBIKE: 0.72, K.CAR: 0.14, K.TRUCK: 0.06, K.BICYCLE: 0.08}),
        back,
    )


class KerbActs(Acts):
    """Sends the actors of one play at a kerb."""

    OFFENCES = ("illegal_stop", "illegal_parking", "speeding")

    def __init__(self, place: Place, cast: Cast, garage: Garage, rng: np.random.Generator) -> None:
        super().__init__(place, cast, garage, rng)
        self._stays: list[tuple[float, float]] = []

    def offences(self) -> dict[str, Act]:
        return {
            "illegal_stop": lambda: self._stay("illegal_stop", STOP_Y_M, STOP_AFTER_S + self.between(3, 5)),
            "illegal_parking": lambda: self._stay("illegal_parking", PARK_Y_M, PARK_AFTER_S + self.between(4, 6)),
            "speeding": self.race,
        }

    def lawful(self) -> Sequence[Act]:
        return (
            lambda: self._stay("lawful: stops for a moment", STOP_Y_M, 1.6),
            lambda: self._stay("lawful: lets somebody out", PARK_Y_M, 5.0),
            lambda: self._drive("lawful: at the limit", LIMIT_KMH - 1.0),
            self.crawl,
        )

    def race(self) -> bool:
        """Above the limit by more than the errors of any measurement."""
        return self._drive("speeding", LIMIT_KMH + self.between(17, 42))

    def crawl(self) -> bool:
        """Slowly through the strip where nobody may stop, without stopping."""
        path = self.straight(self.lane_x_m(KERB))
        low, high = (path.nearest_m(self.lane_x_m(KERB), y) for y in STOP_Y_M)
        steps = [Go(low, 6.0), Go(high, 2.0), Go(path.end_m, 8.0)]
        return self.cast.enter("lawful: crawls along the kerb", self.garage.lawful(K.CAR), path, steps, at_m=low,
                               at_s=self.any_time_s())  # fmt: skip

    def _stay(self, act: str, y_m: tuple[float, float], seconds: float) -> bool:
        """Into the strip at the kerb, stands, and out again."""
        body = self.car_or_bike(0.6)
        x = self.lane_x_m(KERB) + self.between(0.1, 0.4)
        path = self.straight(x)
        halt = path.nearest_m(x, self.between(y_m[0] + body.behind_m + 0.6, y_m[1] - body.ahead_m - 0.6))
        steps: list[Step] = [Go(halt, 7.0), Stand(seconds), Go(path.end_m, 8.0)]
        at_s = self.any_time_s(seconds + 5)
        if any(low - AFTER_ANOTHER_S < at_s + seconds and at_s < high + AFTER_ANOTHER_S for low, high in self._stays):
            return False
        sent = self.cast.enter(act, body, path, steps, at_m=halt, at_s=at_s, claims=stays_at(_offence(act), halt))
        if sent:
            self._stays.append((at_s, at_s + seconds))
        return sent

    def _drive(self, act: str, kmh: float) -> bool:
        x = self.lane_x_m(CARS if self.rng.random() < 0.6 else MIXED)
        path = self.straight(x)
        at = path.nearest_m(x, LINE_Y_M)
        return self.cast.enter(act, self.car_or_bike(), path, [Go(path.end_m, kmh / 3.6)], at_m=at,
                               at_s=self.any_time_s(), claims=claims_of(_offence(act), at - 3, at + 3))  # fmt: skip


def _offence(act: str) -> str | None:
    return None if act.startswith("lawful") else act
