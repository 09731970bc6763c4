"""Durability is asserted, trouble is told as 503, the schema is what the migrations make."""

import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import bindparam, text

from surveyapp import account_steps, create_app, sealing, tokens
from surveyapp.db import SQLITE_PRAGMAS, Database
from surveyapp.errors import KeyUnavailable, StorageUnavailable
from surveyapp.migrations import alembic_config, upgrade
from surveyapp.models import Base, Role, UtcDateTime
from tests.dumps import dump
from tests.factories import filled, open_cycle, token_of
from tests.people import NOW


def test_every_sqlite_connection_is_durable_and_erases_what_it_deletes(sqlite_run):
    with sqlite_run.database.reading() as session:
        found = {
            name: session.connection().exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in SQLITE_PRAGMAS
        }
    assert found == {"journal_mode": "wal", "synchronous": 2, "secure_delete": 1, "foreign_keys": 1}


def test_the_migrations_make_exactly_the_tables_of_the_models(run):
    with run.database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_the_last_migration_can_be_taken_back_and_made_again(sqlite_run):
    config = alembic_config(sqlite_run.database.engine)
    command.downgrade(config, "base")
    upgrade(sqlite_run.database)
    with sqlite_run.database.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_links_to_accounts_from_before_their_mails_still_open(run):
    made = account_steps.create(run, "anna@example.com", [Role.ANALYST])
    digest = tokens.digest(made.link.rpartition("/")[2])
    command.downgrade(alembic_config(run.database.engine), "0005")
    with run.database.engine.begin() as connection:
        row = {"digest": digest, "account": made.account_id, "until": NOW + timedelta(days=7)}
        old = "INSERT INTO account_link VALUES (:digest, :account, :until)"
        connection.execute(text(old).bindparams(bindparam("until", type_=UtcDateTime)), row)
    upgrade(run.database)
    path = made.link.removeprefix(run.config.public_base_url)
    assert create_app(runtime=run).test_client().get(path).status_code == 200


def test_a_database_that_cannot_be_reached_gives_503_and_recovers(sqlite_run):
    open_cycle(sqlite_run)
    client = create_app(runtime=sqlite_run).test_client()
    address = f"/r/{token_of(sqlite_run, 'C1')}/1"
    data = filled(client.get(address).get_data(as_text=True)) | {"action": "submit"}
    sqlite_run.database.engine.dispose()
    path = sqlite_run.config.data_dir / "surveyapp.sqlite3"
    path.rename(path.with_suffix(".away"))
    path.mkdir()  # a folder in its place: SQLite can neither open nor make the file
    reply = client.post(address, data=data)
    assert reply.status_code == 503
    assert reply.headers["Retry-After"] == "5"
    assert client.get("/readyz").status_code == 503
    assert client.get("/healthz").status_code == 200
    path.rmdir()
    path.with_suffix(".away").rename(path)
    assert client.get("/readyz").status_code == 200
    assert client.post(address, data=data).status_code == 200


def test_a_locked_database_gives_503_and_no_false_receipt(sqlite_run, monkeypatch):
    monkeypatch.setattr("surveyapp.db.BUSY_TIMEOUT_MS", 50)
    open_cycle(sqlite_run)
    client = create_app(runtime=sqlite_run).test_client()
    address = f"/r/{token_of(sqlite_run, 'C1')}/1"
    data = filled(client.get(address).get_data(as_text=True)) | {"action": "submit"}
    sqlite_run.database.engine.dispose()
    with sqlite_run.database.transaction() as session:
        session.connection()
        assert client.post(address, data=data).status_code == 503
    assert client.post(address, data=data).status_code == 200


def test_an_unreachable_postgresql_is_named_as_such():
    database = Database("postgresql://nobody@/nothing?host=/nowhere")
    with pytest.raises(StorageUnavailable, match="not available"), database.reading() as session:
        session.connection()


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_keys_are_readable_by_the_service_alone(tmp_path):
    keys = sealing.KeyFolder(tmp_path / "keys", tmp_path / "secret")
    keys.create("c1")
    assert mode(tmp_path / "keys") == 0o700
    assert mode(tmp_path / "keys" / "c1.key") == 0o600
    assert mode(tmp_path / "secret") == 0o600


def test_keys_come_back_as_they_were_and_not_under_another_secret(tmp_path):
    made = sealing.KeyFolder(tmp_path / "keys", tmp_path / "secret").create("c1")
    assert sealing.KeyFolder(tmp_path / "keys", tmp_path / "secret").load("c1") == made
    with pytest.raises(KeyUnavailable, match="Put the key folder and the secret file back"):
        sealing.KeyFolder(tmp_path / "keys", tmp_path / "other").load("c1")


def test_a_key_folder_that_cannot_be_written_is_explained(tmp_path):
    (tmp_path / "keys").write_text("a file where the folder should be")
    with pytest.raises(KeyUnavailable, match="SURVEYAPP_KEY_DIR"):
        sealing.KeyFolder(tmp_path / "keys", tmp_path / "secret").create("c1")


def test_without_keys_pages_say_one_moment_and_drafts_are_not_lost(run, client):
    open_cycle(run)
    token = token_of(run, "C1")
    data = filled(client.get(f"/r/{token}/1").get_data(as_text=True)) | {"action": "save"}
    client.post(f"/r/{token}/1", data=data)
    run.config.key_dir.rename(run.config.key_dir.with_name("away"))
    assert client.get(f"/r/{token}/1").status_code == 503
    data["action"] = "submit"
    assert client.post(f"/r/{token}/1", data=data).status_code == 503
    assert dump(run)["ballot"] == []
    run.config.key_dir.with_name("away").rename(run.config.key_dir)
    assert "checked" in client.get(f"/r/{token}/1").get_data(as_text=True)


def test_a_postgresql_that_may_lose_confirmed_answers_is_refused(run):
    if run.database.is_sqlite:
        run.database.require_durable()
        return
    with pytest.raises(StorageUnavailable, match=r"fsync = off .* set fsync = on"):
        run.database.require_durable()  # the server of the tests runs without, for speed


def test_a_secret_that_many_ask_for_at_once_is_never_seen_half_written(tmp_path):
    for turn in range(20):
        keys = sealing.KeyFolder(tmp_path / str(turn), tmp_path / str(turn) / "secret")
        with ThreadPoolExecutor(8) as pool:
            made = set(pool.map(lambda _, k=keys: bytes(k.signing_key()), range(8)))
        assert len(made) == 1
        assert [path.name for path in keys.folder.iterdir()] == ["signing-key"]
