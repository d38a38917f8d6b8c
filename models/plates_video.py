"""Number plates of a recording: its vehicles are followed, and the best views of each vote on its plate."""

from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field

from rich.console import Console
from rich.progress import track

from models.errors import ModelsError
from models.registry.resolve import ResolvedModel
from vision.detect.detector import Detector
from vision.frame import Frame
from vision.plates.best_shots import BestShots
from vision.plates.shots import Shot
from vision.plates.track_plate import PlateEyes, read_plate
from vision.plates.voted import VotedPlate
from vision.sources.open import open_source
from vision.sources.source import Source
from vision.track.tracker import Tracker
from vision.tracks import Tracks
from vision.vehicles import KindName


@dataclass(frozen=True, slots=True, eq=False)
class TrackRead:
    """One vehicle's plate. since_s, until_s: of the shots; a track that may have changed its vehicle has several.
    shown: the view to show beside the text; None where none shows a plate.
    """

    track: int
    kind: KindName
    since_s: float
    until_s: float
    plate: VotedPlate
    shown: Shot | None


@dataclass(slots=True)
class VideoAccount:
    """What a recording told, and each fault of it in a sentence."""

    video: str
    frames: int = 0
    tracks: list[TrackRead] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def sentence(self) -> str:
        given = sum(one.plate.text is not None for one in self.tracks)
        return (
            f"{self.frames} frames, {len({one.track for one in self.tracks})} vehicles in {len(self.tracks)} stretches "
            f"without a doubt who is who: {given} plates read, {len(self.tracks) - given} abstained"
        )


def read_video(video: str, model: ResolvedModel, eyes: PlateEyes, threads: int) -> VideoAccount:
    """Every vehicle of a recording, in the order in which they left it. SourceError, ModelsError: it cannot be used."""
    account = VideoAccount(video)
    with open_source(video) as source:
        if source.live:
            raise ModelsError(f"--video {video}: wanted a recording, found a live source")
        with closing(Detector.open(model.file, model.card, lanes=threads)) as detector:
            for one in _read_tracks(_shown(source), detector, eyes, account):
                account.tracks.append(one)
        report = source.report()
        if report.damaged:
            account.problems.append(report.sentence())
    return account


def _read_tracks(
    frames: Iterable[Frame], detector: Detector, eyes: PlateEyes, account: VideoAccount
) -> Iterator[TrackRead]:
    tracker, shots, alive = Tracker(), BestShots(), set[int]()
    for frame in frames:
        account.frames += 1
        tracks: Tracks = tracker.update(detector.start([frame.pixels]).result()[0], frame.media_s)
        shots.see(frame, tracks)
        ended = alive - set(tracks.id.tolist())
        alive = set(tracks.id.tolist())
        for one in sorted(ended):
            yield from _read_track(one, shots, eyes)
    for one in sorted(alive):
        yield from _read_track(one, shots, eyes)


def _read_track(track_id: int, shots: BestShots, eyes: PlateEyes) -> Iterator[TrackRead]:
    for span in shots.spans(track_id):
        first, last = span.shots[0], span.shots[-1]
        plate = read_plate(span.shots, eyes)
        yield TrackRead(track_id, last.kind.label, first.media_s, last.media_s, plate, _best(plate, span.shots))


def _best(plate: VotedPlate, shots: Iterable[Shot]) -> Shot | None:
    best = plate.best_shot
    return next((one for one in shots if best is not None and one.frame == best.frame), None)


def _shown(source: Source) -> Iterable[Frame]:
    """Under a progress bar on stderr where a terminal shows it."""
    console = Console(stderr=True)
    return track(
        source,
        "reading plates",
        total=source.frames_expected,
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
