"""What is done at the crossing with lamps."""

from collections.abc import Sequence

import numpy as np

from twin.offences.acts import FROM_M, TO_M, Act, Acts, claims_of, stays_at
from twin.offences.bodies import Body, Garage
from twin.offences.cast import FPS, Actor, Cast, Claim
from twin.offences.junction import BOX_AFTER_S, HALF_M, LANES
from twin.offences.motion import Go, Stand, Step, moved
from twin.offences.path import Corner, Path
from twin.offences.place import Place
from vision.events.lamps import Lamp
from vision.vehicles import VehicleKind

K = VehicleKind
SLOW_MPS = 0.4
LONGEST_IN_BOX_S = 1.5
"""Nobody of the crowd stands longer in the box."""


class JunctionActs(Acts):
    """Sends the actors of one play at a junction."""

    OFFENCES = ("red_light", "stop_line", "forbidden_turn", "forbidden_u_turn", "solid_line", "box_blocking")

    def __init__(self, place: Place, cast: Cast, garage: Garage, rng: np.random.Generator) -> None:
        super().__init__(place, cast, garage, rng)
        assert place.light is not None and place.street.crossing_at_m is not None
        self.light, self.middle_m = place.light, place.street.crossing_at_m
        self.stop_m = place.stop_lines["stop"][0][1]

    def offences(self) -> dict[str, Act]:
        acts = (self.run_red, self.stop_over, self.turn_left, self.u_turn, self.over_solid, self.block_box)
        return dict(zip(self.OFFENCES, acts, strict=True))

    def lawful(self) -> Sequence[Act]:
        return (self.turn_right, self.halt_before, self.creep_through, self.swerve, self.over_at_yellow,
                self.stop_over_at_yellow)  # fmt: skip

    def run_red(self) -> bool:
        """Over the line in full red, without slowing down."""
        body = self.car_or_bike()
        path = self._some_lane(body)
        at_m = path.nearest_m(0, self.stop_m) - body.ahead_m
        return self.cast.enter(
            "red_light", body, path, [Go(path.end_m, self.between(8.5, 11.5))], at_m=at_m,
            at_s=self._when(Lamp.RED, 1.3, 9.0), claims=claims_of("red_light", at_m, at_m + 12),
        )  # fmt: skip

    def stop_over(self) -> bool:
        """Over the line when red has begun, then waits on the zebra crossing until green."""
        return self._stop_over("stop_line", self._when(Lamp.RED, 0.9, 2.0), judged=True)

    def stop_over_at_yellow(self) -> bool:
        """The same, over the line in the yellow: whether there was room to stop before it, people must say."""
        return self._stop_over("undecided: over at yellow and stands", self._when(Lamp.YELLOW, 1.6, 2.6), judged=False)

    def _stop_over(self, act: str, over_s: float, *, judged: bool) -> bool:
        body = self.car_or_bike()
        path = self._some_lane(body)
        line = path.nearest_m(0, self.stop_m)
        halt = line + body.behind_m + self.between(0.3, 0.7)
        green_s = self._next_green_s(over_s)
        reach: list[Step] = [Go(line - body.ahead_m - 8.0, 7.0), Go(halt, 3.5)]
        # Red light and stop line are told apart by the rear wheels, which pass last.
        waits_s = green_s + 0.8 - over_s - _seconds_from(reach, line + body.behind_m)
        steps: list[Step] = [*reach, Stand(waits_s), Go(path.end_m, 8.0)]
        claim = Claim("stop_line", round(over_s, 3), round(green_s, 3), judged)
        return self.cast.enter(act, body, path, steps, at_m=line + body.behind_m, at_s=over_s,
                               claims=lambda _motion, _since_s: [claim])  # fmt: skip

    def turn_left(self) -> bool:
        """From the left lane into the left arm, where a sign forbids it."""
        x, y = self.lane_x_m(0), self.middle_m + 3.4 + self.between(-0.6, 0.6)
        path = Path.through([(x, FROM_M), (x, y), (self.street.left_m - 60, y)], 8.0)
        out_m = path.nearest_m(self.street.left_m - 1.5, y)
        return self._turn("forbidden_turn", self.car_or_bike(), path, out_m, "forbidden_turn")

    def turn_right(self) -> bool:
        """As anyone may."""
        x, y = self.lane_x_m(LANES - 1), self.middle_m - 3.6 + self.between(-0.6, 0.6)
        path = Path.through([(x, FROM_M), (x, y), (self.street.right_m + 60, y)], 6.0)
        out_m = path.nearest_m(self.street.right_m + 1.5, y)
        return self._turn("lawful: turns right", self.car_or_bike(), path, out_m, None)

    def u_turn(self) -> bool:
        """Through the crossing and back on the other half of the road."""
        body = self.garage.lawful(K.MOTORBIKE if self.rng.random() < 0.6 else K.CAR)
        lane, half = self.street.lane_m, self.street.median_m / 2
        x, back = self.lane_x_m(0), -half - (0.7 if body.kind is K.MOTORBIKE else 1.5) * lane
        y, reach = self.middle_m - 5.2, (x - back) / 2
        turn = np.linspace(0, np.pi, 13)
        arc: list[Corner] = [(float((x + back) / 2 + reach * np.cos(a)), float(y + reach * np.sin(a))) for a in turn]
        path = Path.through([(x, FROM_M), *arc, (back, -30.0)], 2.0)
        exit_y = self.middle_m - HALF_M - 1.0
        row = path.nearest_row(back, exit_y, after_m=path.nearest_m(0.0, y + reach))
        return self._turn("forbidden_u_turn", body, path, float(path.length_m[row]), "forbidden_u_turn")

    def _turn(self, act: str, body: Body, path: Path, out_m: float, offence: str | None) -> bool:
        """At green, slowly around the bend; out_m: where it leaves the crossing."""
        line = path.nearest_m(float(path.points_m[0, 0]), self.stop_m) - body.ahead_m
        steps = [Go(line + 4.0, 7.5), Go(out_m + 1.0, 5.2), Go(path.end_m, 8.5)]
        return self.cast.enter(act, body, path, steps, at_m=line, at_s=self._when(Lamp.GREEN, 1.0, 9.0),
                               claims=claims_of(offence, line, out_m + 2))  # fmt: skip

    def over_solid(self) -> bool:
        """Changes between the left and the middle lane over the solid line."""
        a, b = self.lane_x_m(0), self.lane_x_m(1)
        if self.rng.random() < 0.5:
            a, b = b, a
        y = self.between(18.0, self.stop_m - 9.0)
        path = Path.through([(a, FROM_M), (a, y), (b, y + 7.5), (b, TO_M)], 4.0)
        over = path.nearest_m((a + b) / 2, y + 3.75)
        return self.cast.enter(
            "solid_line", self.car_or_bike(), path, [Go(path.end_m, self.between(6.5, 8.5))], at_m=over,
            at_s=self._when(Lamp.GREEN, 0.0, 9.0), claims=claims_of("solid_line", over - 3, over + 3),
        )  # fmt: skip

    def swerve(self) -> bool:
        """Close to the solid line and back, not over it."""
        body, a = self.bike(), self.lane_x_m(1)
        near = a - self.street.lane_m / 2 + body.width_m / 2 + 0.2
        y = self.between(17.0, self.stop_m - 10.0)
        path = Path.through([(a, FROM_M), (a, y), (near, y + 6), (a, y + 12), (a, TO_M)], 3.0)
        return self.cast.enter("lawful: swerves to the solid line", body, path, [Go(path.end_m, 7.5)],
                               at_m=path.nearest_m(near, y + 6), at_s=self._when(Lamp.GREEN, 0.0, 10.0))  # fmt: skip

    def block_box(self) -> bool:
        """Stands in the box for whatever reason, then goes on."""
        path = self.straight(self.lane_x_m(self._lane()))
        halt = path.nearest_m(0, self.middle_m + self.between(-2.5, 2.5))
        steps: list[Step] = [Go(halt, 7.5), Stand(BOX_AFTER_S + self.between(3.5, 5.0)), Go(path.end_m, 8.0)]
        return self.cast.enter(
            "box_blocking", self.car_or_bike(), path, steps, at_m=halt, at_s=self._when(Lamp.GREEN, 3.0, 11.0),
            claims=stays_at("box_blocking", halt),
        )  # fmt: skip

    def creep_through(self) -> bool:
        """Slowly through the box, as in a queue that moves."""
        path = self.straight(self.lane_x_m(self._lane()))
        low, high = (path.nearest_m(0, self.middle_m + side * HALF_M) for side in (-1, 1))
        steps = [Go(low, 6.0), Go(high, 1.9), Go(path.end_m, 8.0)]
        return self.cast.enter("lawful: creeps through the box", self.car_or_bike(), path, steps, at_m=low - 6,
                               at_s=self._when(Lamp.GREEN, 1.0, 6.0))  # fmt: skip

    def halt_before(self) -> bool:
        """Stops before the line, creeps on to a hand's breadth of it, and waits."""
        body = self.car_or_bike()
        path = self._some_lane(body)
        line = path.nearest_m(0, self.stop_m) - body.ahead_m
        red_s = self._when(Lamp.RED, 2.0, 6.0)
        creep: list[Step] = [Go(line - 2.2, 7.0), Stand(2.0), Go(line - 0.3, 1.2)]
        waits_s = self.light.next_change_s(red_s) + 1.0 - red_s - _seconds_from(creep, line - 2.2)
        steps: list[Step] = [*creep, Stand(max(waits_s, 0.5)), Go(path.end_m, 8.0)]
        return self.cast.enter("lawful: stops before the line", body, path, steps, at_m=line - 2.2, at_s=red_s)

    def over_at_yellow(self) -> bool:
        """Over the line as yellow begins: one may clear it."""
        body = self.car_or_bike()
        path = self._some_lane(body)
        at_m = path.nearest_m(0, self.stop_m) + body.behind_m
        return self.cast.enter("lawful: over at yellow", body, path, [Go(path.end_m, 9.0)], at_m=at_m,
                               at_s=self._when(Lamp.YELLOW, 0.1, 1.6))  # fmt: skip

    def lawless(self, actor: Actor) -> bool:
        """Over the line when it is not green, standing past it, or standing in the box."""
        trace, body = actor.trace, actor.body
        x, y = trace.x_m, trace.y_m
        half, right = self.street.median_m / 2, self.street.right_m
        shown = [self.light.at(now) for now in np.arange(self.cast.frames) / FPS]
        red, yellow = (np.array([one is state for one in shown]) for state in (Lamp.RED, Lamp.YELLOW))
        ours = (np.abs(trace.heading_rad) < 0.5) & (x > 0) & (x < right)
        slow = trace.speed_mps() < SLOW_MPS
        front, rear = y + body.ahead_m, y - body.behind_m
        over = ours & (red | yellow) & slow & (front > self.stop_m - 0.2) & (rear < self.middle_m - HALF_M)
        ran = ours[1:] & red[1:] & (front[:-1] <= self.stop_m) & (front[1:] > self.stop_m)
        boxed = slow & (x > half - 2) & (x < right + 2) & (np.abs(y - self.middle_m) < HALF_M + 2)
        return bool(over.any() or ran.any() or boxed.sum() > LONGEST_IN_BOX_S * FPS)

    def _some_lane(self, body: Body) -> Path:
        return self.straight(self.lane_x_m(self._lane()) + (self.between(-0.8, 0.8) if body.width_m < 1 else 0.0))

    def _lane(self) -> int:
        return int(self.rng.integers(LANES))

    def _next_green_s(self, after_s: float) -> float:
        spans = self.light.spans(after_s + 60)
        return next(since for state, since, _ in spans if state is Lamp.GREEN and since > after_s)

    def _when(self, state: Lamp, earliest_s: float, latest_s: float) -> float:
        """Some moment so long after a beginning of this state, and within it, in the play."""
        spans = [
            (since + earliest_s, min(since + latest_s, until - 0.1))
            for shown, since, until in self.light.spans(self.cast.frames / FPS)
            if shown is state and until - since > earliest_s + 0.2
        ]
        since, until = spans[int(self.rng.integers(len(spans)))]
        return self.between(since, until)


def _seconds_from(steps: Sequence[Step], at_m: float) -> float:
    """Between passing `at_m` and the end of these steps, after which one stands."""
    first = steps[0]
    assert isinstance(first, Go), "nobody begins by standing"
    motion = moved([*steps, Stand(0.1)], first.mps)
    return float(motion.time_s[-1]) - 0.1 - motion.first_s(at_m)
