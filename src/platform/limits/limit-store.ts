import type { Uuid } from '#kernel'
import { byId, type ListTable, type Page, type PageRequest, readPage } from '../lists/index.ts'
import { type Queryable, type Transaction, toUuid } from '../postgres/index.ts'
import type { Limit } from './limit.ts'

type Row = {
  readonly id: string
  readonly subject_kind: Limit['subject']['kind']
  readonly subject: string
  readonly operation: string
  readonly requests: number | null
  readonly window_seconds: number | null
  readonly burst: number | null
  readonly concurrency: number | null
}

const columns = 'id, subject_kind, subject, operation, requests, window_seconds, burst, concurrency'

const limitTable: ListTable<Row, Limit> = {
  from: 'platform.limits',
  columns,
  toItem: toLimit,
  order: byId('id'),
}

export function listLimits(database: Queryable, request: PageRequest<Uuid>): Promise<Page<Limit, Uuid>> {
  return readPage(database, limitTable, { ...request, where: [] })
}

export async function readLimits(database: Queryable): Promise<readonly Limit[]> {
  const rows = await database.query<Row>({ name: 'limits-read', text: `select ${columns} from platform.limits` })
  return rows.map(toLimit)
}

/** Differs when a limit was set or removed since, in whatever order that was committed. */
export async function limitsVersion(database: Queryable): Promise<string> {
  const [row] = await database.query<{ version: string }>({
    name: 'limits-version',
    text: `select concat(count(*), ' ', sum(hashtextextended(limits::text, 0))) as version from platform.limits`,
  })
  return row?.version ?? ''
}

/** That of the same subject and operation, which {@link putLimit} would replace. */
export async function lockLimit(
  tx: Transaction,
  { subject, operation = '' }: Pick<Limit, 'subject' | 'operation'>,
): Promise<Limit | undefined> {
  const rows = await tx.query<Row>({
    text: `select ${columns} from platform.limits
      where subject_kind = $1 and subject = $2 and operation = $3 for no key update`,
    values: [subject.kind, subject.id, operation],
  })
  return rows.map(toLimit)[0]
}

/** Replaces the limit of the same subject and operation. */
export async function putLimit(tx: Transaction, limit: Limit): Promise<Limit> {
  const { id, subject, operation = '', rate, concurrency } = limit
  const rows = await tx.query<Row>({
    text: `insert into platform.limits (${columns}) values ($1, $2, $3, $4, $5, $6, $7, $8)
      on conflict on constraint limits_by_subject do update set requests = excluded.requests,
        window_seconds = excluded.window_seconds, burst = excluded.burst, concurrency = excluded.concurrency,
        changed_at = excluded.changed_at
      returning ${columns}`,
    values: [
      ...[id, subject.kind, subject.id, operation],
      ...[rate?.requests ?? null, rate?.windowSeconds ?? null, rate?.burst ?? null, concurrency ?? null],
    ],
  })
  return rows.map(toLimit)[0] ?? limit
}

export async function deleteLimit(tx: Transaction, id: Uuid): Promise<Limit | undefined> {
  const rows = await tx.query<Row>({
    text: `delete from platform.limits where id = $1 returning ${columns}`,
    values: [id],
  })
  return rows.map(toLimit)[0]
}

function toLimit(row: Row): Limit {
  const { requests, window_seconds: windowSeconds, burst } = row
  const hasRate = requests !== null && windowSeconds !== null && burst !== null
  return {
    id: toUuid(row.id),
    subject: { kind: row.subject_kind, id: toUuid(row.subject) },
    operation: row.operation === '' ? undefined : row.operation,
    rate: hasRate ? { requests, windowSeconds, burst } : undefined,
    concurrency: row.concurrency ?? undefined,
  }
}
