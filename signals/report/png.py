"""The page's drawings as PNG files, by resvg: the same SVG, the same look, on white."""

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from types import ModuleType

from signals.report.errors import ReportError
from signals.report.places import whole_folder, write_whole
from signals.report.section import Figure, Section
from signals.report.style import LIGHT, picture_rules
from signals.report.svg import Drawing

ZOOM = 2
"""A picture of 1520 px is sharp in print at half a page's width."""
TITLE_PX, LEGEND_PX, LEGEND_STEP_PX = 26, 20, 150


def write_pictures(found: Sequence[Section], folder: Path) -> list[Path]:
    """One PNG for each figure, into the new folder `folder`. Raises OutputError, ReportError where resvg is missing."""
    engine = _resvg()
    figures = [figure for section in found for figure in section.figures]
    if not figures:
        raise ReportError("--png", "--png: wanted something to draw, found no counts and no facts in the events")
    with whole_folder(folder) as place:
        for figure in figures:
            (place / f"{figure.name}.png").write_bytes(picture(engine, figure))
    return [folder / f"{figure.name}.png" for figure in figures]


def picture(engine: ModuleType, figure: Figure) -> bytes:
    svg = titled(figure)
    made = engine.svg_to_bytes(svg_string=svg, background=LIGHT["surface"], style_sheet=picture_rules(), zoom=ZOOM)
    return bytes(made)


def write_drawing(drawing: Drawing, place: Path) -> None:
    """One drawing that needs no caption. Raises OutputError, ReportError where resvg is missing."""
    made = _resvg().svg_to_bytes(
        svg_string=drawing.markup(), background=LIGHT["surface"], style_sheet=picture_rules(), zoom=ZOOM
    )
    write_whole(place, bytes(made))


def titled(figure: Figure) -> str:
    """The drawing below its caption and legend, for a picture stands alone."""
    inner = figure.drawing
    head_px = TITLE_PX + (LEGEND_PX if figure.legend else 0)
    outer = Drawing(inner.width, inner.height + head_px, figure.caption)
    outer.text("title", 8, 17, figure.caption)
    for place, meaning in enumerate(figure.legend):
        x = 8 + place * LEGEND_STEP_PX
        outer.rect(("first", "second")[place], x, TITLE_PX, 11, 11)
        outer.text("tick", x + 16, TITLE_PX + 10, meaning)
    outer.put(inner, 0, head_px)
    return outer.markup()


def _resvg() -> ModuleType:
    """An extra, imported only here: an edge box draws nothing."""
    try:
        return import_module("resvg_py")
    except ImportError as error:
        raise ReportError("--png", "--png: wanted resvg, found none: pip install 'ngatu[report]'") from error
