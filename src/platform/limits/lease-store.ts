import type { Uuid } from '#kernel'
import { type BurstAnswer, type BurstStep, plainArray, type Session, textArray } from '../postgres/index.ts'
import type { Asked, Granted } from './lease.ts'

type AskedRate = Extract<Asked, { kind: 'rate' }>
type AskedSlots = Extract<Asked, { kind: 'slots' }>

/** In one round trip and one transaction. Rows are locked in the order of their keys. */
export async function exchangeLeases(
  at: Pick<Session, 'burst'>,
  process: Uuid,
  asked: readonly Asked[],
): Promise<readonly Granted[]> {
  const rates = asked.filter((one): one is AskedRate => one.kind === 'rate')
  const slots = asked.filter((one): one is AskedSlots => one.kind === 'slots')
  const steps: BurstStep[] = [beginStep, ...lockSteps(rates, slots)]
  const ratesAt = rates.length > 0 ? steps.push(takeTokensStep(rates)) - 1 : undefined
  const slotsAt = slots.length > 0 ? steps.push(takeSlotsStep(process, slots)) - 1 : undefined
  steps.push(endStep)
  const answers = await at.burst(steps).catch(async (error: unknown) => {
    // The connection stays in the failed transaction otherwise.
    await at.burst([rollbackStep]).catch(() => undefined)
    throw error
  })
  const granted = new Map([...read(answers, ratesAt), ...read(answers, slotsAt)])
  return asked.map(({ key }) => granted.get(key) ?? { granted: 0, left: 0 })
}

const beginStep: BurstStep = { name: 'limits-begin', text: 'begin' }
const endStep: BurstStep = { name: 'limits-end', text: 'commit' }
const rollbackStep: BurstStep = { name: 'limits-rollback', text: 'rollback' }

function read(answers: readonly BurstAnswer[], at: number | undefined): [key: string, granted: Granted][] {
  const rows = at === undefined ? [] : (answers[at]?.rows ?? [])
  return rows.map(([key, granted, left]) => [key ?? '', { granted: Number(granted), left: Number(left) }])
}

function lockSteps(rates: readonly AskedRate[], slots: readonly AskedSlots[]): BurstStep[] {
  const keys = textArray([...rates, ...slots].map(({ key }) => key))
  const full = plainArray([...rates.map(({ rate }) => rate.burst), ...slots.map(() => 0)])
  return [
    {
      name: 'limits-make',
      text: `insert into platform.limit_buckets (bucket, tokens)
        select bucket, burst from unnest($1::text[], $2::float8[]) as asked (bucket, burst) order by bucket
        on conflict (bucket) do nothing`,
      values: [keys, full],
    },
    {
      name: 'limits-lock',
      text: 'select bucket from platform.limit_buckets where bucket = any($1::text[]) order by bucket for update',
      values: [keys],
    },
  ]
}

function takeTokensStep(rates: readonly AskedRate[]): BurstStep {
  return {
    name: 'limits-take-tokens',
    text: `with asked as (
        select * from unnest($1::text[], $2::float8[], $3::float8[], $4::float8[], $5::float8[])
          as asked (bucket, burst, per_second, wanted, returned)
      ), filled as (
        select bucket, wanted, least(burst, tokens + returned
          + per_second * greatest(0, extract(epoch from clock_timestamp() - at)::float8)) as available
        from asked join platform.limit_buckets using (bucket)
      )
      update platform.limit_buckets b set at = clock_timestamp(),
        tokens = available - greatest(0, least(wanted, floor(available)))
      from filled where b.bucket = filled.bucket
      returning b.bucket, greatest(0, least(wanted, floor(available))), b.tokens`,
    values: [
      textArray(rates.map(({ key }) => key)),
      plainArray(rates.map(({ rate }) => rate.burst)),
      plainArray(rates.map(({ rate }) => rate.requests / rate.windowSeconds)),
      plainArray(rates.map(({ wanted }) => wanted)),
      plainArray(rates.map(({ returned }) => returned)),
    ],
  }
}

/** Those of a process that is gone are free again after this time. */
const slotsLast = "interval '10 seconds'"

function takeSlotsStep(process: Uuid, slots: readonly AskedSlots[]): BurstStep {
  return {
    name: 'limits-take-slots',
    text: `with asked as (
        select * from unnest($1::text[], $2::integer[], $3::integer[]) as asked (bucket, most, wanted)
      ), others as (
        select bucket, sum(slots) as slots from platform.limit_slots
        where bucket = any($1::text[]) and process <> $4::uuid and until > clock_timestamp() group by bucket
      )
      insert into platform.limit_slots as s (bucket, process, slots, until)
      select bucket, $4::uuid, greatest(0, least(wanted, most - coalesce(others.slots, 0))),
        clock_timestamp() + ${slotsLast}
      from asked left join others using (bucket)
      on conflict (bucket, process) do update set slots = excluded.slots, until = excluded.until
      returning s.bucket, s.slots, 0`,
    values: [
      textArray(slots.map(({ key }) => key)),
      plainArray(slots.map(({ max }) => max)),
      plainArray(slots.map(({ wanted }) => wanted)),
      process,
    ],
  }
}

/** Buckets that are full by now, and what processes have left behind. */
export async function pruneLeases(at: Pick<Session, 'burst'>): Promise<void> {
  await at.burst([
    { name: 'limits-prune', text: `delete from platform.limit_buckets where at < now() - interval '30 days'` },
    { name: 'limits-prune-slots', text: `delete from platform.limit_slots where until < now() - interval '1 hour'` },
  ])
}

/** How many processes there are, this one included. */
export async function countProcesses(at: Pick<Session, 'burst'>, process: Uuid): Promise<number> {
  const [, counted] = await at.burst([
    {
      name: 'limits-seen',
      text: `insert into platform.limit_processes (id) values ($1::uuid)
        on conflict (id) do update set seen_at = clock_timestamp()`,
      values: [process],
    },
    {
      name: 'limits-count',
      text: `with gone as (
          delete from platform.limit_processes where seen_at < clock_timestamp() - interval '1 minute'
        )
        select count(*) from platform.limit_processes where seen_at > clock_timestamp() - interval '15 seconds'`,
    },
  ])
  return Math.max(1, Number(counted?.rows[0]?.[0] ?? 1))
}

export async function leaveProcesses(at: Pick<Session, 'burst'>, process: Uuid): Promise<void> {
  const values = [process]
  await at.burst([
    { name: 'limits-leave', text: 'delete from platform.limit_processes where id = $1::uuid', values },
    { name: 'limits-leave-slots', text: 'delete from platform.limit_slots where process = $1::uuid', values },
  ])
}
