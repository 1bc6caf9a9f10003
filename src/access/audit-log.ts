import { type ActingCall, KeyNotInForce } from '#platform/http'
import { type Database, micros, type Queryable, readAtLength, type Transaction } from '#platform/postgres'
import type { ModuleCheck } from '#platform/verification'
import type { Actor } from './access.ts'
import { changedFields } from './audit/changed-fields.ts'
import { actorInForce, actorValues } from './key-in-force.ts'

export type AuditedAct = {
  readonly actor: Actor
  /** `noun.verb`, such as `api_key.revoked`. */
  readonly action: string
  readonly subject: string
  readonly details?: Readonly<Record<string, string | null>>
  /** Undefined: of all books. */
  readonly book?: number | undefined
  /** The subject before and after, of which the fields that differ are kept. If none does, nothing is recorded. */
  readonly before?: object | null | undefined
  readonly after?: object | null | undefined
  /** Undefined: the program itself acts. */
  readonly call?: ActingCall | undefined
  /** Whether an actor that is not in force any more is refused, by throwing. */
  readonly mustBeInForce?: boolean
}

const laterColumns = 'book_id, actor_name, address, request_id, permission, authority, before, after'
export const auditColumns = `number, recorded_at, actor, actor_kind, action, subject, details, ${laterColumns}`

/**
 * What is hashed after the previous row's hash. Times are in microseconds since 1970. Rows with none of the later columns
 * have the lines of before: there, an actor without a kind is a key.
 */
export const contentOfRow = `case when num_nonnulls(${laterColumns}) = 0 then concat_ws(E'\\n', number, ${micros('recorded_at')},
    coalesce(nullif(actor_kind, 'key') || ':', '') || coalesce(actor::text, '-'), action, subject, details)
  else json_build_object('number', number, 'recorded_us', ${micros('recorded_at')}, 'actor_kind', actor_kind,
    'actor', actor, 'actor_name', actor_name, 'action', action, 'subject', subject, 'details', details,
    'book_id', book_id, 'address', address, 'request_id', request_id, 'permission', permission,
    'authority', authority, 'before', before, 'after', after)::text end`

/** The last act, or the record kept of it after it was dropped as too old. */
const lastActText = `select number, hash, recorded_at from (
    (select number, hash, recorded_at from access.audit_log order by number desc limit 1)
    union all (select number, hash, null from access.audit_log_dropped order by number desc limit 1)
  ) as act order by number desc limit 1`

const auditLock = 4_771_001

/**
 * Appends an act in its own transaction. Times never decrease, so dropped months are always the log's beginning. Ends of
 * keys and clients are acts as well. They wait for the same lock, so none is missed by the check of the actor.
 */
export async function appendAudit(tx: Transaction, act: AuditedAct): Promise<void> {
  const isChange = act.before !== undefined || act.after !== undefined
  const changed = changedFields(act.before, act.after)
  const { call, actor, mustBeInForce = false } = act
  if (isChange && changed === undefined) return mustBeInForce ? requireInForce(tx, actor) : undefined
  // A separate statement, so that the next one sees the rows of the lock's previous owner.
  await tx.query({ text: 'select pg_advisory_xact_lock($1)', values: [auditLock] })
  const appended = await tx.query<{ number: bigint }>({
    text: `with last as (
        ${lastActText}
      ), act as (
        select coalesce((select number from last), 0) + 1 as number,
          greatest(clock_timestamp(), (select recorded_at from last)) as recorded_at,
          $1::uuid as actor, $2::text as actor_kind, $6::text as action, $7::text as subject, $8::text as details,
          $9::integer as book_id, $10::text as actor_name, $11::text as address, $12::text as request_id,
          $13::text as permission, $14::text as authority, $15::text as before, $16::text as after
        where $5::boolean is false or ${actorInForce(['$1', '$2', '$3', '$4'])}
      )
      insert into access.audit_log (${auditColumns}, hash)
      select ${auditColumns}, sha256(coalesce((select hash from last), '\\x') || convert_to(${contentOfRow}, 'UTF8'))
      from act returning number`,
    values: [
      ...[...actorValues(actor), mustBeInForce, act.action, act.subject, JSON.stringify(act.details ?? {})],
      ...[act.book ?? null, call?.name ?? null, call?.address ?? null, call?.requestId ?? null],
      ...[call?.permission || null, call?.grant ?? null, changed?.before ?? null, changed?.after ?? null],
    ],
  })
  if (appended.length === 0) throw new KeyNotInForce()
}

async function requireInForce(tx: Transaction, actor: Actor): Promise<void> {
  const text = `select from (values (1)) as one where ${actorInForce(['$1', '$2', '$3', '$4'])}`
  const found = await tx.query({ text, values: actorValues(actor) })
  if (found.length === 0) throw new KeyNotInForce()
}

export function auditLogCheck(database: Database): ModuleCheck {
  return {
    name: 'audit_log',
    run: async (signal) => {
      const { checked, broken } = await readAtLength(database, { purpose: 'verify audit log', signal }, verifyAuditLog)
      const findings = broken.map((number) => `act ${number} of the audit log does not follow from the one before it`)
      return { checked, findings }
    },
  }
}

/** Recomputes the chain. `broken` has the numbers of rows that do not follow from the row before. */
export async function verifyAuditLog(database: Queryable): Promise<{ checked: number; broken: number[] }> {
  const rows = await database.query<{ checked: bigint; broken: bigint[] }>({
    text: `select count(*) as checked, coalesce(array_agg(number order by number) filter (where not follows), '{}') as broken
      from (
        select log.number, log.number = coalesce(log.number_before, dropped.last_number, 0) + 1
          and log.hash = sha256(coalesce(log.hash_before, dropped.last_hash, '\\x') || convert_to(${contentOfRow}, 'UTF8')) as follows
        from (
          select ${auditColumns}, hash,
            lag(number) over (order by number) as number_before, lag(hash) over (order by number) as hash_before
          from access.audit_log
        ) as log
        left join (
          select number as last_number, hash as last_hash from access.audit_log_dropped
        ) as dropped on log.number_before is null and dropped.last_number = log.number - 1
      ) as chain`,
  })
  return { checked: Number(rows[0]?.checked ?? 0), broken: (rows[0]?.broken ?? []).map(Number) }
}
