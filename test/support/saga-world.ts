import type { Message, NewMessage } from '#lanes'
import { sagaCases } from '#payments'
import { Fault } from '#platform/faults'
import { newUuid } from '#platform/ids'
import type { Database, Transaction } from '#platform/postgres'
import { type CoordinatorName, createSagas, type SagaCaseChange, type Sagas } from '#sagas'
import { createRandom, type Random } from '../../scripts/random.ts'
import { createEffectTables, createPlannedSteps, type PlannedSagas, readEffects } from './planned-steps.ts'
import { planSaga, type SagaPlan } from './saga-plan.ts'

/** In the fields on which both coordinators must agree. */
export type PlannedEnd = {
  readonly state: string
  readonly reason: string | undefined
  readonly steps: Record<string, string>
  readonly effects: Record<string, number>
}

export type SagaWorld = {
  readonly sagas: Sagas
  /** Runs the plan of a seed to its end; the same seed loses, doubles, reorders and rolls back messages. */
  readonly run: (seed: number, coordinator: CoordinatorName) => Promise<PlannedEnd>
  readonly stuck: readonly SagaCaseChange[]
}

/** More deliveries than any planned saga needs: an endless loop is caught. */
const deliveriesMax = 400

/** An adversary delivers in any order, twice, twice at once, or rolled back. Without lanes, nothing orders messages. */
export async function createSagaWorld(database: Database): Promise<SagaWorld> {
  await createEffectTables(database)
  await database.query({
    text: `create table queue (id bigint generated always as identity primary key, saga uuid, lane text,
      payload text, attempts integer not null default 0)`,
  })
  await database.query({ text: 'create index on queue (saga)' })
  const stuck: SagaCaseChange[] = []
  const plans = new Map<string, SagaPlan>()
  const world: PlannedSagas = { planOf: (saga) => plans.get(saga)!, decided: new Set(), thrown: new Map() }
  const enqueue = async (tx: Transaction, messages: readonly NewMessage[]) => {
    for (const { subject, lane, payload } of messages) {
      await tx.query({
        text: 'insert into queue (saga, lane, payload) values ($1, $2, $3)',
        values: [subject, lane, payload],
      })
    }
  }
  const sagas = createSagas({
    lanes: { enqueue, vendorPolicy: async () => undefined, wake: () => {} },
    writeCase: async (_tx, change) => void stuck.push(change),
    deadLetters: sagaCases.deadLetters,
  })
  sagas.define({ kind: 'planned', steps: createPlannedSteps(world) })
  const handle = (tx: Transaction, message: Message) => sagas.handler.handle(tx, [message])
  return {
    sagas,
    stuck,
    run: async (seed, coordinator) => {
      const id = newUuid()
      const plan = planSaga(seed)
      plans.set(id, plan)
      const facts = { book: 1, kind: 'planned', subject: newUuid() } as const
      await database.transaction((tx) => sagas.start(tx, { ...facts, id, coordinator }))
      const random = createRandom(seed * 2 + (coordinator === 'orchestrated' ? 0 : 1))
      await seeThrough({ database, sagas, handle, world, id, plan, random })
      return readEnd(database, sagas, id)
    },
  }
}

type Run = {
  readonly database: Database
  readonly sagas: Sagas
  readonly handle: (tx: Transaction, message: Message) => Promise<unknown>
  readonly world: PlannedSagas
  readonly id: string
  readonly plan: SagaPlan
  readonly random: Random
}

async function seeThrough(run: Run): Promise<void> {
  const { database, sagas, id, plan, random } = run
  let isReversed = plan.reversedAfter === undefined
  const reverse = async () => {
    isReversed = true
    await database.transaction((tx) => sagas.reverse(tx, id, 'asked'))
  }
  for (let deliveries = 0; deliveries < deliveriesMax; deliveries += 1) {
    if (!isReversed && deliveries >= plan.reversedAfter!) await reverse()
    const messages = await database.query<Queued>({
      text: 'select id, lane, payload, attempts from queue where saga = $1 order by id',
      values: [id],
    })
    const isEndTime = messages.length === 0 || random.chance(0.2)
    if (isEndTime && (await endSomethingOutside(run))) continue
    if (messages.length > 0) await deliver(run, random.pick(messages))
    else if ((await sagas.find(database, id))?.saga.state === 'stuck') {
      run.world.decided.add(id)
      if (plan.decision === 'force') await giveBackByHand(run)
      await database.transaction((tx) => sagas.decide(tx, id, plan.decision))
    } else if (!isReversed) await reverse()
    else if (!(await succeedLate(run))) return
  }
  throw new Error('the saga does not end')
}

async function succeedLate({ database, sagas, id, plan }: Run): Promise<boolean> {
  if (!plan.succeedsLate) return false
  return database.transaction(async (tx) => {
    const [late] = await tx.query<{ step: string }>({
      text: `update outside set state = 'succeeded'
        where id = (select id from outside where saga = $1 and what = 'charge' and state = 'failed' limit 1)
        returning step`,
      values: [id],
    })
    if (late === undefined) return false
    if (!(await sagas.compensateLate(tx, { saga: id, step: late.step })))
      throw new Error('a late success is not taken back')
    return true
  })
}

/** The operator's own refund before stating that the step was compensated in another way. */
async function giveBackByHand({ database, sagas, id }: Run): Promise<void> {
  const steps = (await sagas.find(database, id))?.steps ?? []
  const failed = steps.filter(({ state }) => state === 'failed').map(({ name }) => name)
  await database.query({ text: 'delete from effects where saga = $1 and step = any ($2)', values: [id, failed] })
  await database.query({ text: 'delete from outside where saga = $1 and step = any ($2)', values: [id, failed] })
}

type Queued = { id: bigint; lane: string; payload: string; attempts: number }

async function endSomethingOutside({ database, sagas, id }: Run): Promise<boolean> {
  return database.transaction(async (tx) => {
    const [ended] = await tx.query<{ id: string }>({
      text: `update outside set state = case when ends_well then 'succeeded' else 'failed' end
        where id = (select id from outside where saga = $1 and state = 'processing' order by id limit 1 for update)
        returning id`,
      values: [id],
    })
    if (ended) await sagas.subjectsEnded(tx, [ended.id])
    return ended !== undefined
  })
}

/** `kept`: done but delivered again. `twice_at_once`: at the same moment. `undone`: rolled back at the end. */
const ways = ['once', 'once', 'once', 'once', 'once', 'kept', 'twice_at_once', 'undone'] as const

async function deliver(run: Run, queued: Queued): Promise<void> {
  const way = run.random.pick(ways)
  const take = () => takeMessage(run, queued, way)
  await (way === 'twice_at_once' ? Promise.all([take(), take()]) : take())
}

async function takeMessage(run: Run, queued: Queued, way: (typeof ways)[number]): Promise<void> {
  const { database, handle, id } = run
  const undone = new Error('undone')
  const message: Message = {
    ...{ id: queued.id, lane: queued.lane as Message['lane'], kind: 'saga.step', book: 1, vendor: 0, subject: id },
    ...{ payload: queued.payload, attempts: queued.attempts, enqueuedAt: 0 },
  }
  if (JSON.parse(queued.payload).do === 'compensation' && queued.lane !== 'rollback') {
    throw new Error('what goes back goes on the lane rollback')
  }
  try {
    await database.transaction(async (tx) => {
      await handle(tx, message)
      if (way === 'undone') throw undone
      if (way !== 'kept') await tx.query({ text: 'delete from queue where id = $1', values: [queued.id] })
    })
  } catch (error) {
    if (error !== undone && !(error instanceof Fault && error.retryable)) throw error
  }
}

async function readEnd(database: Database, sagas: Sagas, id: string): Promise<PlannedEnd> {
  const found = (await sagas.find(database, id))!
  return {
    state: found.saga.state,
    reason: found.saga.reason,
    steps: Object.fromEntries(found.steps.map(({ name, state }) => [name, state])),
    effects: await readEffects(database, id),
  }
}
