"""The high-resolution log as two files: the events, and the detector channels as an ATSPM tool wants to be told."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from signals.report.export import write_csv
from signals.report.hires import HiresLog, hires_log
from signals.report.lamp_file import load_lamps
from signals.report.places import whole_folder
from signals.report.wiring import load_wiring, wire
from vision.events.envelope import Event


def write_hires(
    events: Sequence[Event], wiring: Path | None, lamps: Path | None, out: Path
) -> tuple[list[Path], list[str]]:
    """The files written into the new folder `out`, and what the reader should know. Raises ReportError."""
    timelines = load_lamps(lamps) if lamps else {}
    junction = load_wiring(wiring) if wiring else wire(events, list(timelines))
    log = hires_log(events, junction, timelines)
    with whole_folder(out) as folder:
        write_csv(log.log, folder / "events.csv")
        write_csv(log.detectors, folder / "detectors.csv")
    return [out / "events.csv", out / "detectors.csv"], list(_doubts(log, numbered=wiring is None))


def _doubts(log: HiresLog, *, numbered: bool) -> Iterator[str]:
    if numbered:
        yield "no --wiring: channels and phases are numbered in order of name, the junction is 1"
    if log.unwired:
        yield f"{log.unwired} crossings work no channel of the wiring and were left out"
    if log.waited:
        waited = f"{log.waited} pulses stand later than they happened, at most {log.longest_wait_s:.1f} s"
        yield f"{waited}: vehicles passed together, and a channel knows one at a time"
    if log.unphased:
        channels = ", ".join(str(channel) for channel in log.unphased)
        yield f"channels without a phase are not in detectors.csv: {channels}"
