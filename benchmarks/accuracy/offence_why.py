"""Says of each wrong finding and each missed offence what the engine saw."""

import numpy as np

from benchmarks.accuracy.offence_match import Committed, overlap
from benchmarks.accuracy.offence_watch import Watched

LEAST_OVERLAP = 0.3


def reasons(watched: Watched) -> list[str]:
    """A line for each."""
    return [*_wrong(watched), *_missed(watched)]


def _wrong(watched: Watched) -> list[str]:
    return [
        f"{watched.name}: FALSE {found.offence} of {_whom(watched, who)} as {found.kind}, "
        f"track {found.track} at {found.at_s:.2f} s"
        for found, who in watched.outcome.wrong
    ]


def _whom(watched: Watched, who: int | None) -> str:
    return "nobody" if who is None else f"{who} ({watched.acts[who]})"


def _missed(watched: Watched) -> list[str]:
    return [
        f"{watched.name}: MISSED {one.offence} of {one.number} ({one.kind}, {one.act}) "
        f"{one.since_s:.1f}–{one.until_s:.1f} s, hidden {one.hidden:.0%}: {_why(watched, one)}"
        for one in watched.outcome.missed
    ]


def _why(watched: Watched, one: Committed) -> str:
    """Who followed it, and what was said of them."""
    tracks = followers(watched, one)
    if not tracks:
        return "no track followed it"
    said = [f"{why} on {place} at {at_s:.1f} s" for track, at_s, place, why in watched.silences if track in tracks]
    others = [f"{each.offence} at {each.at_s:.1f} s" for each in watched.findings if each.track in tracks]
    parts = [f"tracks {', '.join(f'{track} ({share:.0%})' for track, share in tracks.items())}"]
    parts += [f"withheld: {'; '.join(said)}"] if said else ["nothing withheld"]
    parts += [f"accused of {'; '.join(others)}"] if others else []
    return "; ".join(parts)


def followers(watched: Watched, one: Committed) -> dict[int, float]:
    """Tracks on the vehicle during its offence, and in which share of the frames."""
    rows = np.flatnonzero(
        (watched.truth.who == one.number)
        & (watched.truth.frame >= (one.since_s - 0.5) * watched.fps)
        & (watched.truth.frame <= (one.until_s + 0.5) * watched.fps)
    )
    seen: dict[int, int] = {}
    for row in rows.tolist():
        here = np.flatnonzero(watched.followed.frame == watched.truth.frame[row])
        shares = overlap(watched.truth.xyxy_px[row], watched.followed.xyxy_px[here])
        if len(shares) and shares.max() >= LEAST_OVERLAP:
            track = int(watched.followed.who[here[int(shares.argmax())]])
            seen[track] = seen.get(track, 0) + 1
    return {track: times / max(len(rows), 1) for track, times in seen.items()}
