"""Makes the proof of an accusation from the camera's own packets: a clip, stills, the picture explained, the plate."""

import logging
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from edge.agent.charge import Charge, Identity, Shown, files_of, finding_of, record_of
from edge.agent.draw import overlay
from edge.agent.places import PlaceShape
from edge.agent.plate_proof import plate_moment, plate_proof
from edge.agent.steady import LabelDrift
from edge.agent.stills import (
    STILL_APART_S,
    KeptStill,
    Moment,
    choose_moments,
    decode_moments,
    jpeg,
    jpeg_file,
    still_of,
)
from edge.loop.seen import Seen
from violations.errors import EvidenceError
from violations.evidence.believed import TRACKS, Believed, BelievedFrame, Corners
from violations.evidence.disk import speaking_of
from violations.evidence.ledger import EvidenceLedger
from violations.evidence.package import UNFINISHED, EvidenceFile, Package, write_package
from violations.evidence.plate_read import PlateRead
from violations.evidence.record import Clip, ClockQuality, Still
from violations.rules.accusation import Occurrence
from vision.arrays import F32, U8
from vision.events.bodies import Finding
from vision.sources.clip import ClipSpan
from vision.sources.ring import PacketRing
from vision.vehicles import KIND_NAMES

__all__ = ["AFTER_S", "RING_S", "Charge", "Identity", "Proof", "Witness"]

log = logging.getLogger(__name__)

BEFORE_S = 4.0
AFTER_S = 3.0
BEFORE_BEGAN_S = 1.0
RING_S = 20.0
# With AFTER_S and the key frame before it, the ring holds no more.
MOST_BEFORE_S = 14.0
MOST_KEPT = 64
"""Stills of stays that may outlast the ring, about half a megabyte each."""
KEPT_WITHIN_S = 10.0


@dataclass(frozen=True, slots=True)
class Proof:
    """The package on disk, and the finding that names it."""

    finding: Finding
    package: Package


@dataclass(frozen=True, slots=True)
class _Pictured:
    """Every file of the package but the clip; plate: what was read, None where nobody looked."""

    stills: tuple[Still, ...]
    files: tuple[EvidenceFile, ...]
    plate: PlateRead | None


class Witness:
    """Remembers what was believed of the last seconds, and cuts the pictures that show it.

    places: what the overlay draws, by name. ledger: of the evidence; what is proven is sealed and named there. label:
    media seconds → the UTC time people read. clock: asked at each proof. scene_intact: whether the scene file is still
    the one that is judged by. heads: boxes of the signal heads, in pixels. refused: stills of stays for which there was
    no room.
    """

    def __init__(
        self,
        identity: Identity,
        ring: PacketRing,
        places: Mapping[str, PlaceShape],
        ledger: EvidenceLedger,
        label: Callable[[float], datetime],
        *,
        clock: Callable[[], ClockQuality] | None = None,
        scene_intact: Callable[[], bool] = lambda: True,
        heads: Sequence[Corners] = (),
    ) -> None:
        self._identity = identity
        self._ring = ring
        self._places = places
        self._ledger = ledger
        self._folder = ledger.path.parent
        self._label = label
        self._clock = clock or (lambda: identity.clock)
        self._scene_intact = scene_intact
        self._heads = tuple(heads)
        self._trail: deque[Moment] = deque()
        self._kept: dict[int, KeptStill] = {}
        self._size_px = (1, 1)
        self._drift = LabelDrift()
        self.refused = 0

    def remember(self, seen: Seen) -> None:
        """Take in one frame, in order of time."""
        if self._identity.live:
            self._drift.see(seen.frame.media_s, seen.frame.arrived_s)
        self._size_px = seen.frame.size_px
        self._scene_intact()  # so that a scene changed in the middle is said before anyone is accused by it
        self._trail.append(_moment(seen))
        while seen.frame.media_s - self._trail[0].media_s > RING_S:
            self._trail.popleft()

    def keep_still(self, track: int, seen: Seen) -> None:
        """Keep this frame's picture for a track whose stay begins and may outlast the ring; the first one counts.

        Encoded now, held in memory until `release_still`, MOST_KEPT at most: beyond that a stay has no first picture,
        and cannot be proven once it is longer than the ring.
        """
        if track in self._kept:
            return
        if len(self._kept) >= MOST_KEPT:
            self.refused += 1
            log.warning("track %d: no first picture of its stay is kept: %d others are", track, MOST_KEPT)
            return
        self._kept[track] = KeptStill(_moment(seen), jpeg("still_began", seen.frame.image))

    def release_still(self, track: int) -> None:
        """The stay is over or proven: forget its first picture, if one was kept."""
        self._kept.pop(track, None)

    def testify(self, charge: Charge) -> Proof:
        """The package on disk. Raise EvidenceError or SourceError when the pictures are gone or the disk refuses."""
        with self._scratch() as scratch:
            clip = self._ring.remux(*self._wanted_s(charge), scratch / "clip.mp4")
            pictured = self._pictured(charge, clip)
            record = record_of(self._identity, charge, self._shown(charge, clip, pictured))
            files = [*pictured.files, *files_of(charge)]
            files.append(EvidenceFile(clip.file.name, "clip", _type(clip.file), clip.file))
            package = write_package(self._folder, record, files, self._ledger)
        return Proof(finding_of(charge, record, package), package)

    def _pictured(self, charge: Charge, clip: ClipSpan) -> _Pictured:
        held = [moment for moment in self._trail if clip.since_s <= moment.media_s < clip.until_s]
        moments = choose_moments(charge.occurrence, held)
        at, shot, began = moments["still_at"], plate_moment(charge.plate, held), self._began(charge.occurrence, held[0])
        pictures = decode_moments(clip, moments | ({"still_plate": shot} if shot else {}))
        stills = [*(still_of(shows, moment) for shows, moment in moments.items()), still_of("overlay", at)]
        files = [jpeg_file(shows, pictures[shows]) for shows in moments]
        files.append(jpeg_file("overlay", self._explained(pictures["still_at"], at, charge)))
        if began is not None:
            stills.insert(0, still_of("still_began", began.moment).model_copy(update={"kept": "picture"}))
            files.insert(0, EvidenceFile("still_began.jpg", "still_began", "image/jpeg", began.jpeg))
            held = sorted([*held, began.moment], key=lambda moment: moment.media_s)
        read = None
        if charge.plate is not None:
            read, plate_stills, plate_files = plate_proof(charge.plate, shot, pictures.get("still_plate"))
            stills += plate_stills
            files += plate_files
        files.append(EvidenceFile(TRACKS, "tracks", "application/json", self._believed(held, charge.occurrence.place)))
        return _Pictured(tuple(stills), tuple(files), read)

    @contextmanager
    def _scratch(self) -> Iterator[Path]:
        """A folder on the disk of the evidence: what a crash leaves there is removed with other unfinished things."""
        with (
            speaking_of(f"evidence {self._folder}"),
            TemporaryDirectory(prefix=UNFINISHED, dir=self._folder, ignore_cleanup_errors=True) as scratch,
        ):
            yield Path(scratch)

    def _wanted_s(self, charge: Charge) -> tuple[float, float]:
        """The clip's time: around the moment, back to its beginning and the plate's shots as far as they are held."""
        occurrence = charge.occurrence
        reach_s = occurrence.at_s - MOST_BEFORE_S
        wishes = [
            occurrence.since_s - BEFORE_BEGAN_S,
            *(shot.media_s for shot in (charge.plate.shots if charge.plate else ())),
        ]
        since_s = min([occurrence.at_s - BEFORE_S, *(wish for wish in wishes if wish >= reach_s)])
        return since_s, occurrence.at_s + AFTER_S

    def _began(self, occurrence: Occurrence, first: Moment) -> KeptStill | None:
        """The kept picture of a beginning before the `first` moment of the clip; None where it is not needed.

        Raises EvidenceError where it is needed and there is none: nobody could see how long it lasted.
        """
        if first.media_s <= occurrence.since_s + STILL_APART_S:
            return None
        kept = self._kept.get(occurrence.track)
        if kept is None or abs(kept.moment.media_s - occurrence.since_s) > KEPT_WITHIN_S:
            raise EvidenceError(
                f"track {occurrence.track} at {occurrence.at_s:.2f} s: no picture was kept of its beginning "
                f"at {occurrence.since_s:.2f} s"
            )
        return kept

    def _explained(self, image: U8, moment: Moment, charge: Charge) -> U8:
        """The still of the moment with the accused and the place drawn; it lies beside the untouched one."""
        measures = [f"{m.name} {m.value:.2f} +- {m.error:.2f} {m.unit}" for m in charge.accusation.measures]
        place = self._places.get(charge.occurrence.place)
        strokes, arrow = (place.strokes_px, place.arrow_px) if place else ((), None)
        return overlay(image, moment.tracks.only(charge.occurrence.track), strokes, measures, arrow)

    def _shown(self, charge: Charge, clip: ClipSpan, pictured: _Pictured) -> Shown:
        return Shown(
            time=self._label(charge.occurrence.at_s),
            clock=self._drift.added_to(self._clock()),
            scene_intact=self._scene_intact(),
            place=self._places.get(charge.occurrence.place),
            stills=pictured.stills,
            clip=Clip(name=clip.file.name, since_s=clip.since_s, until_s=clip.until_s),
            plate=pictured.plate,
        )

    def _believed(self, moments: Sequence[Moment], place: str) -> bytes:
        shape = self._places.get(place)
        frames = tuple(
            BelievedFrame.model_construct(frame=moment.index, media_s=moment.media_s, tracks=_rows(moment))
            for moment in moments
        )
        return Believed(
            size_px=self._size_px,
            kinds=tuple(KIND_NAMES),
            frames=frames,
            strokes=tuple(_whole(stroke) for stroke in shape.strokes_px) if shape else (),
            lamps=self._heads,
        ).written()


def _moment(seen: Seen) -> Moment:
    return Moment(seen.frame.index, seen.frame.media_s, seen.tracks)


def _whole(stroke_px: F32) -> tuple[tuple[int, int], ...]:
    return tuple((round(x), round(y)) for x, y in stroke_px.tolist())


def _rows(moment: Moment) -> tuple[tuple[int, int, int, int, int, int, bool], ...]:
    tracks = moment.tracks
    boxes = tracks.xyxy_px.round().astype(int).tolist()
    return tuple(
        (who, kind, x1, y1, x2, y2, seen)
        for who, kind, (x1, y1, x2, y2), seen in zip(
            tracks.id.tolist(), tracks.kind.tolist(), boxes, tracks.seen.tolist(), strict=True
        )
    )


def _type(file: Path) -> str:
    return {".mp4": "video/mp4", ".mkv": "video/x-matroska"}[file.suffix]
