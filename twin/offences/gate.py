"""Two lanes seen from close by, near enough for helmets and plates."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import numpy as np

from models.datasets.drawn.camera import Camera
from models.datasets.drawn.mesh import Cover
from models.datasets.drawn.scene import Street
from twin.offences.acts import Act, Acts, claims_of
from twin.offences.bodies import Body
from twin.offences.motion import Go
from twin.offences.place import Place, Stream
from vision.vehicles import VehicleKind

K = VehicleKind
LANES = 2
MIXES = ({K.CAR: 0.45, K.MOTORBIKE: 0.55}, {K.MOTORBIKE: 0.85, K.CAR: 0.15})
NEAR_M, FAR_M = 7.5, 21.0
LINE_Y_M = 12.0


def gate(rng: np.random.Generator, size_px: tuple[int, int], starts_at: datetime) -> Place:
    """A camera on a mast beside the road that looks obliquely after those who drive away from it, in
    traffic that is slow."""
    lane = float(rng.uniform(3.3, 3.5))
    street = Street(LANES * lane, 0.0, lane, 0.6, 3.0, None, 0.0, True, bare_pavement=True)
    focal = size_px[0] * float(rng.uniform(1.25, 1.4))
    # From well beside the road: straight from behind, whoever sits at the back hides those before him.
    x, aim_y, high = (
        street.right_m + float(rng.uniform(4.0, 5.5)),
        float(rng.uniform(10.0, 11.5)),
        float(rng.uniform(5.5, 6.5)),
    )
    across = x - street.median_m / 2 - street.ahead_m / 2
    pitch = float(np.arctan(high / np.hypot(across, aim_y)))
    camera = Camera((x, 0.0, high), float(np.arctan2(across, aim_y)), pitch, 0.0, focal, size_px)
    left = street.median_m / 2
    edges = [left + n * lane for n in range(LANES + 1)]
    ring = [(edges[0], NEAR_M), (edges[0], FAR_M), (edges[-1], FAR_M), (edges[-1], NEAR_M)]
    streams = tuple(
        Stream((edges[n] + lane / 2, -20.0), (edges[n] + lane / 2, 70.0), 18, kinds, (-0.8, 0.8), (3.6, 5.0))
        for n, kinds in enumerate(MIXES)
    )
    return Place(
        name="gate", street=street, camera=camera, starts_at=starts_at, streams=streams,
        lanes={
            f"lane_{n + 1}": (
                [(edges[n], NEAR_M), (edges[n], FAR_M), (edges[n + 1], FAR_M), (edges[n + 1], NEAR_M)],
                ((edges[n] + lane / 2, NEAR_M + 0.5), (edges[n] + lane / 2, FAR_M - 0.5)),
            )
            for n in range(LANES)
        },
        lines={"gate": ((edges[0], LINE_Y_M), (edges[-1], LINE_Y_M))},
        zones={"riders": ring},
        rules={
            "helmets": {"offence": "no_helmet", "zone": "riders"},
            "two_at_most": {"offence": "passengers", "zone": "riders"},
            "plates": {"offence": "plate_covered", "line": "gate"},
        },
    )  # fmt: skip


class GateActs(Acts):
    """Sends the actors of one play before the gate."""

    OFFENCES = ("no_helmet", "two_passengers", "three_passengers", "plate_covered")

    def offences(self) -> dict[str, Act]:
        return {
            "no_helmet": lambda: self._ride("no_helmet", [Cover.NONE]),
            "two_passengers": lambda: self._ride("two_passengers", [Cover.HELMET] * 3),
            "three_passengers": lambda: self._ride("three_passengers", [Cover.HELMET] * 4),
            "plate_covered": self.covered,
        }

    def lawful(self) -> Sequence[Act]:
        return (lambda: self._ride("lawful: two in helmets", [Cover.HELMET] * 2), self.in_cap)

    def covered(self) -> bool:
        """A rag over the plate."""
        body = self.garage.lawful(K.CAR if self.rng.random() < 0.5 else K.MOTORBIKE)
        return self._send("plate_covered", self.garage.covered(body), "plate_covered")

    def in_cap(self) -> bool:
        """A cap is no helmet, but the reader leaves it to people: neither answer is wrong."""
        return self._send("undecided: cap", self.garage.motorbike([Cover.CAP]), "no_helmet", judged=False)

    def _ride(self, act: str, covers: Sequence[Cover]) -> bool:
        return self._send(act, self.garage.motorbike(covers), None if act.startswith("lawful") else act)

    def _send(self, act: str, body: Body, offence: str | None, *, judged: bool = True) -> bool:
        """Through the whole view in one lane, at some time."""
        x = self.lane_x_m(int(self.rng.integers(LANES)))
        x += self.between(-0.7, 0.7) if body.kind is K.MOTORBIKE else 0.0
        path = self.straight(x)
        low, high = path.nearest_m(x, NEAR_M), path.nearest_m(x, FAR_M)
        told = claims_of(offence, low, high)
        return self.cast.enter(
            act, body, path, [Go(path.end_m, self.between(3.6, 5.0))], at_m=low, at_s=self.any_time_s(6.0),
            claims=lambda motion, since_s: [replace(one, judged=judged) for one in told(motion, since_s)],
        )  # fmt: skip
