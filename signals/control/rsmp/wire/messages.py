"""The messages of the RSMP core as pydantic models: both what is sent and what arrives.

A message may carry more fields than its model knows: the standard reserves names for supplier and NTS ids and asks that
additions do no harm. The elements of its lists may not.
"""

from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar, Literal, TypeVar
from uuid import uuid4

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictStr, StringConstraints

HEX = "[0-9A-Fa-f]"
MessageId = Annotated[
    StrictStr, StringConstraints(pattern=rf"^{HEX}{{8}}-{HEX}{{4}}-4{HEX}{{3}}-[89ABab]{HEX}{{3}}-{HEX}{{12}}$")
]
Timestamp = Annotated[StrictStr, StringConstraints(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")]
VersionText = Annotated[StrictStr, StringConstraints(pattern=r"^\d{1,2}\.\d{1,2}(\.\d{1,2})?$")]
StatusCode = Annotated[StrictStr, StringConstraints(pattern=r"^S")]
CommandCode = Annotated[StrictStr, StringConstraints(pattern=r"^M")]
AlarmCode = Annotated[StrictStr, StringConstraints(pattern=r"^A")]
Quality = Literal["recent", "old", "undefined", "unknown"]
# A list of objects comes only with core 3.2; null only with 3.1.3.
StatusValue = StrictStr | list[dict[str, Any]] | None
ListT = TypeVar("ListT")
Some = Annotated[list[ListT], Field(min_length=1)]


def new_id() -> str:
    return str(uuid4())


def timestamp(moment: datetime) -> str:
    """Milliseconds and Z, as every time in RSMP is written."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


class Element(BaseModel):
    """One element of a list in a message."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Message(BaseModel):
    """kind: the value of the field `type`. omits_none: a field that is None is left out instead of sent as null."""

    model_config = ConfigDict(extra="allow", frozen=True, populate_by_name=True)

    kind: ClassVar[str]
    omits_none: ClassVar[bool] = True

    def fields(self) -> dict[str, Any]:
        """As it goes over the wire."""
        body = self.model_dump(by_alias=True, exclude_none=self.omits_none)
        return {"mType": "rSMsg", "type": self.kind} | body


class Identified(Message):
    """Everything but the two answers: it has an id of its own and wants to be acknowledged."""

    message_id: MessageId = Field(default_factory=new_id, alias="mId")


class About(Identified):
    """A message about one component. The two NTS ids belong to the national system of the standard's makers."""

    nts_object: StrictStr = Field("", alias="ntsOId")
    external_nts: StrictStr = Field("", alias="xNId")
    component: StrictStr = Field(alias="cId")


class MessageAck(Message):
    kind = "MessageAck"
    original_id: StrictStr = Field(alias="oMId")


class MessageNotAck(Message):
    kind = "MessageNotAck"
    original_id: StrictStr = Field(alias="oMId")
    reason: StrictStr = Field("", alias="rea")


class CoreEntry(Element):
    version: VersionText = Field(alias="vers")


class SiteEntry(Element):
    site_id: StrictStr = Field(alias="sId", min_length=1)


class VersionMessage(Identified):
    kind = "Version"
    cores: Some[CoreEntry] = Field(alias="RSMP")
    sites: Some[SiteEntry] = Field(alias="siteId")
    sxl: VersionText = Field(alias="SXL")


class Watchdog(Identified):
    kind = "Watchdog"
    at: Timestamp = Field(alias="wTs")


class AggregatedStatus(About):
    kind = "AggregatedStatus"
    omits_none = False
    at: Timestamp = Field(alias="aSTS")
    position: StrictStr | None = Field(None, alias="fP")
    state: StrictStr | None = Field(None, alias="fS")
    bits: Annotated[list[StrictBool], Field(min_length=8, max_length=8, alias="se")]


class AggregatedStatusInWords(About):
    """As RSMP 3.1.2 has it, where every value is a text. It is only sent: what comes is read as an AggregatedStatus."""

    kind = "AggregatedStatus"
    omits_none = False
    at: Timestamp = Field(alias="aSTS")
    position: StrictStr = Field(alias="fP")
    state: StrictStr = Field(alias="fS")
    bits: list[Literal["true", "false"]] = Field(alias="se")


class AggregatedStatusRequest(About):
    kind = "AggregatedStatusRequest"


class AlarmValue(Element):
    name: StrictStr = Field(alias="n")
    value: StrictStr = Field(alias="v")


class Alarm(About):
    """An order about an alarm has none of the last seven fields, a word from the site has all of them."""

    kind = "Alarm"
    code: AlarmCode = Field(alias="aCId")
    external_code: StrictStr = Field("", alias="xACId")
    external_nts_code: StrictStr = Field("", alias="xNACId")
    about: Literal["Issue", "Acknowledge", "Suspend", "Resume", "Request"] = Field(alias="aSp")
    acknowledged: Literal["Acknowledged", "notAcknowledged"] | None = Field(None, alias="ack")
    active: Literal["Active", "inActive"] | None = Field(None, alias="aS")
    suspended: Literal["Suspended", "notSuspended"] | None = Field(None, alias="sS")
    at: Timestamp | None = Field(None, alias="aTs")
    category: Literal["T", "D"] | None = Field(None, alias="cat")
    priority: Literal["1", "2", "3"] | None = Field(None, alias="pri")
    values: list[AlarmValue] | None = Field(None, alias="rvs")

    @property
    def told(self) -> bool:
        """Whether it tells how the alarm is; otherwise it is an order."""
        last = (self.acknowledged, self.active, self.suspended, self.at, self.category, self.priority, self.values)
        return all(field is not None for field in last)


class Wanted(Element):
    code: StatusCode = Field(alias="sCI")
    name: StrictStr = Field(alias="n")


class Subscribed(Wanted):
    every: StrictStr = Field(alias="uRt", pattern=r"^\d{1,7}(\.\d{1,3})?$")
    # Some peers write the boolean as a string.
    on_change: StrictBool | Literal["True", "False"] | None = Field(None, alias="sOc")


class Told(Wanted):
    value: StatusValue = Field(alias="s")
    quality: Quality = Field(alias="q")


class StatusRequest(About):
    kind = "StatusRequest"
    wanted: Some[Wanted] = Field(alias="sS")


class StatusSubscribe(About):
    kind = "StatusSubscribe"
    wanted: Some[Subscribed] = Field(alias="sS")


class StatusUnsubscribe(About):
    kind = "StatusUnsubscribe"
    wanted: Some[Wanted] = Field(alias="sS")


class StatusResponse(About):
    kind = "StatusResponse"
    omits_none = False
    at: Timestamp = Field(alias="sTs")
    told: Some[Told] = Field(alias="sS")


class StatusUpdate(StatusResponse):
    kind = "StatusUpdate"


class Argument(Element):
    code: CommandCode = Field(alias="cCI")
    name: StrictStr = Field(alias="n")
    command: StrictStr = Field(alias="cO")
    value: StrictStr = Field(alias="v")


class Returned(Element):
    code: CommandCode = Field(alias="cCI")
    name: StrictStr = Field(alias="n")
    value: StrictStr | None = Field(alias="v")
    age: Quality


class CommandRequest(About):
    kind = "CommandRequest"
    arguments: Some[Argument] = Field(alias="arg")


class CommandResponse(About):
    kind = "CommandResponse"
    omits_none = False
    at: Timestamp = Field(alias="cTS")
    returned: list[Returned] = Field(alias="rvs")


KINDS: dict[str, type[Message]] = {
    model.kind: model
    for model in (
        MessageAck, MessageNotAck, VersionMessage, Watchdog, AggregatedStatus, AggregatedStatusRequest, Alarm,
        StatusRequest, StatusResponse, StatusSubscribe, StatusUnsubscribe, StatusUpdate, CommandRequest,
        CommandResponse,
    )
}  # fmt: skip
