"""A camera on this machine, through Video4Linux2."""

from pathlib import Path

import av
from av.container import InputContainer

from vision.errors import SourceError
from vision.sources.stream import LiveLimits, LiveSource


def open_webcam(index: int, limits: LiveLimits, ring_s: float | None, devices: Path = Path("/dev")) -> LiveSource:
    """The camera `/dev/video<index>`. SourceError when it is absent, or no picture came within `limits.open_for_s`."""
    device = devices / f"video{index}"
    if not device.exists():
        present = ", ".join(sorted(found.name for found in devices.glob("video*"))) or "no camera"
        raise SourceError(f"webcam {index}: wanted the device {device}, found {present}")

    def connect() -> InputContainer:
        return av.open(str(device), "r", format="v4l2", timeout=(limits.connect_s, limits.read_s))

    return LiveSource(f"webcam {index}", connect, limits, ring_s)
