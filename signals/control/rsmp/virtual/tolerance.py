"""How long a virtual controller looks on before it calls something a fault."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tolerance:
    """Seconds, but for the changes.

    away_s       without a connection before that is told
    clock_s      by which its clock may differ from the supervisor's
    button_s     a push button may be held down
    on_s         a detector may be on without a break
    quiet_s      a detector that has seen vehicles may see none
    changes      of a detector in one minute, at most
    """

    away_s: float = 10.0
    clock_s: float = 2.0
    button_s: float = 300.0
    on_s: float = 900.0
    quiet_s: float = 6 * 3600.0
    changes: int = 120
