"""How Alembic finds the database and the tables; run by `Database.upgrade`, which gives the connection."""

from alembic import context

from markscheme.web.schema import META

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=META,
    render_as_batch=True,
    transaction_per_migration=False,
)
context.run_migrations()
