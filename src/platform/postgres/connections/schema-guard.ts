import type pg from 'pg'
import { DatabaseFault } from '../../faults/index.ts'

/** A server may take writes while it is restored, without the primary keys on which concurrency control relies. */
export type SchemaGuard = {
  /** Requires of every later server the unique indexes and migrations that this one has in the schemas. */
  readonly require: (query: RunQuery, schemas: readonly string[]) => Promise<void>
  readonly check: (client: pg.ClientBase, identity: string) => Promise<void>
}

type RunQuery = (query: { readonly text: string; readonly values: readonly unknown[] }) => Promise<readonly Part[]>
type Part = { readonly part: string }

/** Partitions are created and dropped over time, so their indexes are not required. */
const partsText = `select 'index ' || n.nspname || '.' || c.relname as part
    from pg_index i
    join pg_class c on c.oid = i.indexrelid
    join pg_class t on t.oid = i.indrelid
    join pg_namespace n on n.oid = c.relnamespace
    where i.indisunique and i.indisvalid and not t.relispartition and n.nspname = any ($1::text[])
  union all select 'migration ' || number || ' of ' || module from platform.migrations where module = any ($1::text[])`

export function createSchemaGuard(): SchemaGuard {
  let schemas: readonly string[] = []
  let required: readonly string[] = []
  let passed: string | undefined
  return {
    require: async (query, names) => {
      const parts = await query({ text: partsText, values: [names] })
      schemas = names
      required = parts.map(({ part }) => part)
    },
    check: async (client, identity) => {
      if (required.length === 0 || identity === passed) return
      const found = await client
        .query<Part>(partsText, [schemas])
        .then(({ rows }) => new Set(rows.map(({ part }) => part)))
        // Without the schema `platform`, the statement fails.
        .catch(() => new Set<string>())
      const missing = required.find((part) => !found.has(part))
      if (missing !== undefined) throw new DatabaseFault(new Error(incompleteText(missing)))
      passed = identity
    },
  }
}

function incompleteText(missing: string): string {
  return `the database lacks the ${missing}: it is being restored, or was restored from an older release, whose migrations run at a start`
}
