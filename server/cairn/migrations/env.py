"""Alembic's environment: it works on the connection that it is given."""

from alembic import context

from cairn import modules
from cairn.kernel.database import Base

modules.load()
context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
