import { Fault } from '#platform/faults'
import { newUuid } from '#platform/ids'
import type { Database, Transaction } from '#platform/postgres'
import type { ActionOutcome, CompensationOutcome, SagaStep, StepContext } from '#sagas'
import { plannedSteps, type SagaPlan, type StepPlan } from './saga-plan.ts'

export type PlannedSagas = {
  readonly planOf: (saga: string) => SagaPlan
  readonly decided: Set<string>
  readonly thrown: Map<string, number>
}

/** The tables have no constraint against a second effect: that is what is tested. */
export async function createEffectTables(database: Database): Promise<void> {
  await database.query({ text: 'create table effects (saga uuid, step text, amount integer)' })
  await database.query({ text: 'create index on effects (saga)' })
  await database.query({
    text: `create table outside (id uuid primary key, saga uuid, step text, what text, ends_well boolean,
      state text not null default 'processing', is_unwanted boolean not null default false)`,
  })
  await database.query({ text: 'create index on outside (saga)' })
}

export function createPlannedSteps(world: PlannedSagas): SagaStep[] {
  return plannedSteps.map((name, place): SagaStep => {
    const planOf = (saga: StepContext) => world.planOf(saga.id).steps[place]!
    const around = async <Outcome>(
      saga: StepContext,
      what: 'action' | 'compensation',
      work: (plan: StepPlan) => Promise<Outcome>,
    ) => {
      const plan = planOf(saga)
      throwAsPlanned(world, plan, `${what}.before`, `${saga.id} ${name}`)
      const outcome = await work(plan)
      throwAsPlanned(world, plan, `${what}.after`, `${saga.id} ${name}`)
      return outcome
    }
    return {
      name,
      action: (tx, saga) => around(saga, 'action', (plan) => action(tx, saga, name, plan)),
      compensation: (tx, saga) =>
        around(saga, 'compensation', (plan) => compensation(tx, { saga, name, plan, decided: world.decided })),
    }
  })
}

function throwAsPlanned(world: PlannedSagas, plan: StepPlan, point: keyof StepPlan['faults'], of: string): void {
  const key = `${of} ${point}`
  const thrown = world.thrown.get(key) ?? 0
  if (thrown >= plan.faults[point]) return
  world.thrown.set(key, thrown + 1)
  throw new Fault({ code: 'planned', message: `planned at ${point}`, retryable: true })
}

function broken(): Fault {
  return new Fault({ code: 'broken', message: 'no repetition cures this', retryable: false })
}

async function action(tx: Transaction, saga: StepContext, name: string, plan: StepPlan): Promise<ActionOutcome> {
  if (!plan.waits) {
    if (plan.refuses) return { kind: 'refused', reason: `${name}_refused` }
    await addEffect(tx, saga.id, name, 1)
    if (plan.breaks === 'at_once') throw broken()
    return { kind: 'done' }
  }
  if (saga.result === undefined) {
    if (plan.refuses) return { kind: 'refused', reason: `${name}_refused` }
    const id = await begin(tx, { saga: saga.id, name, what: 'charge', endsWell: plan.endsWell })
    if (plan.breaks === 'at_once') throw broken()
    return { kind: 'waiting', waitsFor: id, result: JSON.stringify(id) }
  }
  const id = JSON.parse(saga.result) as string
  const state = await lockOutside(tx, id)
  if (state === 'processing') return { kind: 'waiting', waitsFor: id }
  if (plan.breaks === 'late') throw broken()
  return state === 'succeeded' ? { kind: 'done' } : { kind: 'refused', reason: `${name}_failed` }
}

async function compensation(
  tx: Transaction,
  of: { saga: StepContext; name: string; plan: StepPlan; decided: ReadonlySet<string> },
): Promise<CompensationOutcome> {
  const { saga, name, plan } = of
  if (plan.compensationFails !== 'never' && !of.decided.has(saga.id)) {
    if (plan.compensationFails === 'throws') throw broken()
    return { kind: 'failed', reason: 'planned', detail: 'as planned' }
  }
  if (plan.waits && saga.result !== undefined) return giveBack(tx, saga, name, plan)
  if (plan.waits || (await netEffect(tx, saga.id, name)) === 0) return { kind: 'nothing' }
  await addEffect(tx, saga.id, name, -1)
  return { kind: 'done' }
}

/** A charge that has not ended is marked as unwanted, and the step waits for it. */
async function giveBack(
  tx: Transaction,
  saga: StepContext,
  name: string,
  plan: StepPlan,
): Promise<CompensationOutcome> {
  const charge = JSON.parse(saga.result!) as string
  const state = await lockOutside(tx, charge)
  if (state === 'processing') {
    await tx.query({ text: 'update outside set is_unwanted = true where id = $1', values: [charge] })
    return { kind: 'waiting', waitsFor: charge }
  }
  if (state === 'failed') return { kind: 'nothing' }
  const [refund] = await tx.query<{ id: string; state: string }>({
    text: `select id, state from outside where saga = $1 and step = $2 and what = 'refund' for update`,
    values: [saga.id, name],
  })
  if (refund?.state === 'succeeded') return { kind: 'done' }
  const id = refund?.id ?? (await begin(tx, { saga: saga.id, name, what: 'refund', endsWell: true }))
  if (plan.compensationWaits) return { kind: 'waiting', waitsFor: id.replaceAll('-', '') }
  await tx.query({ text: `update outside set state = 'succeeded' where id = $1`, values: [id] })
  return { kind: 'done' }
}

async function begin(
  tx: Transaction,
  of: { saga: string; name: string; what: 'charge' | 'refund'; endsWell: boolean },
): Promise<string> {
  const id = newUuid()
  await tx.query({
    text: 'insert into outside (id, saga, step, what, ends_well) values ($1, $2, $3, $4, $5)',
    values: [id, of.saga, of.name, of.what, of.endsWell],
  })
  return id
}

async function lockOutside(tx: Transaction, id: string): Promise<string> {
  const [row] = await tx.query<{ state: string }>({
    text: 'select state from outside where id = $1 for update',
    values: [id],
  })
  return row!.state
}

async function addEffect(tx: Transaction, saga: string, name: string, amount: number): Promise<void> {
  await tx.query({ text: 'insert into effects (saga, step, amount) values ($1, $2, $3)', values: [saga, name, amount] })
}

async function netEffect(tx: Transaction, saga: string, name: string): Promise<number> {
  const [row] = await tx.query<{ net: number }>({
    text: 'select coalesce(sum(amount), 0)::integer as net from effects where saga = $1 and step = $2',
    values: [saga, name],
  })
  return row!.net
}

export async function readEffects(database: Database, saga: string): Promise<Record<string, number>> {
  const rows = await database.query<{ step: string; net: number }>({
    text: `select step, sum(amount)::integer as net from (
        select step, amount from effects where saga = $1
        union all
        select step, case when state <> 'succeeded' then 0 when what = 'charge' then 1 else -1 end
        from outside where saga = $1
      ) effect group by step order by step`,
    values: [saga],
  })
  return Object.fromEntries(rows.filter(({ net }) => net !== 0).map(({ step, net }) => [step, net]))
}
