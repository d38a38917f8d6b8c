"""Who may do what: accounts of people, their sessions, the agents' devices, and which district a camera belongs to."""

from datetime import datetime

from sqlalchemy import JSON, BigInteger, Boolean, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from violations.store.tables import Base, UtcTime


class UserRow(Base):
    """One person. `roles` and `districts` are lists of text; districts NULL means every district.

    `office`: the name, in the law's powers, of the office under which this person decides fines; NULL for none.
    `password`: an Argon2id hash in its own notation; empty while there is none. `identity`: issuer and subject of the
    identity provider that knows the person; NULL for an account with a password of its own.
    """

    __tablename__ = "users"
    __table_args__ = (Index("ix_users_identity", "identity", unique=True), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    password: Mapped[str] = mapped_column(Text)
    roles: Mapped[list[str]] = mapped_column(JSON)
    districts: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    office: Mapped[str | None] = mapped_column(String(80))
    disabled: Mapped[bool] = mapped_column(Boolean)
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    changed_at: Mapped[datetime] = mapped_column(UtcTime)
    identity: Mapped[str | None] = mapped_column(String(400))


class PasswordCodeRow(Base):
    """One code with which a person chooses a password, once. `key` is its SHA-256."""

    __tablename__ = "password_codes"
    __table_args__ = (Index("ix_password_codes_user_id", "user_id"),)

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    made_by: Mapped[str] = mapped_column(String(80))
    ends_at: Mapped[datetime] = mapped_column(UtcTime)


class OidcLoginRow(Base):
    """One sign-in that is with the identity provider. `state` and `browser` are SHA-256: of what the address carries
    there and back, and of the cookie of the browser that left. `after`: the page it comes back to."""

    __tablename__ = "oidc_logins"
    __table_args__ = (Index("ix_oidc_logins_ends_at", "ends_at"),)

    state: Mapped[str] = mapped_column(String(64), primary_key=True)
    browser: Mapped[str] = mapped_column(String(64))
    nonce: Mapped[str] = mapped_column(String(64))
    verifier: Mapped[str] = mapped_column(String(128))
    after: Mapped[str] = mapped_column(Text)
    ends_at: Mapped[datetime] = mapped_column(UtcTime)


class SessionRow(Base):
    """One signed-in browser. `key` is the SHA-256 of the cookie: who reads the table cannot be anyone."""

    __tablename__ = "sessions"
    __table_args__ = (Index("ix_sessions_user_id", "user_id"), Index("ix_sessions_ends_at", "ends_at"))

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    began_at: Mapped[datetime] = mapped_column(UtcTime)
    seen_at: Mapped[datetime] = mapped_column(UtcTime)
    ends_at: Mapped[datetime] = mapped_column(UtcTime)


class LoginFailureRow(Base):
    """One wrong password. `name` as it was typed, whether such an account exists or not."""

    __tablename__ = "login_failures"
    __table_args__ = (
        Index("ix_login_failures_name_at", "name", "at"),
        Index("ix_login_failures_address_at", "address", "at"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcTime)
    name: Mapped[str] = mapped_column(String(80))
    address: Mapped[str] = mapped_column(String(80))


class DeviceRow(Base):
    """One agent. `token` is the SHA-256 of what it was given at enrolment; `public_key` the hex of its Ed25519 key."""

    __tablename__ = "devices"

    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    token: Mapped[str] = mapped_column(String(64), unique=True)
    district: Mapped[str] = mapped_column(String(40))
    public_key: Mapped[str | None] = mapped_column(String(64))
    disabled: Mapped[bool] = mapped_column(Boolean)
    created_at: Mapped[datetime] = mapped_column(UtcTime)


class CameraDistrictRow(Base):
    """Which district a camera belongs to: that of the first device that sent for it, until somebody says otherwise."""

    __tablename__ = "camera_districts"

    camera: Mapped[str] = mapped_column(String(80), primary_key=True)
    district: Mapped[str] = mapped_column(String(40))
