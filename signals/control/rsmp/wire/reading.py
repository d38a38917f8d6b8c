"""From fields to a message that this version of the core allows, and back."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from signals.control.rsmp.errors import NotUnderstoodError
from signals.control.rsmp.wire.core import Core
from signals.control.rsmp.wire.messages import (
    KINDS,
    AggregatedStatus,
    AggregatedStatusInWords,
    AggregatedStatusRequest,
    Alarm,
    CommandResponse,
    Message,
    StatusResponse,
    StatusSubscribe,
)

# Fields whose case did not matter before core 3.2, by how they are written since.
SPELLINGS = {
    "aSp": ("Issue", "Acknowledge", "Suspend", "Resume", "Request"),
    "ack": ("Acknowledged", "notAcknowledged"),
    "aS": ("Active", "inActive"),
    "sS": ("Suspended", "notSuspended"),
}
TOLD_WRONG = 3


def read(fields: Mapping[str, Any], core: Core | None) -> Message:
    """core: None before the versions were exchanged. Raises NotUnderstoodError."""
    if fields.get("mType") != "rSMsg":
        raise NotUnderstoodError(f"Wanted mType rSMsg, found {fields.get('mType')!r:.40}")
    kind = fields.get("type")
    model = KINDS.get(kind) if isinstance(kind, str) else None
    if model is None:
        raise NotUnderstoodError(f"Unknown message type: {kind!r:.40}")
    body = {name: value for name, value in fields.items() if name not in {"mType", "type"}}
    if model is Alarm and core is not None and not core.is_exact:
        body |= {name: _spelled(body[name], known) for name, known in SPELLINGS.items() if name in body}
    if model is AggregatedStatus and core is not None and not core.has_booleans and isinstance(body.get("se"), list):
        body["se"] = [_bit(each) for each in body["se"]]
    try:
        message = model.model_validate(body)
    except ValidationError as error:
        raise NotUnderstoodError(f"{kind}: {_told(error)}") from error
    if core is not None and (reason := _not_allowed(message, core)):
        raise NotUnderstoodError(reason)
    return message


def adapt(message: Message, core: Core) -> Message:
    """The same for a peer of this version: before 3.1.3 every value is a text, an empty one where nobody knows it."""
    if core.has_null:
        return message
    if isinstance(message, AggregatedStatus):
        bits = ["true" if bit else "false" for bit in message.bits]
        texts = {"fP": message.position or "", "fS": message.state or "", "se": bits}
        return AggregatedStatusInWords.model_validate(message.model_dump(by_alias=True) | texts)
    if isinstance(message, StatusResponse):
        told = [each.model_copy(update={"value": each.value or ""}) for each in message.told]
        return message.model_copy(update={"told": told})
    if isinstance(message, CommandResponse):
        returned = [each.model_copy(update={"value": each.value or ""}) for each in message.returned]
        return message.model_copy(update={"returned": returned})
    return message


def _spelled(value: object, known: tuple[str, ...]) -> object:
    return next((each for each in known if isinstance(value, str) and each.lower() == value.lower()), value)


def _bit(value: object) -> object:
    """Makers of 3.1.2 write them as texts, in any case, or already as booleans."""
    known = {"true": True, "false": False}
    return known.get(value.lower(), value) if isinstance(value, str) else value


def _told(error: ValidationError) -> str:
    faults = [f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors(include_url=False)]
    more = f" (and {len(faults) - TOLD_WRONG} more)" if len(faults) > TOLD_WRONG else ""
    return "; ".join(faults[:TOLD_WRONG]) + more


def _not_allowed(message: Message, core: Core) -> str | None:
    """What this version of the core does not know, or wants besides."""
    if isinstance(message, AggregatedStatusRequest) and not core.has_requests:
        return f"AggregatedStatusRequest came with RSMP 3.1.5; this connection uses {core.version}"
    if isinstance(message, Alarm):
        return _alarm_fault(message, core)
    if isinstance(message, StatusSubscribe):
        return _subscription_fault(message, core)
    if isinstance(message, StatusResponse) and not core.has_arrays and _has_list(message):
        return f"Lists of objects came with RSMP 3.2; this connection uses {core.version}"
    return None


def _alarm_fault(alarm: Alarm, core: Core) -> str | None:
    if alarm.about == "Request" and not core.has_requests:
        return f"Alarm requests came with RSMP 3.1.5; this connection uses {core.version}"
    if alarm.about == "Issue" and not alarm.told:
        return "Alarm: an issue wants ack, aS, sS, aTs, cat, pri and rvs"
    return None


def _subscription_fault(message: StatusSubscribe, core: Core) -> str | None:
    for each in message.wanted:
        if core.has_send_on_change and each.on_change is None:
            return f"StatusSubscribe: sOc is wanted for {each.code} {each.name} since RSMP 3.1.5"
        if not core.has_send_on_change and each.on_change is not None:
            return f"StatusSubscribe: sOc came with RSMP 3.1.5; this connection uses {core.version}"
        if core.has_send_on_change and float(each.every) == 0 and each.on_change in {False, "False"}:
            return f"StatusSubscribe: {each.code} {each.name} with uRt 0 and without sOc would never be sent"
    return None


def _has_list(message: StatusResponse) -> bool:
    return any(isinstance(each.value, list) for each in message.told)
