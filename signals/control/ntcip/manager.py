"""Asks and sets the objects of an NTCIP controller over SNMP."""

import asyncio
from collections.abc import Sequence
from typing import Any

from pyasn1.type.univ import Integer
from pysnmp.hlapi.v3arch.asyncio import (
    USM_AUTH_HMAC192_SHA256,
    USM_PRIV_CFB128_AES,
    ContextData,
    ObjectIdentity,
    ObjectType,
    SnmpEngine,
    UdpTransportTarget,
    UsmUserData,
    get_cmd,
    set_cmd,
)
from pysnmp.proto.rfc1902 import Integer32

from signals.control.ntcip.objects import Oid
from signals.control.ntcip.secrets import Secrets
from signals.control.virtual.errors import RefusedError
from signals.errors import Fault, SignalsError

TIMEOUT_S, RETRIES = 1.0, 1
AT_ONCE = 20


class SilentError(SignalsError):
    """The controller did not answer, or not as SNMP."""

    def __init__(self, sentence: str) -> None:
        super().__init__(Fault("controller", sentence))


class Manager:
    """One controller. One request at a time: SNMP over UDP keeps no order."""

    def __init__(self, host: str, port: int, secrets: Secrets) -> None:
        self._host, self._port = host, port
        self._engine = SnmpEngine()
        self._user = UsmUserData(
            secrets.user,
            secrets.auth_key,
            secrets.privacy_key,
            authProtocol=USM_AUTH_HMAC192_SHA256,
            privProtocol=USM_PRIV_CFB128_AES,
        )
        self._target: Any = None
        self._one = asyncio.Lock()

    async def read(self, oids: Sequence[Oid]) -> dict[Oid, int]:
        """Those the controller has. Raises SilentError."""
        found: dict[Oid, int] = {}
        for i in range(0, len(oids), AT_ONCE):
            asked = [ObjectType(ObjectIdentity(oid)) for oid in oids[i : i + AT_ONCE]]
            rows = await self._ask(get_cmd, asked)
            found |= {tuple(name): int(value) for name, value in rows if isinstance(value, Integer)}
        return found

    async def write(self, values: Sequence[tuple[Oid, int]]) -> None:
        """All or none. Raises RefusedError where the controller will not, SilentError where it does not answer."""
        asked = [ObjectType(ObjectIdentity(oid), Integer32(value)) for oid, value in values]
        await self._ask(set_cmd, asked)

    async def close(self) -> None:
        """Waits for the answer under way, and for the socket to be gone."""
        async with self._one:
            self._engine.close_dispatcher()
        await asyncio.sleep(0)

    async def _ask(self, command: Any, asked: list[Any]) -> Any:
        async with self._one:
            if self._target is None:
                place = (self._host, self._port)
                self._target = await UdpTransportTarget.create(place, timeout=TIMEOUT_S, retries=RETRIES)
            wrong, status, _, rows = await command(
                self._engine, self._user, self._target, ContextData(), *asked, lookupMib=False
            )
        if wrong:
            raise SilentError(f"Controller {self._host}:{self._port}: {wrong}")
        if status:
            raise RefusedError(f"The controller refused: {status.prettyPrint()}")
        return rows
