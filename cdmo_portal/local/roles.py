"""The two roles that the application knows: one owns the schema, one uses it."""

from collections.abc import Callable

import psycopg
from psycopg import sql

OWNER = "cdmo_owner"
APPLICATION = "cdmo_app"
DATABASE = "cdmo"

Connect = Callable[[str], psycopg.Connection[tuple[object, ...]]]


def prepare(connect: Connect) -> None:
    """Make roles and database where they are missing, and give the application what the owner will create.

    The grants are made in template1 too, so that the databases which tests create have them.
    """
    with connect("postgres") as connection:
        for role, attributes in ((OWNER, "LOGIN CREATEDB"), (APPLICATION, "LOGIN")):
            if not exists(connection, "SELECT 1 FROM pg_roles WHERE rolname = %s", role):
                connection.execute(sql.SQL(f"CREATE ROLE {{}} {attributes}").format(sql.Identifier(role)))
    with connect("template1") as connection:
        grant(connection)
    with connect("postgres") as connection:
        if not exists(connection, "SELECT 1 FROM pg_database WHERE datname = %s", DATABASE):
            create = sql.SQL("CREATE DATABASE {} OWNER {}")
            connection.execute(create.format(sql.Identifier(DATABASE), sql.Identifier(OWNER)))


def exists(connection: psycopg.Connection[tuple[object, ...]], query: sql.SQL | str, name: str) -> bool:
    return connection.execute(query, (name,)).fetchone() is not None


def grant(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    owner, application = sql.Identifier(OWNER), sql.Identifier(APPLICATION)
    for privileges in ("SELECT, INSERT, UPDATE, DELETE ON TABLES", "USAGE, SELECT ON SEQUENCES"):
        statement = sql.SQL(f"ALTER DEFAULT PRIVILEGES FOR ROLE {{}} GRANT {privileges} TO {{}}")
        connection.execute(statement.format(owner, application))
    connection.execute(sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(application))
