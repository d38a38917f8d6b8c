"""A virtual NTCIP controller on the network: an SNMP agent over UDP.

Writing wants an SNMPv3 user with authentication and privacy; a community may read, where there is one, and never write.
"""

import asyncio
import time
from collections.abc import Callable
from typing import Any

from pyasn1.type.univ import Integer
from pysnmp.carrier.asyncio.dgram import udp
from pysnmp.entity import config, engine
from pysnmp.entity.rfc3413 import cmdrsp, context
from pysnmp.proto.rfc1902 import Integer32
from pysnmp.proto.rfc1905 import endOfMibView, noSuchInstance
from pysnmp.smi import error, instrum

from signals.control.ntcip.device import Device
from signals.control.ntcip.objects import ASC
from signals.control.ntcip.secrets import Secrets
from signals.control.virtual.errors import RefusedError

V2C, V3, STEP_S = 2, 3, 0.1
# pysnmp 7.1 lets a user without any write view write everything (its `is_access_allowed` returns the refusal instead of
# raising it), so whoever may only read gets one that holds nothing.
NOWHERE = (*ASC, 0)


class DeviceInstrument(instrum.AbstractMibInstrumController):  # type: ignore[misc]  # pysnmp has no types
    """The device's objects as pysnmp asks for them. Access is checked for each name."""

    def __init__(self, device: Device, clock: Callable[[], float]) -> None:
        self._device, self._clock = device, clock

    def read_variables(self, *asked: Any, **about: Any) -> list[tuple[Any, Any]]:
        values = self._device.readable()
        found = []
        for name, _ in asked:
            _check_access("read", name, about)
            value = values.get(tuple(name))
            found.append((name, noSuchInstance if value is None else Integer32(value)))
        return found

    def read_next_variables(self, *asked: Any, **about: Any) -> list[tuple[Any, Any]]:
        values = self._device.readable()
        found = []
        for name, _ in asked:
            following = next((oid for oid in values if oid > tuple(name)), None)
            _check_access("read", following or name, about)
            found.append((name, endOfMibView) if following is None else (following, Integer32(values[following])))
        return found

    def write_variables(self, *asked: Any, **about: Any) -> list[tuple[Any, Any]]:
        """All or none."""
        for name, value in asked:
            _check_access("write", name, about)
            if not isinstance(value, Integer):
                raise error.WrongTypeError(name=name, idx=0)
        try:
            self._device.set([(tuple(name), int(value)) for name, value in asked], self._clock())
        except RefusedError as refused:
            raise error.InconsistentValueError(name=asked[0][0], idx=0) from refused
        return list(asked)


def _check_access(kind: str, name: Any, about: dict[str, Any]) -> None:
    """pysnmp's function raises for a stranger, and returns True for somebody whose view has not this name."""
    if about["acFun"](kind, (name, None), **about):
        raise error.NoAccessError(name=name, idx=0)


class Agent:
    """An async context manager: inside, the device runs and answers. port: where it listens."""

    def __init__(
        self, device: Device, secrets: Secrets, host: str, port: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._device, self._secrets, self._host, self._clock = device, secrets, host, clock
        self.port = port
        self._engine: Any = None
        self._running: asyncio.Task[None] | None = None

    async def __aenter__(self) -> "Agent":
        snmp = self._engine = engine.SnmpEngine()
        transport = udp.UdpTransport().open_server_mode((self._host, self.port))
        config.add_transport(snmp, udp.DOMAIN_NAME, transport)
        await transport._lport  # the only way pysnmp has to know when the socket is open
        self.port = transport.transport.get_extra_info("sockname")[1]
        self._admit(snmp)
        holder = context.SnmpContext(snmp)
        holder.unregister_context_name(b"")
        holder.register_context_name(b"", DeviceInstrument(self._device, self._clock))
        for responder in (cmdrsp.GetCommandResponder, cmdrsp.NextCommandResponder, cmdrsp.SetCommandResponder):
            responder(snmp, holder)
        self._running = asyncio.create_task(self._keep_going())
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._running is not None:
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)
        self._engine.close_dispatcher()
        await asyncio.sleep(0)  # for the socket to be gone

    def _admit(self, snmp: Any) -> None:
        secrets = self._secrets
        if secrets.community is not None:
            config.add_v1_system(snmp, "reading", secrets.community)
            config.add_vacm_user(snmp, V2C, "reading", "noAuthNoPriv", readSubTree=ASC, writeSubTree=NOWHERE)
        config.add_v3_user(
            snmp,
            secrets.user,
            config.USM_AUTH_HMAC192_SHA256,
            secrets.auth_key,
            config.USM_PRIV_CFB128_AES,
            secrets.privacy_key,
        )
        config.add_vacm_user(snmp, V3, secrets.user, "authPriv", readSubTree=ASC, writeSubTree=ASC)

    async def _keep_going(self) -> None:
        while True:
            self._device.step(self._clock())
            await asyncio.sleep(STEP_S)
