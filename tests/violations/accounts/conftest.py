from datetime import datetime

import pytest
from argon2 import PasswordHasher
from sqlalchemy import Engine

from violations.accounts import passwords
from violations.accounts.users import User, add_user
from violations.cases.states import Role
from violations.store.database import writing


@pytest.fixture(autouse=True)
def _quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Argon2id with little memory: what it costs is not what these tests are about."""
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))


PASSWORD = "đèn đỏ thì dừng lại"


@pytest.fixture
def password() -> str:
    return PASSWORD


@pytest.fixture
def lan(engine: Engine, noon: datetime) -> User:
    """A reviewer of the district HK."""
    user = User("lan", frozenset({Role.REVIEWER}), frozenset({"HK"}), "officer", disabled=False, created_at=noon)
    with writing(engine) as session:
        return add_user(session, user, PASSWORD)
