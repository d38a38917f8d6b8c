"""A small SVG writer: elements with classes, no style of their own, text always escaped. Coordinates in px."""

from typing import Literal
from xml.etree import ElementTree as ET

HATCH_STEP_PX = 7
NAMESPACE = "http://www.w3.org/2000/svg"
Anchor = Literal["start", "middle", "end"]


class Drawing:
    """Grows by calls; `markup()` is a whole `<svg>` element that may stand in a page or in a file of its own."""

    def __init__(self, width: float, height: float, label: str) -> None:
        self.width, self.height = width, height
        self._root = ET.Element(
            "svg", {"xmlns": NAMESPACE, "viewBox": f"0 0 {_n(width)} {_n(height)}", "role": "img", "aria-label": label}
        )

    def rect(self, look: str, x: float, y: float, width: float, height: float) -> None:
        self._add("rect", look, {"x": _n(x), "y": _n(y), "width": _n(max(width, 0)), "height": _n(max(height, 0))})

    def path(self, look: str, d: str) -> None:
        self._add("path", look, {"d": d})

    def line(self, look: str, x1: float, y1: float, x2: float, y2: float) -> None:
        self.path(look, f"M{_n(x1)} {_n(y1)}L{_n(x2)} {_n(y2)}")

    def error_bar(self, start: tuple[float, float], end: tuple[float, float], cap: float) -> None:
        """A line with caps across its ends, `cap` to each side; a halo lets it stand out before any colour."""
        (x1, y1), (x2, y2) = start, end
        flat = abs(x2 - x1) > abs(y2 - y1)
        across = (0.0, cap) if flat else (cap, 0.0)
        strokes = f"M{_n(x1)} {_n(y1)}L{_n(x2)} {_n(y2)}"
        for x, y in (start, end) if cap else ():
            strokes += f" M{_n(x - across[0])} {_n(y - across[1])}L{_n(x + across[0])} {_n(y + across[1])}"
        self.path("halo", strokes)
        self.path("whisker", strokes)

    def dot(self, look: str, x: float, y: float, radius: float) -> None:
        self._add("circle", look, {"cx": _n(x), "cy": _n(y), "r": _n(radius)})

    def text(self, look: str, x: float, y: float, words: str, anchor: Anchor = "start") -> None:
        element = self._add("text", look, {"x": _n(x), "y": _n(y), "text-anchor": anchor})
        element.text = words

    def hatch(self, x: float, y: float, width: float, height: float) -> None:
        """Slanted strokes where nothing is known. Drawn one by one: patterns need ids and print badly."""
        strokes = []
        offset = -height + HATCH_STEP_PX - (x + y) % HATCH_STEP_PX
        while offset < width:
            left, right = max(offset, 0.0), min(offset + height, width)
            if right > left:
                foot = y + height + offset
                strokes.append(f"M{_n(x + left)} {_n(foot - left)}L{_n(x + right)} {_n(foot - right)}")
            offset += HATCH_STEP_PX
        if strokes:
            self.path("hatch", "".join(strokes))

    def put(self, other: "Drawing", x: float, y: float) -> None:
        """Another drawing inside this one, at its own size."""
        group = ET.SubElement(self._root, "g", {"transform": f"translate({_n(x)} {_n(y)})"})
        group.extend(other._root)

    def markup(self) -> str:
        return ET.tostring(self._root, encoding="unicode")

    def _add(self, tag: str, look: str, attributes: dict[str, str]) -> ET.Element:
        return ET.SubElement(self._root, tag, {"class": look, **attributes})


def _n(value: float) -> str:
    """A tenth of a pixel is finer than any screen."""
    return f"{value:.1f}".removesuffix(".0")
