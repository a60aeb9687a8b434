#!/bin/sh
# Run by the postgres image when its volume is new: an account and a database of their own for Temporal and for the engine.
# By hand where that failed, for the image never tries again; what is there stays, with the passwords of today's secrets.
set -eu
url=$(cat /run/secrets/database-url)
url=${url#*://engine:}
TEMPORAL_PASSWORD=$(cat /run/secrets/temporal-database-password) ENGINE_PASSWORD=${url%%@*}
export TEMPORAL_PASSWORD ENGINE_PASSWORD
# Read from the environment: every account of the machine reads a command line.
psql --set ON_ERROR_STOP=1 --no-psqlrc --username postgres <<'SQL'
\getenv temporal_password TEMPORAL_PASSWORD
\getenv engine_password ENGINE_PASSWORD
select format('create role %I', name) from unnest(array['temporal', 'engine']) as wanted(name)
  where name not in (select rolname from pg_roles) \gexec
alter role temporal login password :'temporal_password';
alter role engine login password :'engine_password';
select format('create database %I owner %I encoding ''UTF8'' template template0', name, owner)
  from (values ('temporal', 'temporal'), ('temporal_visibility', 'temporal'), ('engine', 'engine')) as wanted(name, owner)
  where name not in (select datname from pg_database) \gexec
SQL
