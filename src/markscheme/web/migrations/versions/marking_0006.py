"""What marking keeps: proposals, comments, requests for a second look and their replies."""

import sqlalchemy as sa
from alembic import op

revision = "marking"
down_revision = "lti"


def _key() -> sa.Column[int]:
    return sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default="", nullable=False)


def upgrade() -> None:
    """Make them."""
    op.create_table(
        "proposals",
        _key(),
        sa.Column("sitting", sa.String(length=32), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        _text("data"),
        sa.ForeignKeyConstraint(["sitting"], ["sittings.code"], name=op.f("fk_proposals_sitting"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposals")),
        sa.UniqueConstraint("sitting", name=op.f("uq_proposals_sitting")),
    )
    op.create_index(op.f("ix_proposals_sitting"), "proposals", ["sitting"], unique=False)
    op.create_table(
        "comments",
        _key(),
        sa.Column("exam", sa.String(length=32), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        _text("who"),
        _text("question"),
        _text("answer"),
        sa.Column("text", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(["exam"], ["exams.code"], name=op.f("fk_comments_exam"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comments")),
    )
    op.create_index(op.f("ix_comments_exam"), "comments", ["exam"], unique=False)
    op.create_table(
        "requests",
        _key(),
        sa.Column("sitting", sa.String(length=32), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        _text("question"),
        _text("answer"),
        _text("reason"),
        sa.ForeignKeyConstraint(["sitting"], ["sittings.code"], name=op.f("fk_requests_sitting"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_requests")),
    )
    op.create_index(op.f("ix_requests_sitting"), "requests", ["sitting"], unique=False)
    op.create_table(
        "replies",
        _key(),
        sa.Column("request", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        _text("who"),
        _text("text"),
        sa.ForeignKeyConstraint(["request"], ["requests.id"], name=op.f("fk_replies_request"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_replies")),
    )
    op.create_index(op.f("ix_replies_request"), "replies", ["request"], unique=False)
