"""The exchange list of one version: what may be asked, ordered and raised, and what is wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass

from signals.control.rsmp.errors import NotUnderstoodError, VersionError
from signals.control.rsmp.sxl.alarms import ALARMS
from signals.control.rsmp.sxl.commands import COMMANDS
from signals.control.rsmp.sxl.entries import AlarmEntry, Command, Entry, PartOf, Value
from signals.control.rsmp.sxl.statuses import STATUSES
from signals.control.rsmp.wire.core import Version, versions

SXL_NAMES = ("1.0.7", "1.0.8", "1.0.9", "1.0.10", "1.0.13", "1.0.14", "1.0.15", "1.1", "1.1.0", "1.2", "1.2.0", "1.2.1")
SXLS = tuple(sorted(set(versions(*SXL_NAMES))))


@dataclass(frozen=True, slots=True)
class Sxl:
    """name: as it stands in the Version message, where `1.2` and `1.2.0` are not the same word."""

    name: str
    version: Version

    @classmethod
    def named(cls, name: str) -> "Sxl":
        version = Version.parse(name)
        if version not in SXLS:
            known = ", ".join(map(str, SXLS))
            raise VersionError("SXL", f"Traffic-light SXL {name} is not known; known are {known}.")
        return cls(name, version)

    def status(self, code: str, name: str) -> tuple[Entry, Value]:
        """Raises NotUnderstoodError for a code or a name this version has not."""
        entry = STATUSES.get(code)
        if entry is None or not entry.known_to(self.version):
            raise NotUnderstoodError(f"Unknown status code: SXL {self.name} has no {code[:20]}")
        value = entry.value(name, self.version)
        if value is None:
            raise NotUnderstoodError(f"Unknown status name: {code} of SXL {self.name} has no {name[:40]!r}")
        return entry, value

    def command(self, code: str) -> Command:
        entry = COMMANDS.get(code)
        if entry is None or not entry.known_to(self.version):
            raise NotUnderstoodError(f"Unknown command code: SXL {self.name} has no {code[:20]}")
        return entry

    def alarm(self, code: str) -> AlarmEntry:
        entry = ALARMS.get(code)
        if entry is None or not entry.known_to(self.version):
            raise NotUnderstoodError(f"Unknown alarm code: SXL {self.name} has no {code[:20]}")
        return entry

    def alarms_of(self, part: PartOf) -> tuple[AlarmEntry, ...]:
        return tuple(each for each in ALARMS.values() if each.part is part and each.known_to(self.version))

    def statuses_of(self, part: PartOf) -> tuple[tuple[str, str, Value], ...]:
        """(code, name, value) of everything that can be asked of such a component."""
        return tuple(
            (entry.code, value.name, value)
            for entry in STATUSES.values()
            if entry.part is part and entry.known_to(self.version)
            for value in entry.values
            if value.known_to(self.version)
        )

    def check_arguments(self, command: Command, operation: str, arguments: Mapping[str, str]) -> None:
        """Raises NotUnderstoodError for a wrong `cO`, and for arguments that are missing, unknown or wrong."""
        if operation != command.command:
            raise NotUnderstoodError(f"{command.code} wants cO {command.command}, found {operation[:40]!r}")
        known = {value.name: value for value in command.values if value.known_to(self.version)}
        if unknown := sorted(set(arguments) - set(known)):
            raise NotUnderstoodError(f"Unknown argument of {command.code}: {unknown[0][:40]!r}")
        if missing := sorted(name for name, value in known.items() if name not in arguments and not value.optional):
            raise NotUnderstoodError(f"{command.code} lacks {', '.join(missing)}")
        for name, given in arguments.items():
            if wrong := known[name].kind.fault(given):
                # A wrong code would otherwise be told back, and be written into logs.
                told = "not a text" if "ecurityCode" in name else wrong
                raise NotUnderstoodError(f"{command.code} {name}: {told}")
