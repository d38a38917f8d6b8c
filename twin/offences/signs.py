"""Paint for what the rules of a drawn place say: solid lines, boxes, bus lanes, kerbs."""

from collections.abc import Sequence

import numpy as np

from models.datasets.drawn.markings import WHITE, YELLOW, strip
from models.datasets.drawn.mesh import Colour, Mesh
from models.datasets.drawn.sculptor import Sculptor

RED: Colour = (0.62, 0.22, 0.18)
WORN = 0.85
Span = tuple[float, float]


class Painter:
    """Collects flat paint; metres on the road."""

    def __init__(self) -> None:
        self._shape = Sculptor()

    def solid(self, x_m: float, y_m: Span) -> None:
        strip(self._shape, (x_m - 0.08, x_m + 0.08), y_m, WHITE, WORN)

    def kerb(self, x_m: float, y_m: Span, colour: Colour = YELLOW) -> None:
        """A broken line close to the kerb: no stopping here."""
        for y in np.arange(y_m[0], y_m[1] - 0.5, 2.0):
            strip(self._shape, (x_m - 0.1, x_m + 0.1), (float(y), float(y) + 1.2), colour, WORN)

    def lane(self, x_m: Span, y_m: Span, colour: Colour = RED) -> None:
        """A lane of another colour."""
        strip(self._shape, x_m, y_m, colour, 0.45)

    def box(self, x_m: Span, y_m: Span) -> None:
        """The yellow hatching that nobody may stand on."""
        (x0, x1), (y0, y1) = x_m, y_m
        edge: Sequence[tuple[Span, Span]] = (
            ((x0, x1), (y0, y0 + 0.15)), ((x0, x1), (y1 - 0.15, y1)), ((x0, x0 + 0.15), y_m), ((x1 - 0.15, x1), y_m),
        )  # fmt: skip
        for x, y in edge:
            strip(self._shape, x, y, YELLOW, WORN)
        long = min(x1 - x0, y1 - y0)
        for start in np.arange(0.0, x1 - x0 + y1 - y0, 2.2):
            low = max(0.0, start - (y1 - y0))
            high = min(start, x1 - x0)
            if high - low > 0.5:
                self._diagonal((x0 + low, y0 + start - low), (x0 + high, y0 + start - high))
                self._diagonal((x1 - low, y0 + start - low), (x1 - high, y0 + start - high))
        assert long > 0, "a box has two sides"

    def _diagonal(self, a: tuple[float, float], b: tuple[float, float]) -> None:
        along = np.array(b) - np.array(a)
        side = np.array([-along[1], along[0]]) / np.hypot(*along) * 0.06
        corners = [(*(np.array(p) + s), 0.0) for p, s in ((a, -side), (b, -side), (b, side), (a, side))]
        area = sum(p[0] * q[1] - q[0] * p[1] for p, q in zip(corners, [*corners[1:], corners[0]], strict=True))
        points = [(float(x), float(y), 0.0) for x, y, _ in corners]
        self._shape.face(points if area > 0 else points[::-1], YELLOW, 0.7)

    def mesh(self) -> Mesh:
        return self._shape.mesh(0)
