import { type Database, openSnapshotReader } from '#platform/postgres'

const copyHeader = Buffer.concat([Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1'), Buffer.alloc(8)])
const copyTrailer = Buffer.from([0xff, 0xff])

/** Copies every row and sequence in one snapshot, like a logical dump and restore: without the server's own state. */
export async function copyDatabase(from: Database, to: Database): Promise<void> {
  const reader = await openSnapshotReader(from.connection, { purpose: 'dump' })
  const session = await to.session('restore')
  try {
    const tables = await reader.query<{ name: string; columns: string }>({
      text: `select format('%I.%I', n.nspname, c.relname) as name,
          string_agg(quote_ident(a.attname), ', ' order by a.attnum) as columns
        from pg_class c
        join pg_namespace n on n.oid = c.relnamespace
        join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
        where c.relkind in ('r', 'p') and not c.relispartition and n.nspname not like 'pg\\_%'
          and n.nspname <> 'information_schema' and (n.nspname, c.relname) <> ('platform', 'migrations')
        group by n.nspname, c.relname`,
    })
    // Like a restore, which checks references when all rows exist.
    await session.query({ text: "set session_replication_role = 'replica'" })
    for (const { name, columns } of tables) {
      const tuples: Buffer[] = []
      await reader.copyOut(`copy (select ${columns} from ${name}) to stdout (format binary)`, (_, tuple) => {
        tuples.push(Buffer.from(tuple))
      })
      await session.burst([
        { name: `empty ${name}`, text: `delete from ${name}` },
        {
          name: `restore ${name}`,
          text: `copy ${name} (${columns}) from stdin (format binary)`,
          copy: Buffer.concat([copyHeader, ...tuples, copyTrailer]),
        },
      ])
    }
    const sequences = await reader.query<{ name: string; value: bigint }>({
      text: `select format('%I.%I', schemaname, sequencename) as name, last_value as value from pg_sequences
        where last_value is not null`,
    })
    for (const { name, value } of sequences) {
      await session.query({ text: 'select setval($1::regclass, $2)', values: [name, value] })
    }
  } finally {
    await reader.close()
    await session.close()
  }
}
