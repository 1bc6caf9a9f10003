import { hash } from 'node:crypto'
import { networkOf } from '#platform/addresses'
import type { Database, Queryable } from '#platform/postgres'

/** After so many failures, the next attempt waits: a second, then twice as long each time. */
const ofPerson = { free: 5, secondsMax: 900 }
const ofAddress = { free: 20, secondsMax: 120 }
const ofDevice = { free: 10, secondsMax: 900 }
const rememberedHours = 24

export type LoginAttempt =
  | {
      readonly ok: true
      readonly succeeded: () => Promise<void>
      /** Nothing was tried, so nothing has failed. */
      readonly undone: () => Promise<void>
    }
  | { readonly ok: false; readonly seconds: number }

type Attempted = {
  readonly login: string | undefined
  readonly address: string | undefined
  /** A browser with which this name has logged in before. */
  readonly device?: string | undefined
}

/**
 * Counts an attempt as failed before it is made, so that attempts at the same time do not pass together. An address that
 * has to wait adds nothing to the failures of a name. A known browser has failures of its own, so those of strangers do
 * not make it wait. Established sessions never come here.
 */
export async function beginLogin(database: Database, { login, address, device }: Attempted): Promise<LoginAttempt> {
  const from = { subject: subjectOf('address', networkOf({ remoteAddress: address })), ...ofAddress }
  const named = login === undefined ? [] : [{ subject: subjectOf('login', login), ...ofPerson }]
  const known = device === undefined ? undefined : { subject: subjectOf('device', device), ...ofDevice }
  const tried = known === undefined ? [from, ...named] : [known]
  for (const counted of tried) {
    const seconds = await countFailure(database, counted)
    if (seconds !== undefined) return { ok: false, seconds }
  }
  return {
    ok: true,
    succeeded: async () => {
      if (known !== undefined) return forget(database, known.subject)
      await takeBack(database, from.subject)
      for (const { subject } of named) await forget(database, subject)
    },
    undone: async () => {
      for (const { subject } of tried) await takeBack(database, subject)
    },
  }
}

async function takeBack(on: Queryable, subject: Buffer): Promise<void> {
  await on.query({
    text: `update access.login_failures set failures = greatest(failures - 1, 0), paused_until = null where subject = $1`,
    values: [subject],
  })
}

export async function forgetFailures(on: Queryable, login: string): Promise<void> {
  await forget(on, subjectOf('login', login))
}

async function forget(on: Queryable, subject: Buffer): Promise<void> {
  await on.query({ text: 'delete from access.login_failures where subject = $1', values: [subject] })
}

export async function deleteOldFailures(on: Queryable, limit: number): Promise<void> {
  await on.query({
    text: `delete from access.login_failures where subject in (
      select subject from access.login_failures where changed_at < now() - make_interval(hours => $1)
      order by changed_at limit $2 for update skip locked
    )`,
    values: [rememberedHours, limit],
  })
}

type Counted = { readonly subject: Buffer; readonly free: number; readonly secondsMax: number }

/** Returns the seconds that an attempt has to wait; undefined when it may be made now. */
async function countFailure(on: Queryable, { subject, free, secondsMax }: Counted): Promise<number | undefined> {
  const counted = await on.query<{ failures: number }>({
    text: `insert into access.login_failures as known (subject, failures, changed_at) values ($1, 1, now())
      on conflict (subject) do update set changed_at = now(),
        failures = case when known.changed_at < now() - make_interval(hours => $4) then 1 else known.failures + 1 end,
        paused_until = case when known.failures + 1 >= $2
          then now() + make_interval(secs => least($3, power(2, least(known.failures + 1 - $2, 20)))) end
      where known.paused_until is null or known.paused_until <= now()
      returning failures`,
    values: [subject, free, secondsMax, rememberedHours],
  })
  if (counted.length > 0) return undefined
  const paused = await on.query<{ seconds: number }>({
    text: `select ceil(extract(epoch from paused_until - now()))::integer as seconds
      from access.login_failures where subject = $1 and paused_until > now()`,
    values: [subject],
  })
  return paused[0]?.seconds ?? 1
}

function subjectOf(kind: 'address' | 'login' | 'device', text: string): Buffer {
  return hash('sha256', `${kind} ${text}`, 'buffer')
}
