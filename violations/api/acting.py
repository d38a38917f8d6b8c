"""Who takes a step of a case: the caller, in the highest of the two roles that judge."""

from violations.accounts.caller import Caller
from violations.cases.states import Actor, Role

LOCAL_OFFICE = "director"


def acting(caller: Caller, typed: str | None = None) -> Actor:
    """typed: the name somebody gave themselves, which counts only while there are no accounts that prove one.

    Raises NotAllowedError for a caller who judges nothing. Without accounts nobody's office is known either, and
    whoever is at this machine may decide everything.
    """
    role = Role.SUPERVISOR if caller.may(Role.SUPERVISOR) else Role.REVIEWER
    actor = caller.actor(role)
    if caller.local:
        return Actor(typed or caller.name, role, caller.office or LOCAL_OFFICE)
    return actor
