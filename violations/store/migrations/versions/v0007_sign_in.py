"""One-time codes for choosing a password, accounts known by an identity provider, and its sign-ins under way.

A migration is history: it never imports the tables of today and is never edited after a release.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

moment = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("users", sa.Column("identity", sa.String(length=400), nullable=True))
    op.create_index("ix_users_identity", "users", ["identity"], unique=True)
    op.create_table(
        "password_codes",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("made_by", sa.String(length=80), nullable=False),
        sa.Column("ends_at", moment, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_password_codes_user_id")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_password_codes")),
    )
    op.create_index("ix_password_codes_user_id", "password_codes", ["user_id"], unique=False)
    op.create_table(
        "oidc_logins",
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("browser", sa.String(length=64), nullable=False),
        sa.Column("nonce", sa.String(length=64), nullable=False),
        sa.Column("verifier", sa.String(length=128), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("ends_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("state", name=op.f("pk_oidc_logins")),
    )
    op.create_index("ix_oidc_logins_ends_at", "oidc_logins", ["ends_at"], unique=False)
