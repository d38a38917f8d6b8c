"""What camera health notices, how soon, and what it cries wolf about: `python -m benchmarks.accuracy.camera_health`.

Real clips (below NGATU_TEST_DATA) or any others are played again and again for as long as a trial takes: some untouched
time, the fault, and untouched time again. Nothing of the clips is in this repository.
"""

import argparse
import json
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

import cv2
import numpy as np
from rich.console import Console
from rich.progress import track

from benchmarks.accuracy.camera_clips import Clip, clips
from benchmarks.accuracy.camera_days import DAYS, days_as_text, follow
from benchmarks.accuracy.camera_faults import FAULTS, HARMLESS, Fault
from benchmarks.errors import BenchmarkError
from benchmarks.report import circumstances, table
from vision.events.camera import CameraState
from vision.health.camera import CameraHealth

# Fixed cameras by what was seen of them; the others of the folder sway in somebody's hands or are very short.
CLIPS = (
    "uk_tfl_cam625/625_201707211410.mp4",
    "uk_tfl_cam625/625_201709042122.mp4",
    "uk_tfl_cam625/625_201709211022.mp4",
    "us_intersection_tree/opencv4nodejs_traffic_full.mp4",
    "my_highway_divider/rahat_traffic.avi",
    "vn_hcmc_boulevard_wrongway/thanglm20_nguoc_chieu.mp4",
    "vn_intersection_green/thanglm20_traffic.mp4",
    "vn_hanoi_oneway_clips/ngk_phanvantri_02h56.mp4",
)
BEFORE_S, AFTER_S = 20.0, 16.0
# Looks are up to two seconds apart: faults begin at any tenth of a second between them.
SPREAD_S = 2.0


@dataclass(frozen=True, slots=True)
class Trial:
    """told_after_s: from the fault's begin to its trouble's start, None when it was not told while it lasted;
    over_after_s: from the fault's end to the trouble's. others: starts of any other trouble, as "trouble at second"."""

    clip: str
    fault: str
    told_after_s: float | None
    over_after_s: float | None
    others: tuple[str, ...]

    def good(self, fault: Fault) -> bool:
        return not fault.means or self.told_after_s is not None


def stream(clip: Clip, fault: Fault, health: CameraHealth, begins_s: float) -> Iterator[CameraState]:
    """One trial; pictures are made only when they are looked at."""
    rng = np.random.default_rng(23)
    over_s = begins_s + fault.lasts_s
    for number in range(round((over_s + AFTER_S) * clip.fps)):
        media_s = number / clip.fps
        on = begins_s <= media_s < over_s
        if on and fault.drops and rng.random() < fault.drops:
            continue
        image = None
        if health.due(media_s):
            image = clip.at(begins_s if on and fault.repeats else media_s)
            image = fault.change(image, media_s - begins_s, rng) if on else image
        yield from (one for one in health.see(image, media_s) if isinstance(one, CameraState))


def judge(clip: Clip, name: str, fault: Fault) -> Trial:
    begins_s = BEFORE_S + sum(map(ord, clip.name + name)) / 10 % SPREAD_S
    told = list(stream(clip, fault, CameraHealth(), begins_s))
    starts = [one for one in told if one.phase == "started"]
    over_s = begins_s + fault.lasts_s
    due = [one for one in starts if one.trouble in fault.means and begins_s <= one.at_s < over_s]
    ends = [one for one in told if one.phase == "ended" and due and one.trouble is due[0].trouble]
    after = [one.at_s - over_s for one in ends if one.at_s >= over_s]
    return Trial(
        clip.name,
        name,
        round(due[0].at_s - begins_s, 2) if due else None,
        round(after[0], 2) if after else None,
        tuple(f"{one.trouble} at {one.at_s:.0f} s" for one in starts if one is not (due[0] if due else None)),
    )


def false_alarms(clip: Clip, seconds: float) -> list[CameraState]:
    """All starts in an untouched clip, played again and again for so long."""
    health = CameraHealth()
    frames = (number / clip.fps for number in range(round(seconds * clip.fps)))
    told = (one for at_s in frames for one in health.see(clip.at(at_s) if health.due(at_s) else None, at_s))
    return [one for one in told if isinstance(one, CameraState) and one.phase == "started"]


def cost_ms(clip: Clip, seconds: float = 60.0) -> dict[str, float]:
    """CPU milliseconds a second of stream, and a frame at 10 and 25 frames/s, for BGR pictures of the clip's size."""
    pictures = [np.asarray(cv2.cvtColor(luma, cv2.COLOR_GRAY2BGR), np.uint8) for luma in clip.pictures[:20]]
    health = CameraHealth()
    spent_s = 0.0
    for number in range(round(seconds * 10)):
        image = pictures[number % len(pictures)]
        began_s = time.process_time()
        health.see(image, number / 10)
        spent_s += time.process_time() - began_s
    each_s = 1000 * spent_s / seconds
    return {
        "per_second": round(each_s, 2),
        "per_frame_at_10": round(each_s / 10, 3),
        "per_frame_at_25": round(each_s / 25, 3),
    }


def as_markdown(trials: Sequence[Trial]) -> str:
    """A row for each fault: how many of the clips told it in time, how soon, how soon it was over, and what else."""
    rows = []
    for name, fault in {**FAULTS, **HARMLESS}.items():
        these = [one for one in trials if one.fault == name]
        if not these:
            continue
        told = [one.told_after_s for one in these if one.told_after_s is not None]
        over = [one.over_after_s for one in these if one.over_after_s is not None]
        others = [f"{one.clip.rpartition('/')[2]}: {other}" for one in these for other in one.others]
        good = f"{sum(one.good(fault) for one in these)} of {len(these)}" if fault.means else ""
        rows.append([name, good, _range(told), _range(over), "; ".join(others) or "nothing"])
    return table(["change", "told in time", "after s", "over after s", "told besides"], rows)


def _range(seconds: Sequence[float]) -> str:
    return f"{np.median(seconds):.1f} (most {max(seconds):.1f})" if seconds else ""


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clip", action="append", help="a video of a fixed camera; default: eight real clips")
    parser.add_argument("--fault", action="append", choices=[*FAULTS, *HARMLESS], help="default: all")
    parser.add_argument("--quiet-s", type=float, default=600.0, help="untouched seconds of each clip; 0 for none")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(arguments)
    cv2.setNumThreads(1)
    played = clips(given.clip or CLIPS)
    wanted = {name: fault for name, fault in {**FAULTS, **HARMLESS}.items() if name in (given.fault or [name])}
    pairs = [(clip, name, fault) for clip in played for name, fault in wanted.items()]
    trials = [judge(*pair) for pair in track(pairs, "trials", console=Console(stderr=True))]
    alarms = {clip.name: false_alarms(clip, given.quiet_s) for clip in played} if given.quiet_s else {}
    hours = len(alarms) * given.quiet_s / 3600
    days = [] if given.clip else [follow(name, day_clips) for name, day_clips in DAYS.items()]
    cost = {clip.name: cost_ms(clip) for clip in played}
    made = circumstances()
    if given.json:
        document = {
            "made": asdict(made),
            "trials": [asdict(one) | {"good": one.good(wanted[one.fault])} for one in trials],
            "untouched_hours": hours,
            "alarms": {name: [str(one.trouble) for one in told] for name, told in alarms.items()},
            "days": [asdict(one) for one in days],
            "cpu_ms": cost,
        }
        print(json.dumps(document))
        return
    print(made.sentence(), as_markdown(trials), sep="\n\n")
    print("\n".join(days_as_text(days)))
    told = [f"{name}: {one.trouble} at {one.at_s:.0f} s" for name, each in alarms.items() for one in each]
    print(f"\nUntouched, {hours:.2f} h played again and again: {'; '.join(told) or 'nothing told'}.")
    print(table(["clip", *next(iter(cost.values()))], [[name, *each.values()] for name, each in cost.items()]))


if __name__ == "__main__":
    try:
        main()
    except BenchmarkError as error:
        sys.exit(f"benchmark: {error}")
