"""What `ngatu verify` found, and the sentences that say so."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from violations.evidence.difference import Difference

MOST_SHOWN = 20

Standing = Literal["signed", "hashed", "differs"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """standing: signed by the device (by a key that was given, if `key_given`), hashed and not signed, or differing.

    device: fingerprint of the key that signed. packages, records: how many were looked at. vouched: up to which record
    the centre countersigned. purged, held: packages with a receipt of their purge, and under a legal hold. masked: how
    many pictures of an export are masked derivatives in place of their originals; exporter: fingerprint of the key that
    signed for them; reason: why an export is not masked.
    """

    path: str
    kind: Literal["package", "export", "ledger", "evidence"]
    standing: Standing
    device: str | None
    key_given: bool
    packages: int
    hashed: int
    records: int
    vouched: int
    differences: Sequence[Difference]
    purged: int = 0
    held: int = 0
    masked: int = 0
    exporter: str | None = None
    reason: str | None = None


def sentences(verdict: Verdict) -> list[str]:
    """What the operator reads, the verdict first."""
    if verdict.standing == "differs":
        first, *others = verdict.differences
        shown = [f"  {one}" for one in others[:MOST_SHOWN]]
        more = [f"  and {len(others) - MOST_SHOWN} more"] if len(others) > MOST_SHOWN else []
        return [f"{verdict.path}: DIFFERS: {first}", *shown, *more]
    if verdict.standing == "hashed" and verdict.kind in {"ledger", "evidence"}:
        return [f"{verdict.path}: an empty ledger; {verdict.packages} packages, none of them signed"]
    if verdict.standing == "hashed":
        return [f"{verdict.path}: sound; hashed, not signed: whoever made it is not proven", *_of_exporter(verdict)]
    what = "sound as a masked copy; its manifest is" if verdict.masked else "sound;"
    said = [f"{verdict.path}: {what} signed by the device {verdict.device}", *_of_exporter(verdict)]
    if not verdict.key_given:
        said.append("  nobody said that this key is the device's: give it with --key")
    if verdict.kind in {"ledger", "evidence"}:
        looked = f"{verdict.packages} packages, {verdict.hashed} of them not signed"
        said.append(f"  {verdict.records} records; {looked if verdict.kind == 'evidence' else 'no packages looked at'}")
        if verdict.purged:
            said.append(f"  {verdict.purged} packages were purged, each with a receipt")
        if verdict.held:
            said.append(f"  {verdict.held} packages are held: nothing may purge them")
        if verdict.vouched:
            said.append(f"  the centre vouches for the records up to {verdict.vouched}")
        beyond = verdict.records - verdict.vouched
        if beyond:
            said.append(f"  the last {beyond} records stand under no checkpoint: others may have followed them")
    return said


def _of_exporter(verdict: Verdict) -> list[str]:
    """What is the device's and what is the exporter's, said apart."""
    if verdict.exporter is None:
        return []
    if verdict.reason is not None:
        return [
            f"  exported unmasked by {verdict.exporter}; all files are originals; the reason given: {verdict.reason}"
        ]
    return [
        f"  {verdict.masked} pictures and clips are masked derivatives, signed by the exporter {verdict.exporter}",
        "  the originals are not in this file: it names their hashes, but does not show that the derivatives are true",
    ]
