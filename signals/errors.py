"""Everything `signals` raises on purpose.

SignalsError
├── JunctionError   a junction that cannot be run: unknown movement, conflicting stage, impossible limits
│   └── NothingToTimeError   all movements of a signal can go at once
├── DemandError     flows that are missing, doubtful or contradict one another
├── PcuTableError   a table of passenger-car units that is unknown or wrong
├── CapacityError   more traffic than the junction can carry; says what would make it possible
├── LibraryError    a file of plans or of a street (signals/library/files.py)
├── LiveError       what may not be asked of a running junction (signals/live/errors.py)
├── RsmpError, RefusedError, WriteError, SilentError   controllers (signals/control)
├── ReportError     reports, exports and comparisons (signals/report/errors.py)
└── PlanError       a finished plan that failed its own safety check; never leaves the package as a plan
"""

from dataclasses import dataclass

from vision.sentences import in_language


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong. `where` is a dotted path in the terms of the request (`junction.stages.0.movements`)."""

    where: str
    sentence: str


class SignalsError(Exception):
    """One or more faults, each a sentence for the user: the thing, the wanted, the found."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__(" ".join(fault.sentence for fault in faults))
        self.faults = faults

    def told(self, language: str) -> str:
        """Everything there is to say, in `vi` or `en`."""
        return " ".join(in_language(fault.sentence, language) for fault in self.faults)


class JunctionError(SignalsError):
    """The junction, its stages or its limits cannot be made into any safe plan."""


class NothingToTimeError(JunctionError):
    """All movements of a signal can go at once: it may stay as it is."""


class DemandError(SignalsError):
    """The flows do not say enough, or contradict one another."""


class PcuTableError(SignalsError):
    """No such table of passenger-car units, or its file is wrong."""


class CapacityError(SignalsError):
    """Demand above capacity. `ways`: sentences, each of which alone would make a plan possible."""

    def __init__(self, fault: Fault, ways: tuple[str, ...]) -> None:
        super().__init__(fault)
        self.ways = ways

    def told(self, language: str) -> str:
        """With the ways."""
        return " ".join((SignalsError.told(self, language), *(in_language(way, language) for way in self.ways)))


class PlanError(SignalsError):
    """A plan was made that `check_plan` refuses: a fault of ours, so the plan is thrown away."""
