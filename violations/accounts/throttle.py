"""How many wrong passwords are borne: counted in the database, so that no restart or replica forgets."""

from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from violations.accounts.errors import TooManyTriesError
from violations.store.account_tables import LoginFailureRow

WINDOW = timedelta(minutes=15)
MOST_OF_NAME_AND_ADDRESS = 5
# Higher than the first, so that a stranger can hardly lock somebody out, nor guess on from many addresses.
MOST_OF_NAME = 30
MOST_OF_ADDRESS = 50


def check_tries(session: Session, name: str, address: str, now: datetime) -> None:
    """Raise TooManyTriesError while the window holds too many failures of this name, this address, or both."""
    of_name, of_address = LoginFailureRow.name == _key(name), LoginFailureRow.address == address
    limits = (((of_name, of_address), MOST_OF_NAME_AND_ADDRESS), ((of_name,), MOST_OF_NAME))
    for conditions, most in (*limits, ((of_address,), MOST_OF_ADDRESS)):
        query = select(func.count(), func.min(LoginFailureRow.at)).where(LoginFailureRow.at > now - WINDOW, *conditions)
        failures, first = session.execute(query).one()
        if failures >= most:
            wait_s = (first + WINDOW - now).total_seconds()
            raise TooManyTriesError("sign-in with a wrong password", max(1, round(wait_s)))


def note_failure(session: Session, name: str, address: str, now: datetime) -> None:
    session.add(LoginFailureRow(at=now, name=_key(name), address=address))
    session.execute(delete(LoginFailureRow).where(LoginFailureRow.at <= now - WINDOW))


def forget_failures(session: Session, name: str, address: str) -> None:
    """After the right password: those of this name from this address."""
    session.execute(
        delete(LoginFailureRow).where(LoginFailureRow.name == _key(name), LoginFailureRow.address == address)
    )


def _key(name: str) -> str:
    return name[:80].lower()
