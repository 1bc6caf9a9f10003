#!/bin/sh
# Runs once, when the primary is made: lets the replica in, and waits for it at every commit from the next start on.
set -eu
psql --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<SQL
create role replica login replication password '$POSTGRES_PASSWORD';
select pg_create_physical_replication_slot('replica');
alter system set synchronous_standby_names = 'ANY 1 (replica)';
SQL
echo 'host replication replica all scram-sha-256' >> "$PGDATA/pg_hba.conf"
