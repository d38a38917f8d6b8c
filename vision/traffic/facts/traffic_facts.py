"""One camera's traffic facts: crossings and tracks in, bodies out as their intervals end."""

from collections.abc import Iterable, Mapping, Sequence

from vision.events.bodies import Crossing
from vision.events.facts import ApproachFacts, GreenFacts, LaneFacts, LineFacts, TurningFacts
from vision.events.lamps import Lamp
from vision.geometry.scene import Scene
from vision.pcu import PcuTable, pcu_table
from vision.tracks import Tracks
from vision.traffic.counts import LONGEST_STEP_S
from vision.traffic.errors.shipped import shipped_error_model
from vision.traffic.facts.approach_facts import add_green, approach_facts, green_facts
from vision.traffic.facts.cells import Cell, Cells, Ripe
from vision.traffic.facts.doubt import Doubt, ErrorModel
from vision.traffic.facts.greens import Green, Greens
from vision.traffic.facts.head import Head, head_of
from vision.traffic.facts.lane_facts import lane_facts
from vision.traffic.facts.layout import Approach, Layout, lay_out
from vision.traffic.facts.line_facts import line_facts
from vision.traffic.facts.passages import Passages
from vision.traffic.facts.sizes import Sizes, usual_sizes
from vision.traffic.facts.turning_facts import turning_facts
from vision.traffic.facts.turns import TurnBook
from vision.traffic.facts.watch import Look, Watch

INTERVALS_S = (15.0, 60.0, 300.0, 900.0)
FactBody = LineFacts | LaneFacts | TurningFacts | ApproachFacts | GreenFacts


class TrafficFacts:
    """Adds up what one camera sees into facts per line, lane, turning movement and approach; not for two threads.

    intervals_s: whole multiples of the shortest; each begins at a whole multiple of itself in media time. pcu: the
    table of passenger-car units; None for the default. errors: what is known of the detector; None for what was
    learned from the checked clips.
    """

    def __init__(
        self,
        scene: Scene,
        frame_size_px: tuple[int, int],
        *,
        intervals_s: Sequence[float] = INTERVALS_S,
        pcu: PcuTable | None = None,
        errors: ErrorModel | None = None,
        sizes: Sizes | None = None,
    ) -> None:
        self._scene = scene
        self._layout: Layout = lay_out(scene, frame_size_px, scene.ground_plane(frame_size_px))
        self._doubt = Doubt(errors or shipped_error_model(), pcu or pcu_table())
        self._passages = Passages(self._layout, frame_size_px)
        self._cells = Cells(self._layout, intervals_s, self._passages.seal)
        self._watch = Watch(self._layout, sizes or usual_sizes(), frame_size_px)
        self._turns = TurnBook(scene, self._layout)
        self._greens = [Greens(approach, place, self._cells) for place, approach in enumerate(self._layout.approaches)]
        self._last_s: float | None = None
        self._skipped = False

    def see(
        self,
        tracks: Tracks,
        crossings: Sequence[Crossing],
        media_s: float,
        lamps: Mapping[str, Lamp] | None = None,
        *,
        stopped: bool = False,
    ) -> list[FactBody]:
        """Take in one analysed frame; the facts of what ended long enough before it.

        lamps: what each signal group shows now; a group that is not in it is unknown. stopped: the frame only repeats
        the last one, so nobody is followed: a stop of over a second is time not covered. Raises ValueError if
        `media_s` runs backwards.
        """
        step_s = None if stopped and self._last_s is not None else self._step_s(media_s)
        cell = self._cells.at(media_s)
        look = None if stopped else self._watch.see(tracks, media_s, step_s, self._cells)
        self._take(crossings)
        ended = set(tracks.ended.tolist())
        self._turns.forget(ended, cell)
        bodies: list[FactBody] = []
        if look is not None:
            self._turns.look_inside(self._watch.trails, media_s, cell)
            bodies = self._greens_told(look, lamps or {}, media_s, step_s)
        for greens in self._greens:
            greens.forget(ended)
        return [*bodies, *self._bodies(self._cells.ripe(media_s))]

    def skip(self, media_s: float) -> None:
        """A frame whose places mean nothing, for the camera looks elsewhere: its time is not covered, and is marked."""
        self._cells.begin(media_s)
        self._cells.at(media_s).view_moved = True
        self._skipped = True

    def finish(self) -> list[FactBody]:
        """The facts of everything still open; their coverage says how much of it was watched."""
        bodies: list[FactBody] = []
        for greens, approach in zip(self._greens, self._layout.approaches, strict=True):
            bodies += self._green_bodies(greens.finish(self._last_s or 0.0), approach)
        return [*bodies, *self._bodies(self._cells.rest())]

    def _step_s(self, media_s: float) -> float | None:
        """Seconds since the frame before; None at the first and after a hole, over which nothing is followed."""
        if self._last_s is None:
            self._cells.begin(media_s)
        elif media_s < self._last_s:
            raise ValueError(f"media_s: wanted a time not before {self._last_s}, found {media_s}")
        step_s = None if self._last_s is None else media_s - self._last_s
        if step_s is None or step_s > LONGEST_STEP_S or self._skipped:
            self._passages.hole(media_s)
            step_s = None
        self._skipped = False
        self._last_s = media_s
        return step_s

    def _take(self, crossings: Sequence[Crossing]) -> None:
        for crossing in crossings:
            cell = self._cells.at(crossing.at_s)
            line = self._passages.take(crossing, cell)
            self._turns.cross(crossing, line, cell)
            for greens, approach in zip(self._greens, self._layout.approaches, strict=True):
                if approach.line == line:
                    greens.cross(crossing)

    def _greens_told(
        self, look: Look, lamps: Mapping[str, Lamp], media_s: float, step_s: float | None
    ) -> list[FactBody]:
        bodies: list[FactBody] = []
        for greens, approach in zip(self._greens, self._layout.approaches, strict=True):
            lamp = lamps.get(approach.group or "", Lamp.UNKNOWN)
            bodies += self._green_bodies(greens.see(lamp, look, self._watch.trails, media_s, step_s), approach)
        return bodies

    def _green_bodies(self, over: Iterable[Green], approach: Approach) -> list[FactBody]:
        return [self._green_body(green, approach) for green in over]

    def _green_body(self, green: Green, approach: Approach) -> GreenFacts:
        assert green.ended_s is not None
        length_s = green.ended_s - green.started_s
        table = self._doubt.table
        coverage = min(green.watched_s / length_s, 1.0)
        facts = green_facts(
            Head(green.started_s, green.ended_s, coverage, table.name, table.unit), green, approach, self._doubt
        )
        add_green(self._cells.at(green.ended_s), self._layout.approaches.index(approach), facts)
        return facts

    def _bodies(self, ripe: Iterable[Ripe]) -> list[FactBody]:
        return [body for one in ripe if _tells(one.cell) for body in self._interval(one)]

    def _interval(self, ripe: Ripe) -> list[FactBody]:
        head, cell, layout, doubt = head_of(ripe, self._doubt.table), ripe.cell, self._layout, self._doubt
        turning = [turning_facts(head, cell, self._scene, layout, doubt)] if self._turns.watched else []
        return [
            *line_facts(head, cell, layout, doubt),
            *lane_facts(head, cell, layout, doubt),
            *turning,
            *approach_facts(head, cell, layout, doubt),
        ]


def _tells(cell: Cell) -> bool:
    """A cell of which nothing was watched and in which nothing happened is left out."""
    return cell.watched_s > 0 or bool(cell.passed.any() or cell.greens.any())
