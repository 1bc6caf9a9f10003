import type { Database } from '#platform/postgres'

export type WalVolume = {
  readonly bytes: number
  /** Images of whole pages after a checkpoint. */
  readonly imageBytes: number
  /** Entries put into indexes, other than summaries of page ranges. */
  readonly indexEntries: number
}

export async function markWal(database: Database): Promise<() => Promise<WalVolume>> {
  await database.query({ text: 'create extension if not exists pg_walinspect' })
  const [mark] = await database.query<{ lsn: string }>({ text: 'select pg_current_wal_insert_lsn()::text as lsn' })
  return async () => {
    await database.query({ text: 'select pg_switch_wal()' })
    const [row] = await database.query<{ bytes: bigint; image_bytes: bigint; entries: bigint }>({
      text: `select coalesce(sum(combined_size), 0)::bigint as bytes, coalesce(sum(fpi_size), 0)::bigint as image_bytes,
          coalesce(sum(count) filter (where "resource_manager/record_type"
            in ('Btree/INSERT_LEAF', 'Btree/SPLIT_L', 'Btree/SPLIT_R')), 0)::bigint as entries
        from pg_get_wal_stats($1::text::pg_lsn, pg_current_wal_flush_lsn(), true)`,
      values: [mark?.lsn ?? '0/0'],
    })
    return {
      bytes: Number(row?.bytes ?? 0n),
      imageBytes: Number(row?.image_bytes ?? 0n),
      indexEntries: Number(row?.entries ?? 0n),
    }
  }
}
