"""Pictures with boxes, as every trainer and evaluator here reads them."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from models.errors import DatasetError
from vision.arrays import F32, I8
from vision.vehicles import VehicleKind

Meaning = VehicleKind | None
"""What a class of a data set is to us; None: not taught, its boxes are left aside and counted."""

MOST_NAMED = 3
CUT_BY_PX = 0.5
"""A box that reaches less than this over the edge was rounded, not cut."""


def _no_boxes() -> F32:
    return np.zeros((0, 4), np.float32)


def _no_kinds() -> I8:
    return np.zeros(0, np.int8)


@dataclass(frozen=True, slots=True, eq=False)
class LabelledImage:
    """Boxes in pixels of the picture in `file`, row for row.

    xyxy_px          (n, 4) float32  what is there
    kind             (n,)   int8     VehicleKind
    ignored_xyxy_px  (m, 4) float32  regions nobody labelled one by one: what is found there is neither right nor wrong
    ignored_kind     (m,)   int8     the kind each region is ignored for
    """

    file: Path
    xyxy_px: F32
    kind: I8
    ignored_xyxy_px: F32 = field(default_factory=_no_boxes)
    ignored_kind: I8 = field(default_factory=_no_kinds)


@dataclass(slots=True)
class ReadReport:
    """What was read and what was left aside, by reason: nothing is dropped silently.

    mended   what was kept in another form than it was written, by what was done
    named    for each reason the first files it was found in
    """

    images: int = 0
    boxes: int = 0
    left_aside: Counter[str] = field(default_factory=Counter)
    mended: Counter[str] = field(default_factory=Counter)
    named: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def leave(self, reason: str, file: Path | str) -> None:
        """Count one thing that is not used."""
        self.left_aside[reason] += 1
        self._name(reason, file)

    def mend(self, what: str, file: Path | str) -> None:
        """Count one thing that is used in another form than it was written."""
        self.mended[what] += 1
        self._name(what, file)

    def sentence(self) -> str:
        """For the user: counts, then the reasons with the first files of each."""
        parts = [f"{self.images} images, {self.boxes} boxes"]
        for title, counts in (("left aside", self.left_aside), ("mended", self.mended)):
            if counts:
                parts.append(f"{title}: " + ", ".join(self._line(reason, counts) for reason in sorted(counts)))
        return "; ".join(parts)

    def _name(self, reason: str, file: Path | str) -> None:
        named = self.named[reason]
        if len(named) < MOST_NAMED and str(file) not in named:
            named.append(str(file))

    def _line(self, reason: str, counts: Counter[str]) -> str:
        files = self.named.get(reason, [])
        more = ", …" if counts[reason] > len(files) else ""
        return f"{counts[reason]} {reason}" + (f" ({', '.join(files)}{more})" if files else "")


def box_inside(
    xyxy_px: tuple[float, float, float, float], size_px: tuple[int, int], file: Path | str, report: ReadReport
) -> tuple[float, float, float, float] | None:
    """The part of a box that lies in a picture of `size_px` (width, height); None, and counted, where none does."""
    width, height = size_px
    if not np.isfinite(xyxy_px).all():
        report.leave("unreadable label rows", file)
        return None
    x1, y1, x2, y2 = xyxy_px
    if x2 <= x1 or y2 <= y1:
        report.leave("boxes without area", file)
        return None
    cut = (max(x1, 0.0), max(y1, 0.0), min(x2, float(width)), min(y2, float(height)))
    if cut[2] <= cut[0] or cut[3] <= cut[1]:
        report.leave("boxes outside the picture", file)
        return None
    if max(abs(one - other) for one, other in zip(xyxy_px, cut, strict=True)) > CUT_BY_PX:
        report.mend("boxes cut at the picture's edge", file)
    return cut


def labelled(file: Path, boxes: list[tuple[float, float, float, float]], kinds: list[int]) -> LabelledImage:
    """A picture without ignored regions from plain lists."""
    return LabelledImage(file, np.array(boxes, np.float32).reshape(-1, 4), np.array(kinds, np.int8))


def refuse_unknown(names: set[str], meanings: set[str], where: str) -> None:
    """Raise DatasetError for class names to which nobody gave a meaning: a guess would teach trucks as buses."""
    unknown = sorted(names - meanings)
    if unknown:
        raise DatasetError(f"{where}: no meaning given for {unknown}; known are {sorted(meanings)}")
