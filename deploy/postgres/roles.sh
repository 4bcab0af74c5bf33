#!/bin/sh
# Run once, when the database container makes its data: the role that owns the schema and migrates, the role
# that the portal works as, and the database. The portal's role is neither superuser nor free of row security.
set -eu

# Passwords by \getenv, so that the list of processes does not show them.
psql --no-psqlrc --set ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" --dbname postgres <<'SQL'
\getenv owner_password OWNER_DATABASE_PASSWORD
\getenv app_password APP_DATABASE_PASSWORD
CREATE ROLE cdmo_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE cdmo_app LOGIN PASSWORD :'app_password';
CREATE DATABASE cdmo OWNER cdmo_owner;
REVOKE CONNECT ON DATABASE cdmo FROM PUBLIC;
GRANT CONNECT ON DATABASE cdmo TO cdmo_app;
\connect cdmo
ALTER DEFAULT PRIVILEGES FOR ROLE cdmo_owner GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO cdmo_app;
ALTER DEFAULT PRIVILEGES FOR ROLE cdmo_owner GRANT USAGE, SELECT ON SEQUENCES TO cdmo_app;
GRANT USAGE ON SCHEMA public TO cdmo_app;
SQL
