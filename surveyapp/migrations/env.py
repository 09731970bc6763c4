"""Alembic asks this module how to reach the database."""

from alembic import context

from surveyapp.models import Base

engine = context.config.attributes["engine"]
with engine.begin() as connection:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=engine.name == "sqlite",
    )
    context.run_migrations()
