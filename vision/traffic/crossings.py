"""Who passed which line, when, which way, and how fast."""

from collections.abc import Sequence

import numpy as np

from vision.arrays import F64
from vision.events.bodies import Crossing, Direction
from vision.geometry.calibration import GroundPlane
from vision.geometry.lines import Line, left_normals, signed_distance, stack_ends
from vision.tracks import Tracks
from vision.traffic.hidden import feet_hidden, feet_went_alone
from vision.traffic.passage import FOOT_ERROR_SHARE, Passed, Sighting
from vision.traffic.speed import Speed, measure_speed
from vision.traffic.walk import Stands, Walk
from vision.vehicles import VehicleKind

# Half of the band around a line: this share of the box's extent across the line, and never less than so many pixels.
BAND_SHARE = 0.06
BAND_LEAST_PX = 3.0


class LineCounter:
    """Turns the tracks of one camera into crossings; its state for a track goes when the track ends.

    `plane` must be that of full-frame pixels (`Scene.ground_plane`); without it no crossing has a speed.
    """

    def __init__(self, lines: Sequence[Line], frame_size_px: tuple[int, int], plane: GroundPlane | None = None) -> None:
        names = [line.name for line in lines]
        if len(set(names)) < len(names):
            raise ValueError(f"line names: wanted each once, found {', '.join(names)}")
        self._lines = tuple(lines)
        self._ends = stack_ends(self._lines)
        self._left = left_normals(self._ends)
        self._frame_size_px = frame_size_px
        self._plane = plane
        self._walks: dict[int, Walk] = {}

    def update(self, tracks: Tracks, frame_index: int, media_s: float) -> list[Crossing]:
        """The crossings that this frame made certain; most happened a moment before it (see `Crossing.at_s`)."""
        for ended in tracks.ended:
            self._walks.pop(int(ended), None)
        feet_px = tracks.feet_px().astype(np.float64)
        distance_px, extent_px = signed_distance(feet_px, self._ends), self._extent_px(tracks)
        stands = _stands(distance_px, extent_px)
        # A box that grows or shrinks at its lower edge moves its feet by less than its own extent.
        near = (np.abs(distance_px) <= extent_px).any(axis=1)
        hidden = feet_hidden(tracks.xyxy_px, near & tracks.seen)
        found: list[Crossing] = []
        for row in np.flatnonzero(tracks.seen).tolist():
            track = int(tracks.id[row])
            walk = self._walks.get(track)
            if walk is None:
                walk = self._walks[track] = Walk.begin(len(self._lines))
            now = Sighting(frame_index, media_s, feet_px[row], tracks.xyxy_px[row], bool(hidden[row]))
            for place, passed in walk.step(now, stands[row], self._ends, self._left, bool(tracks.confirmed[row])):
                kind = VehicleKind(int(tracks.kind[row]))
                found.append(self._crossing(place, passed, track, kind, walk))
        return found

    def _extent_px(self, tracks: Tracks) -> F64:
        """(n, m) how far each track's box reaches across each line."""
        x1, y1, x2, y2 = tracks.xyxy_px.T.astype(np.float64)
        return np.asarray(np.stack([x2 - x1, y2 - y1], axis=1) @ np.abs(self._left).T, np.float64)

    def _crossing(self, place: int, passed: Passed, track: int, kind: VehicleKind, walk: Walk) -> Crossing:
        line, onward = self._lines[place], self._left[place] * passed.to_hand
        x, y = np.clip(passed.place_px / self._frame_size_px, 0, 1)
        speed = self._speed(walk)
        return Crossing(
            line=line.name,
            role=line.role,
            track=track,
            vehicle=kind.label,
            direction=Direction.RIGHT_TO_LEFT if passed.to_hand > 0 else Direction.LEFT_TO_RIGHT,
            frame=passed.frame,
            at_s=passed.at_s,
            at_error_s=passed.at_error_s,
            x=float(x),
            y=float(y),
            speed_mps=speed.mps if speed else None,
            speed_error_mps=speed.error_mps if speed else None,
            foot_hidden=passed.foot_hidden or _went_alone(walk, onward),
        )

    def _speed(self, walk: Walk) -> Speed | None:
        if self._plane is None:
            return None
        recent = walk.recent
        extent_px = float(np.mean([each.box_px[3] - each.box_px[1] for each in recent]))
        foot_error_px = FOOT_ERROR_SHARE * max(BAND_SHARE * extent_px, BAND_LEAST_PX)
        times_s = [each.media_s for each in recent]
        return measure_speed(self._plane, times_s, np.stack([each.feet_px for each in recent]), foot_error_px)


def _stands(distance_px: F64, extent_px: F64) -> list[Stands]:
    """How each track stands to each line; both (n, m). Half the band around a line is a share of the extent."""
    band_px = np.maximum(BAND_SHARE * extent_px, BAND_LEAST_PX)
    hand = np.where(np.abs(distance_px) > band_px, np.sign(distance_px), 0).astype(np.int8)
    return [Stands(*row) for row in zip(distance_px.tolist(), band_px.tolist(), hand.tolist(), strict=True)]


def _went_alone(walk: Walk, onward: F64) -> bool:
    """Of the last second, the one that the speed is measured in."""
    recent = walk.recent
    return feet_went_alone([each.media_s for each in recent], np.stack([each.box_px for each in recent]), onward)
