"""How a site answers what a supervisor asks and orders: by the exchange list first, by the controller then."""

from collections.abc import Sequence

from signals.control.rsmp.errors import NotUnderstoodError
from signals.control.rsmp.site.equipment import Equipment, StatusContent
from signals.control.rsmp.wire.core import Core
from signals.control.rsmp.wire.messages import (
    Argument,
    CommandRequest,
    CommandResponse,
    Quality,
    Returned,
    StatusRequest,
    StatusResponse,
    StatusSubscribe,
    StatusUpdate,
    Told,
    Wanted,
    timestamp,
)


class Answers:
    """Stateless but for the controller behind it."""

    def __init__(self, equipment: Equipment) -> None:
        self._equipment = equipment

    def check(self, component: str, wanted: Sequence[Wanted]) -> None:
        """Raises NotUnderstoodError for what the exchange list has not, or not for such a component."""
        part = self._equipment.components.get(component)
        for each in wanted:
            entry, _ = self._equipment.sxl.status(each.code, each.name)
            if part is not None and entry.part is not part:
                raise NotUnderstoodError(f"{each.code} is asked of a {entry.part}, and {component} is a {part}")

    def read(self, component: str, each: Wanted, core: Core, now_s: float) -> tuple[StatusContent, Quality]:
        """Undefined: no such component. Unknown: the controller has it not, or this core cannot carry it."""
        if component not in self._equipment.components:
            return None, "undefined"
        _, value = self._equipment.sxl.status(each.code, each.name)
        if value.kind.is_list and not core.has_arrays:
            return None, "unknown"
        content = self._equipment.read(component, each.code, each.name, now_s)
        return content, "unknown" if content is None else "recent"

    def status(self, request: StatusRequest, core: Core, now_s: float) -> StatusResponse:
        self.check(request.component, request.wanted)
        told = [self.told(request.component, each, core, now_s) for each in request.wanted]
        at = timestamp(self._equipment.utc(now_s))
        for each in request.wanted:
            self._equipment.told(request.component, each.code)
        return StatusResponse(component=request.component, at=at, told=told)

    def first_update(self, request: StatusSubscribe, new: Sequence[Wanted], core: Core, now_s: float) -> StatusUpdate:
        told = [self.told(request.component, each, core, now_s) for each in new]
        return StatusUpdate(component=request.component, at=timestamp(self._equipment.utc(now_s)), told=told)

    def told(self, component: str, each: Wanted, core: Core, now_s: float) -> Told:
        value, quality = self.read(component, each, core, now_s)
        return Told(code=each.code, name=each.name, value=value, quality=quality)

    def command(self, request: CommandRequest, now_s: float) -> CommandResponse:
        """All commands of a request are checked before the first is done.

        Raises NotUnderstoodError for what the list has not, for a wrong security code, and for what the controller
        refuses: a supervisor must not believe in an order that has no effect.
        """
        parted = _parted(request.arguments)
        known = request.component in self._equipment.components
        for code, arguments in parted.items():
            self._check(request.component, code, arguments)
        returned: list[Returned] = []
        for code, arguments in parted.items():
            given = {each.name: each.value for each in arguments}
            done = known and self._equipment.command(request.component, code, given, now_s)
            age: Quality = "recent" if done else "unknown" if known else "undefined"
            returned += [
                Returned(code=code, name=each.name, value=each.value if done else None, age=age) for each in arguments
            ]
        at = timestamp(self._equipment.utc(now_s))
        return CommandResponse(component=request.component, at=at, returned=returned)

    def _check(self, component: str, code: str, arguments: Sequence[Argument]) -> None:
        sxl = self._equipment.sxl
        command = sxl.command(code)
        part = self._equipment.components.get(component)
        if part is not None and command.part is not part:
            raise NotUnderstoodError(f"{code} is for a {command.part}, and {component} is a {part}")
        operations = {each.command for each in arguments}
        if len(operations) > 1:
            raise NotUnderstoodError(f"{code} has more than one cO: {', '.join(sorted(operations))[:80]}")
        names = [each.name for each in arguments]
        if len(set(names)) < len(names):
            raise NotUnderstoodError(f"{code} has an argument twice")
        sxl.check_arguments(command, operations.pop(), {each.name: each.value for each in arguments})


def _parted(arguments: Sequence[Argument]) -> dict[str, list[Argument]]:
    parted: dict[str, list[Argument]] = {}
    for each in arguments:
        parted.setdefault(each.code, []).append(each)
    return parted
