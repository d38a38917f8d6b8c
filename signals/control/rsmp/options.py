"""Options of the two commands, as they are written on a command line or in a file, made into what they mean."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_urlsafe

from signals.control.rsmp.errors import ConfigError
from signals.control.rsmp.site.site import BUFFERED
from signals.control.rsmp.supervisor.remote import RemoteSite
from signals.control.rsmp.sxl.statuses import STATUSES
from signals.control.rsmp.sxl.table import Sxl
from signals.control.rsmp.wire.core import CORES, Version
from signals.control.rsmp.wire.tls import TlsFiles

MAIN_COMPONENT = "TC"


@dataclass(frozen=True, slots=True)
class Codes:
    """The security codes of level 1 and 2."""

    first: str = field(repr=False)
    second: str = field(repr=False)

    @classmethod
    def made(cls) -> "Codes":
        return cls(token_urlsafe(6), token_urlsafe(6))

    def by_level(self) -> dict[int, str]:
        return {1: self.first, 2: self.second}


def codes_from(file: Path) -> Codes:
    """Raises ConfigError for a file without two lines; OSError where it cannot be read."""
    lines = lines_of(file, "two lines, security code 1 and 2")
    if len(lines) != 2:
        raise ConfigError(str(file), f"{file}: wanted two lines, security code 1 and 2, found {len(lines)}.")
    return Codes(*lines)


def lines_of(file: Path, wanted: str) -> list[str]:
    """Those that are not empty. Raises ConfigError for a file that is no text; OSError where it cannot be read."""
    try:
        text = file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise ConfigError(str(file), f"{file}: wanted {wanted}, found what is no text.") from error
    return [line.strip() for line in text.splitlines() if line.strip()]


def kept_from(codes: Sequence[str] | None) -> frozenset[str]:
    """Statuses whose changes wait for a supervisor who is away; `all`; the site's own choice where none is named."""
    if not codes:
        return BUFFERED
    if "all" in codes:
        return frozenset(STATUSES)
    if unknown := sorted(set(codes) - set(STATUSES)):
        raise ConfigError(
            "--keep", f"--keep wants the code of a status, such as S0001, or `all`, found {unknown[0]!r}."
        )
    return frozenset(codes)


def address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not host or not port.isdecimal() or not 0 <= int(port) < 1 << 16:
        raise ConfigError("address", f"Wanted HOST:PORT with a port up to 65535, found {text!r}.")
    return host.strip("[]"), int(port)


def cores_from(names: Sequence[str] | None) -> tuple[Version, ...]:
    """All of them where none is named."""
    if not names:
        return CORES
    wanted = tuple(Version.parse(name) for name in names)
    if unknown := [each for each in wanted if each not in CORES]:
        known = ", ".join(map(str, CORES))
        raise ConfigError("--core", f"RSMP {unknown[0]} is not known; known are {known}.")
    return wanted


def site_entry(text: str) -> RemoteSite:
    """`ID=SXL`, or `ID=SXL=COMPONENT` where the main component is not called TC."""
    parts = text.split("=")
    # Site ids of the standard have an equals sign of their own: the version is the last part that looks like one.
    at = next((i for i in range(len(parts) - 1, 0, -1) if parts[i][:1].isdigit() and parts[i].count(".") in {1, 2}), 0)
    if at == 0 or not parts[0] or len(parts) - at > 2:
        raise ConfigError("--site", f"Wanted ID=SXL, such as RN+SI0001=1.2.1, found {text!r}.")
    main = parts[at + 1] if len(parts) > at + 1 else MAIN_COMPONENT
    return RemoteSite("=".join(parts[:at]), Sxl.named(parts[at]), main, time.monotonic)


def tls_from(certificate: Path | None, key: Path | None, authority: Path | None) -> TlsFiles | None:
    """All three or none."""
    if certificate is None and key is None and authority is None:
        return None
    if certificate is None or key is None or authority is None:
        raise ConfigError("tls", "TLS wants --tls-certificate, --tls-key and --tls-authority together.")
    return TlsFiles(certificate, key, authority)
