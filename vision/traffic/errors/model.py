"""How far a count may be wrong, learned from clips that people checked.

The four errors of video detectors are those of Medina, Benekohal and Chitturi ("Evaluation of video detection
systems", Illinois Center for Transportation, 2009), said here of a counting line: *false*, a count where nobody came;
*missed*, nobody saw him; *stuck-on*, the same one counted again; *dropped*, he was followed and lost before he
counted. A fifth matters for counts by kind: *mistaken*, counted as another kind.

Each rate has a Beta posterior (Jeffreys' prior). Clips differ more than chance would let them, so the evidence is
divided by its dispersion between clips, as in quasi-likelihood (Wedderburn 1974): many vehicles of one clip are not
many clips.
"""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.special import betaincinv, gammainc, ndtri

from vision.arrays import F64

PRIOR = 0.5
NODES = 11
STEPS = 30


@dataclass(frozen=True, slots=True)
class Rate:
    """`errors` of `chances`."""

    errors: int
    chances: int

    def __post_init__(self) -> None:
        if not 0 <= self.errors <= self.chances:
            raise ValueError(f"Rate: wanted 0 <= errors <= chances, found {self.errors} of {self.chances}")

    def __add__(self, other: "Rate") -> "Rate":
        """Two kinds of error at the same chances."""
        return Rate(min(self.errors + other.errors, self.chances), self.chances)

    def posterior(self, dispersion: float) -> tuple[float, float]:
        """The two parameters of the Beta distribution of the true rate."""
        return PRIOR + self.errors / dispersion, PRIOR + (self.chances - self.errors) / dispersion


@dataclass(frozen=True, slots=True)
class ErrorModel:
    """
    missed, dropped   of all vehicles that truly passed
    false, stuck_on   of all that were counted
    mistaken          of all that were counted and did pass
    clips             checked clips behind the rates
    dispersion        variance between clips over that of pure chance, 1 or more
    """

    missed: Rate
    dropped: Rate
    false: Rate
    stuck_on: Rate
    mistaken: Rate
    clips: int
    dispersion: float

    def __post_init__(self) -> None:
        if not (math.isfinite(self.dispersion) and self.dispersion >= 1):
            raise ValueError(f"ErrorModel.dispersion: wanted a number from 1 up, found {self.dispersion}")

    def interval(
        self, count: float, coverage: float = 1.0, *, level: float = 0.9, by_kind: bool = False
    ) -> tuple[float, float]:
        """(low, high) whole vehicles that truly came in the whole time, at this level; low <= count <= high.

        coverage: share of the time in which frames were analysed. What it lacks keeps `low` (perhaps nobody came) and
        raises `high`; at coverage 0 it is infinite. by_kind: the count is of one kind, so a vehicle taken for another
        kind is an error too. ValueError for a count below 0, or a coverage or level outside its range.
        """
        if not (math.isfinite(count) and count >= 0):
            raise ValueError(f"count: wanted a number from 0 up, found {count}")
        if not 0 <= coverage <= 1:
            raise ValueError(f"coverage: wanted 0 to 1, found {coverage}")
        if not 0 < level < 1:
            raise ValueError(f"level: wanted above 0 and below 1, found {level}")
        low, high = _while_watched(self, float(count), float(level), by_kind)
        return low, high + _unseen(high, coverage, level)

    def lost_share(self, by_kind: bool) -> tuple[float, float]:
        """Beta posterior of the share of true vehicles that is not counted."""
        rate = self.missed + self.dropped
        return (_both(rate, self.mistaken) if by_kind else rate).posterior(self.dispersion)

    def extra_share(self, by_kind: bool) -> tuple[float, float]:
        """Beta posterior of the share of counts that is nobody new."""
        rate = self.false + self.stuck_on
        return (_both(rate, self.mistaken) if by_kind else rate).posterior(self.dispersion)


def _both(rate: Rate, mistaken: Rate) -> Rate:
    """The rate with the mistaken kinds among what is left, at its own chances."""
    left = rate.chances - rate.errors
    share = mistaken.errors / mistaken.chances if mistaken.chances else 0.0
    return Rate(rate.errors + round(share * left), rate.chances)


def _unseen(high: float, coverage: float, level: float) -> float:
    """How many more may have come while nobody looked, as many a second as at most came before, or chance more."""
    if coverage == 0:
        return math.inf
    mean = (high + 1) * (1 - coverage) / coverage
    # A Poisson number at a rate that is itself known from a Poisson number: variance of the mean over the coverage.
    return math.ceil(mean + float(ndtri((1 + level) / 2)) * math.sqrt(mean / coverage)) if mean else 0.0


@lru_cache(maxsize=4096)
def _while_watched(model: ErrorModel, count: float, level: float, by_kind: bool) -> tuple[float, float]:
    """The interval of a fully watched time: quantiles of the true number over both posteriors."""
    shares = (np.arange(NODES) + 0.5) / NODES
    extra = betaincinv(*model.extra_share(by_kind), shares)[:, None]
    lost = betaincinv(*model.lost_share(by_kind), shares)[None, :]
    # Of the true counts among `count` (binomial), with those that were lost on the way to them (negative binomial;
    # the one more is the flat prior's: somebody may have come though nobody was counted).
    found = count * (1 - extra)
    mean = (found + lost) / (1 - lost)
    variance = (count * extra * (1 - extra) + (found + 1) * lost) / (1 - lost) ** 2
    low, high = (_quantile(mean, variance, share) for share in ((1 - level) / 2, (1 + level) / 2))
    return min(math.floor(low), count), max(math.ceil(high - 1e-6), count)


def _quantile(mean: F64, variance: F64, share: float) -> float:
    """The quantile of an even mixture of Gamma distributions with these means and variances, by bisection."""
    least, most = 0.0, float((mean + 10 * np.sqrt(variance)).max()) + 1
    for _ in range(STEPS):
        middle = (least + most) / 2
        below = float(gammainc(mean**2 / variance, middle * mean / variance).mean())
        least, most = (middle, most) if below < share else (least, middle)
    return (least + most) / 2
