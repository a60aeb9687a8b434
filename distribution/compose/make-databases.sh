#!/bin/sh
# Run once, by the postgres image, when its volume is new: an account and a database of their own for Temporal and for the engine.
set -eu
url=$(cat /run/secrets/database-url)
url=${url#*://engine:}
TEMPORAL_PASSWORD=$(cat /run/secrets/temporal-database-password) ENGINE_PASSWORD=${url%%@*}
export TEMPORAL_PASSWORD ENGINE_PASSWORD
# Read from the environment: every account of the machine reads a command line.
psql --set ON_ERROR_STOP=1 --no-psqlrc --username postgres <<'SQL'
\getenv temporal_password TEMPORAL_PASSWORD
\getenv engine_password ENGINE_PASSWORD
create role temporal login password :'temporal_password';
create role engine login password :'engine_password';
create database temporal owner temporal;
create database temporal_visibility owner temporal;
create database engine owner engine encoding 'UTF8' template template0;
SQL
