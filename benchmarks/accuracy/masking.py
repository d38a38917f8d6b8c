"""What can still be made out in masked copies: `python -m benchmarks.accuracy.masking [--json] [--pictures DIR]`.

Real photographs below NGATU_TEST_DATA, masked as if the largest vehicle were accused and *nobody else had been
detected*. All plates, the accused's own too, are then looked for by the finder in the masked picture, and read by the
reader at the very corners that the untouched picture gave away. The same of heads: the helmet reader is told where
every rider is. `found` and `seen` count blobs that look like a plate or a head; `read` and `told` what they say.
"""

import argparse
import json
import os
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import cv2
import numpy as np

from benchmarks.errors import BenchmarkError
from benchmarks.report import circumstances, table
from models.datasets.heads import read_riders
from models.datasets.labels import ReadReport
from models.datasets.picture import read_picture
from models.registry.advice import card_path
from models.registry.resolve import resolve_model
from models.registry.shipped import shipped
from violations.evidence.believed import Believed, BelievedFrame
from violations.evidence.masking import Mask, MaskPlan
from violations.evidence.record import ClockQuality, EvidenceRecord, ModelUsed, Still
from vision.arrays import U8
from vision.detect.card_file import load_card
from vision.detect.detector import Detector
from vision.detections import Detections
from vision.masking.composed import composed
from vision.masking.painter import Painter
from vision.plates.card import PlateReaderCard
from vision.plates.finder import PlateFinder
from vision.plates.finder_card import FinderCard
from vision.plates.found import plate_bearers, read_quads
from vision.plates.reader import PlateReader
from vision.plates.search import SearchSettings, search
from vision.riders.card import HeadState, HelmetCard
from vision.riders.helmets import Head, HelmetReader
from vision.sources.open import open_source
from vision.track.tracker import Tracker
from vision.vehicles import KIND_NAMES

RIDERS = "helmets/india_rider_helmet"
STILL = Still(name="still_at.jpg", shows="still_at", frame=0, media_s=0.0)
ACCUSED = 1
CLIP, TENTH = "vn_intersection_green", 10


@dataclass(frozen=True, slots=True)
class PlateScore:
    """found: plates by the finder, sure. read: texts given that are the untouched picture's; said: any text given."""

    pictures: int
    plates: int
    found_before: int
    found_after: int
    read_before: int
    read_after: int
    said_after: int


@dataclass(frozen=True, slots=True)
class HeadScore:
    """seen: what may be a head. told: a head of which the reader says whether it wears a helmet; beside: those of them
    that do not lie in the accused's region, where the cells are finer."""

    pictures: int
    riders: int
    seen_before: int
    seen_after: int
    told_before: int
    told_after: int
    told_beside_after: int


def record_of(vehicle: str, track: int = ACCUSED) -> EvidenceRecord:
    """Of an offence that is not about how somebody looks."""
    return EvidenceRecord(
        camera="c",
        boot="b",
        scene_sha256="0" * 64,
        model=ModelUsed(name="m", sha256="0" * 64),
        software="benchmark",
        offence="red_light",
        vehicle=vehicle if vehicle in KIND_NAMES else KIND_NAMES[0],
        track=track,
        at_s=0.0,
        at_error_s=0.0,
        time=datetime(2026, 1, 1, tzinfo=UTC),
        clock=ClockQuality(synchronised=None, error_s=None),
        measures=(),
        stills=(STILL,),
    )


def mask_of(box: Sequence[float], vehicle: str, size_px: tuple[int, int]) -> Mask:
    """Of one picture in which this accused was believed, and nobody else."""
    x1, y1, x2, y2 = (round(float(side)) for side in box)
    kind = KIND_NAMES.index(vehicle) if vehicle in KIND_NAMES else 0
    frame = BelievedFrame(frame=0, media_s=0.0, tracks=((ACCUSED, kind, x1, y1, x2, y2, True),))
    believed = Believed(size_px=size_px, kinds=tuple(KIND_NAMES), frames=(frame,))
    return MaskPlan(record_of(KIND_NAMES[kind]), believed).still(STILL)


def largest(vehicles: Detections) -> int | None:
    """The row of the largest vehicle; None without any."""
    boxes = vehicles.xyxy_px
    return int(np.argmax(np.prod(boxes[:, 2:] - boxes[:, :2], axis=1))) if len(boxes) else None


class Plates:
    """The three networks that look for plates."""

    def __init__(self) -> None:
        finder, reader, model = shipped("plate-finder"), shipped("plate-reader"), resolve_model(None)
        self.finder = PlateFinder.open(finder, load_card(card_path(finder), FinderCard))
        self.reader = PlateReader.open(reader, load_card(card_path(reader), PlateReaderCard))
        self.detector = Detector.open(model.file, model.card)

    def score(self, image: U8, *, accuse: bool) -> tuple[PlateScore, U8]:
        """Of one picture, with its largest vehicle accused, or nobody; and the masked picture."""
        vehicles = self.detector.detect([image])[0]
        row = largest(vehicles) if accuse else None
        size_px = (image.shape[1], image.shape[0])
        mask = Mask() if row is None else mask_of(vehicles.xyxy_px[row], KIND_NAMES[int(vehicles.kind[row])], size_px)
        masked = composed(image, mask)
        return self.compared(image, masked, vehicles), masked

    def compared(self, image: U8, masked: U8, vehicles: Detections | None = None) -> PlateScore:
        """What is found and read in a picture and in its masked copy."""
        bearers = plate_bearers(self.detector.detect([image])[0] if vehicles is None else vehicles)
        before, after = (search(one, bearers, self.finder, SearchSettings()) for one in (image, masked))
        sure = self.finder.card.thresholds.sure
        truth, told = (read_quads(one, before.quad_px, self.reader) for one in (image, masked))
        given = [(None if one.abstained else one.text, other.text) for one, other in zip(told, truth, strict=True)]
        return PlateScore(
            1,
            len(before),
            int((before.score >= sure).sum()),
            int((after.score >= sure).sum()),
            sum(not one.abstained for one in truth),
            sum(text == true for text, true in given),
            sum(text is not None for text, _ in given),
        )


def score_heads(data: Path, most: int) -> HeadScore:
    """The first rider of each picture is accused of something that is not about the rider."""
    file = shipped("helmet")
    reader = HelmetReader.open(file, load_card(card_path(file), HelmetCard))
    total = HeadScore(0, 0, 0, 0, 0, 0, 0)
    for picture in read_riders(data / RIDERS, "valid", ReadReport())[:most]:
        if not len(picture.riders_px):
            continue
        size_px = (picture.image.shape[1], picture.image.shape[0])
        mask = mask_of(picture.riders_px[0].tolist(), "motorbike", size_px)
        masked = composed(picture.image, mask)
        heads = [
            [head for one in reader.read(image, picture.riders_px) for head in one] for image in (picture.image, masked)
        ]
        told = [sum(head.state is not HeadState.UNSURE for head in one) for one in heads]
        beside = [head for head in heads[1] if head.state is not HeadState.UNSURE and not lies_in(head, mask)]
        made = (1, len(picture.riders_px), *map(len, heads), *told, len(beside))
        total = HeadScore(*(before + more for before, more in zip(asdict(total).values(), made, strict=True)))
    return total


def score_clip(video: Path, plates: Plates, target: Path) -> PlateScore:
    """One clip, masked as it would leave, with the track accused that was seen longest; each tenth picture is read at
    the corners that the untouched one gave away. The masked clip stays at `target`."""
    pictures, frames = [], []
    tracker = Tracker()
    with open_source(str(video)) as source:
        size_px = source.size_px
        for frame in source:
            tracks = tracker.update(plates.detector.detect([frame.image])[0], frame.media_s)
            rows = zip(
                tracks.id.tolist(), tracks.kind.tolist(), tracks.xyxy_px.round().astype(int).tolist(), strict=True
            )
            seen = tuple(
                (who, kind, *box, bool(real)) for (who, kind, box), real in zip(rows, tracks.seen, strict=True)
            )
            frames.append(BelievedFrame.model_construct(frame=frame.index, media_s=frame.media_s, tracks=seen))
            if frame.index % TENTH == 0:
                pictures.append(frame.image)
    kinds = Counter((row[0], row[1]) for frame in frames for row in frame.tracks)
    (accused, kind), _ = kinds.most_common(1)[0]
    record = record_of(KIND_NAMES[kind], accused)
    plan = MaskPlan(record, Believed(size_px=size_px, kinds=tuple(KIND_NAMES), frames=tuple(frames)))
    Painter().clip(video, target, plan.since(0.0))
    with open_source(str(target)) as masked:
        there = [frame.image for frame in masked if frame.index % TENTH == 0]
    return total_of([plates.compared(*pair) for pair in zip(pictures, there, strict=True)])


def lies_in(head: Head, mask: Mask) -> bool:
    x1, y1, x2, y2 = head.box_px
    return any(a <= (x1 + x2) / 2 < c and b <= (y1 + y2) / 2 < d for a, b, c, d in mask.accused)


def photographs(data: Path) -> Iterator[tuple[str, U8]]:
    for file in sorted(data.glob("plates/vn_scenes_*/images/*")):
        image = read_picture(file, ReadReport())
        if image is not None:
            yield file.stem, image


def total_of(scores: Sequence[PlateScore]) -> PlateScore:
    return PlateScore(*(sum(column) for column in zip(*(asdict(one).values() for one in scores), strict=True)))


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--pictures", type=Path, help="write the masked pictures here")
    parser.add_argument("--heads", type=int, default=10_000, help="most pictures of riders")
    given = parser.parse_args(arguments)
    folder = os.environ.get("NGATU_TEST_DATA")
    if not folder:
        raise BenchmarkError("NGATU_TEST_DATA: wanted the folder of the real data, found it unset")
    plates, scores = Plates(), {}
    for accuse in (True, False):
        made = []
        for name, image in photographs(Path(folder)):
            score, masked = plates.score(image, accuse=accuse)
            made.append(score)
            if given.pictures:
                given.pictures.mkdir(parents=True, exist_ok=True)
                cv2.imwrite(str(given.pictures / f"{name}-{'accused' if accuse else 'nobody'}.jpg"), masked)
        scores["largest vehicle accused" if accuse else "nobody clear"] = total_of(made)
    with TemporaryDirectory() as scratch:
        target = (given.pictures or Path(scratch)) / "clip.mp4"
        scores[f"clip {CLIP}"] = score_clip(next(Path(folder, "videos", CLIP).glob("*.mp4")), plates, target)
    heads = score_heads(Path(folder), given.heads)
    if given.json:
        said = {name: asdict(one) for name, one in scores.items()}
        print(json.dumps({"made": asdict(circumstances()), "plates": said, "heads": asdict(heads)}))
        return
    print(circumstances().sentence(), "")
    head = ["plates", *PlateScore.__dataclass_fields__]
    print(table(head, [[name, *asdict(one).values()] for name, one in scores.items()]), "", sep="\n")
    print(table(["heads", *HeadScore.__dataclass_fields__], [["first rider accused", *asdict(heads).values()]]))


if __name__ == "__main__":
    try:
        main()
    except BenchmarkError as error:
        sys.exit(f"benchmark: {error}")
