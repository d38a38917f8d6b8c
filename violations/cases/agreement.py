"""How well people agree, and how often each camera was wrong: figures the office publishes. Pure."""

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from math import sqrt

from violations.cases.states import CaseState

Z_95 = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Agreement:
    """n pairs of looks; observed: share that agree; expected: share that would by chance.

    kappa: None without pairs, and where chance alone already makes every pair agree.
    """

    n: int
    observed: float | None
    expected: float | None
    kappa: float | None


def agreement(pairs: Sequence[tuple[Hashable, Hashable]]) -> Agreement:
    """Cohen's kappa of first and second looks: a judgement is a verdict with its plate, or any other name of a class.

    Source: J. Cohen, Educ. Psychol. Meas. 20 (1960).
    """
    n = len(pairs)
    if not n:
        return Agreement(0, None, None, None)
    first, second = Counter(pair[0] for pair in pairs), Counter(pair[1] for pair in pairs)
    observed = sum(one == other for one, other in pairs) / n
    # Whole numbers until the end, so that chance agreement of exactly 1 is seen as such.
    by_chance = sum(first[judgement] * second[judgement] for judgement in first)
    expected = by_chance / n**2
    kappa = None if by_chance == n**2 else (observed - expected) / (1 - expected)
    return Agreement(n, observed, expected, kappa)


def kappa_error(found: Agreement) -> float | None:
    """Half of the 95 % interval of kappa, by Cohen's approximation in the same paper; None without a kappa."""
    if found.kappa is None or found.observed is None or found.expected is None:
        return None
    return Z_95 * sqrt(found.observed * (1 - found.observed) / (found.n * (1 - found.expected) ** 2))


@dataclass(frozen=True, slots=True)
class CameraError:
    """decided: cases of the camera with a final verdict; wrong: rejected, or withdrawn after they had been accepted.

    rate: wrong / decided, None without any; low, high: its 95 % interval by Wilson.
    """

    camera: str
    decided: int
    rejected: int
    withdrawn: int
    rate: float | None
    low: float
    high: float

    @property
    def wrong(self) -> int:
        return self.rejected + self.withdrawn

    def exceeds(self, limit: float) -> bool:
        """Whether it is surely wrong more often than that: even the lower end of the interval lies above."""
        return self.low > limit


UNDECIDED = frozenset({CaseState.DETECTED, CaseState.IN_REVIEW, CaseState.NEEDS_ANOTHER_LOOK, CaseState.EXPIRED})


def camera_errors(outcomes: Iterable[tuple[str, CaseState, int]]) -> tuple[CameraError, ...]:
    """Of (camera, how its cases came out, how many), in order of camera.

    A case that has been closed counts by the state it was closed from: pass that one.
    """
    counted: dict[str, Counter[CaseState]] = {}
    for camera, state, n in outcomes:
        counted.setdefault(camera, Counter())[state] += n
    return tuple(_camera_error(camera, states) for camera, states in sorted(counted.items()))


def _camera_error(camera: str, states: Counter[CaseState]) -> CameraError:
    decided = sum(n for state, n in states.items() if state not in UNDECIDED)
    rejected, withdrawn = states[CaseState.REJECTED], states[CaseState.WITHDRAWN]
    low, high = wilson(rejected + withdrawn, decided)
    rate = (rejected + withdrawn) / decided if decided else None
    return CameraError(camera, decided, rejected, withdrawn, rate, low, high)


def wilson(hits: int, n: int) -> tuple[float, float]:
    """The 95 % interval of a share. Source: E. B. Wilson, Probable inference, 1927. (0, 1) where n is 0."""
    if not n:
        return 0.0, 1.0
    share, spread = hits / n, Z_95**2 / n
    middle = share + spread / 2
    half = Z_95 * sqrt(share * (1 - share) / n + spread / (4 * n))
    return max(0.0, (middle - half) / (1 + spread)), min(1.0, (middle + half) / (1 + spread))
