"""The networks that an agent has beside the detector; each agent has its own, for one thread at a time may use them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from edge.patrol.riders import Read
from violations.evidence.record import ModelUsed
from vision.plates.track_plate import PlateEyes


@dataclass(frozen=True, slots=True)
class Senses:
    """eyes: find and read plates. heads: reads the heads of riders. None where nobody wants them. models: the networks
    behind them, by what they do."""

    eyes: PlateEyes | None = None
    heads: Read | None = None
    models: Mapping[str, ModelUsed] = field(default_factory=dict)
