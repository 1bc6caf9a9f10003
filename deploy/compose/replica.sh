#!/bin/sh
# Copies the primary when there is no copy yet, then follows it.
set -eu
export PGPASSWORD="$POSTGRES_PASSWORD"
mkdir -p "$PGDATA"
chown -R postgres:postgres /var/lib/postgresql
chmod 0700 "$PGDATA"
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  gosu postgres pg_basebackup --pgdata "$PGDATA" --write-recovery-conf --slot replica --wal-method stream \
    --dbname "host=postgres user=replica password=$POSTGRES_PASSWORD application_name=replica"
fi
exec gosu postgres postgres -c max_connections=500 -c max_locks_per_transaction=256
