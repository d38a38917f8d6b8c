"""Checks that a plate's picture is, pixel for pixel, the place in the still that it says it is; and the tracks."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from violations.evidence.believed import LARGEST_TRACKS_BYTES, Believed
from violations.evidence.difference import Difference, read_stated
from violations.evidence.plate_read import PlateCrop
from violations.evidence.png import read_png
from violations.evidence.record import EvidenceRecord

LARGEST_BYTES = 1 << 26


def check_pictures(folder: Path, record: EvidenceRecord) -> Iterator[Difference]:
    """What the record says of its pictures beyond their hashes. Files that are not there are told of elsewhere."""
    if record.plate is not None and record.plate.crop is not None:
        yield from _check_crop(folder, record, record.plate.crop)
    if record.tracks is not None and (folder / record.tracks).is_file():
        if (folder / record.tracks).stat().st_size > LARGEST_TRACKS_BYTES:
            yield Difference(record.tracks, f"at most {LARGEST_TRACKS_BYTES} bytes", "more")
            return
        _, faults = read_stated(record.tracks, (folder / record.tracks).read_bytes(), Believed)
        yield from faults


def _check_crop(folder: Path, record: EvidenceRecord, crop: PlateCrop) -> Iterator[Difference]:
    if crop.still not in {still.name for still in record.stills}:
        yield Difference("manifest.json: record.plate.crop.still", "one of the stills", crop.still)
        return
    if not ((folder / crop.name).is_file() and (folder / crop.still).is_file()):
        return
    pictures = {}
    for name in (crop.name, crop.still):
        try:
            pictures[name] = _read(folder / name)
        except (OSError, ValueError) as error:
            yield Difference(name, "a PNG whose pixels can be compared", str(error))
            return
    still, box = pictures[crop.still], crop.rectangle
    if box.x2 > still.shape[1] or box.y2 > still.shape[0]:
        yield Difference(crop.name, f"a rectangle inside {crop.still}", f"{box.x1}, {box.y1} to {box.x2}, {box.y2}")
    elif not np.array_equal(still[box.y1 : box.y2, box.x1 : box.x2], pictures[crop.name]):
        where = f"{box.x1}, {box.y1} to {box.x2}, {box.y2} of {crop.still}"
        yield Difference(crop.name, f"the very pixels of {where}", "other pixels")


def _read(path: Path) -> NDArray[np.uint8]:
    if path.stat().st_size > LARGEST_BYTES:
        raise ValueError(f"more than {LARGEST_BYTES} bytes")
    return read_png(path.read_bytes())
