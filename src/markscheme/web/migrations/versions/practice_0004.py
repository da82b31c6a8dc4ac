"""What is practiced, and when it is due again."""

import sqlalchemy as sa
from alembic import op

revision = "practice"
down_revision = "tokens"


def upgrade() -> None:
    """Make the tables of practice."""
    op.create_table(
        "cards",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("owner", sa.String(length=48), nullable=False),
        sa.Column("person", sa.String(length=32), nullable=True),
        sa.Column("problem", sa.Text(), server_default="", nullable=False),
        sa.Column("card", sa.Text(), server_default="", nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("reviewed_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["people.code"], name=op.f("fk_cards_person"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cards")),
        sa.UniqueConstraint("owner", "problem", name=op.f("uq_cards_owner_problem")),
    )
    op.create_index(op.f("ix_cards_person"), "cards", ["person"], unique=False)
    op.create_index(op.f("ix_cards_reviewed_at"), "cards", ["reviewed_at"], unique=False)
    op.create_table(
        "practice",
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("owner", sa.String(length=48), nullable=False),
        sa.Column("person", sa.String(length=32), nullable=True),
        sa.Column("problem", sa.Text(), server_default="", nullable=False),
        sa.Column("item", sa.Text(), server_default="", nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("texts", sa.Text(), server_default="{}", nullable=False),
        sa.Column("hints", sa.Text(), server_default="{}", nullable=False),
        sa.Column("marked", sa.Text(), server_default="", nullable=False),
        sa.Column("solved_at", sa.BigInteger(), nullable=True),
        sa.Column("rating", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["person"], ["people.code"], name=op.f("fk_practice_person"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_practice")),
    )
    op.create_index(op.f("ix_practice_made_at"), "practice", ["made_at"], unique=False)
    op.create_index(op.f("ix_practice_owner"), "practice", ["owner"], unique=False)
    op.create_index(op.f("ix_practice_person"), "practice", ["person"], unique=False)
