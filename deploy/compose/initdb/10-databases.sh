#!/bin/sh
# Runs once, in an empty cluster: for each service an owner (migrations), a role that owns nothing
# (the service), and a database that only these two may enter. deploy/local/roles.py does the same locally.
set -eu

for service in registration finance carriers gateway; do
  upper=$(printf %s "$service" | tr '[:lower:]' '[:upper:]')
  psql -q -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -d postgres \
    -v database="$service" -v app="${service}_app" -v owner="${service}_owner" \
    -v app_password="$(printenv "${upper}_APP_PASSWORD")" \
    -v owner_password="$(printenv "${upper}_OWNER_PASSWORD")" <<'SQL'
CREATE ROLE :"owner" LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'owner_password';
CREATE ROLE :"app" LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'app_password';
CREATE DATABASE :"database" OWNER :"owner" TEMPLATE template0 ENCODING 'UTF8';
REVOKE ALL ON DATABASE :"database" FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE :"database" TO :"app";
\connect :"database"
GRANT USAGE ON SCHEMA public TO :"app";
ALTER SCHEMA public OWNER TO :"owner";
ALTER DEFAULT PRIVILEGES FOR ROLE :"owner" GRANT USAGE ON SCHEMAS TO :"app";
ALTER DEFAULT PRIVILEGES FOR ROLE :"owner" GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO :"app";
ALTER DEFAULT PRIVILEGES FOR ROLE :"owner" GRANT USAGE, SELECT ON SEQUENCES TO :"app";
ALTER DEFAULT PRIVILEGES FOR ROLE :"owner" GRANT EXECUTE ON FUNCTIONS TO :"app";
SQL
done
