"""How far the machine's clock can be trusted, asked of the kernel itself.

The kernel keeps what the time service (chrony, ntpd, systemd-timesyncd) told it; asking it needs no such service's
own tool. See adjtimex(2).
"""

import ctypes
from dataclasses import dataclass

from edge.health.check import Check, Verdict

STA_UNSYNC = 0x0040
LARGEST_GOOD_ERROR_S = 0.5


@dataclass(frozen=True, slots=True)
class ClockReading:
    """synchronised: None where the kernel does not say. error_s: the most the clock may be wrong; None if unknown."""

    synchronised: bool | None
    error_s: float | None


class _Timex(ctypes.Structure):
    """struct timex of 64-bit Linux; what we do not read is one field at its end."""

    _fields_ = (
        ("modes", ctypes.c_uint),
        ("offset", ctypes.c_long),
        ("freq", ctypes.c_long),
        ("maxerror", ctypes.c_long),
        ("esterror", ctypes.c_long),
        ("status", ctypes.c_int),
        ("rest", ctypes.c_byte * 256),
    )


def read_clock() -> ClockReading:
    """Never raises: a system without the call, or one that forbids it, knows nothing."""
    try:
        adjtimex = ctypes.CDLL(None, use_errno=True).adjtimex
    except (OSError, AttributeError):
        return ClockReading(None, None)
    timex = _Timex(modes=0)
    if adjtimex(ctypes.byref(timex)) < 0:
        return ClockReading(None, None)
    return judge(int(timex.status), int(timex.maxerror))


def judge(status: int, maxerror_us: int) -> ClockReading:
    """The kernel's two figures in our words. Unsynchronised, its bound on the error means nothing."""
    if status & STA_UNSYNC:
        return ClockReading(False, None)
    return ClockReading(True, maxerror_us / 1e6)


def check_clock(reading: ClockReading) -> Check:
    """A clock nobody vouches for makes every time label doubtful, though media time goes on being right."""
    service = "run a time service: apt install chrony (systemd-timesyncd does as well)"
    if reading.synchronised is None or reading.error_s is None:
        found = "not synchronised" if reading.synchronised is False else "the system does not say whether it is right"
        return Check("clock", Verdict.WARN, found, f"{service}; until then every time label counts as doubtful")
    found = f"synchronised, wrong by {reading.error_s:.3f} s at most"
    if reading.error_s > LARGEST_GOOD_ERROR_S:
        return Check(
            "clock", Verdict.WARN, found, f"wanted at most {LARGEST_GOOD_ERROR_S} s: look at `chronyc tracking`"
        )
    return Check("clock", Verdict.OK, found)
