import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { createLanes } from '#lanes'
import { sagaCases } from '#payments'
import { Fault } from '#platform/faults'
import { newUuid } from '#platform/ids'
import type { Database } from '#platform/postgres'
import {
  type ActionOutcome,
  type CompensationOutcome,
  type CoordinatorName,
  coordinators,
  createSagas,
  type SagaDefinition,
  type SagaStep,
} from '#sagas'
import { createTestDatabase, patience } from '#testing'

type StepSays = {
  readonly action?: () => ActionOutcome
  readonly compensation?: () => CompensationOutcome
}

/** Steps that log their calls in a table, and have the given outcomes. */
function recording(says: Readonly<Record<string, StepSays>>, names = ['first', 'second', 'third']): SagaStep[] {
  return names.map((name) => ({
    name,
    action: async (tx, saga) => {
      const outcome = says[name]?.action?.() ?? { kind: 'done' }
      await tx.query({ text: 'insert into performed values ($1, $2)', values: [saga.id, `${name} ${outcome.kind}`] })
      return outcome
    },
    compensation: async (tx, saga) => {
      const outcome = says[name]?.compensation?.() ?? { kind: 'done' }
      await tx.query({
        text: 'insert into performed values ($1, $2)',
        values: [saga.id, `${name} back ${outcome.kind}`],
      })
      return outcome
    },
  }))
}

/** A process with its own lanes on a database; several processes share their sagas. */
async function startProcess(database: Database, definition: SagaDefinition, works = true) {
  const faults: unknown[] = []
  const lanes = createLanes({ database, onFault: (fault) => faults.push(fault) })
  const sagas = createSagas({ lanes, ...sagaCases })
  sagas.define(definition)
  lanes.register(sagas.handler)
  if (works) await lanes.start()
  onTestFinished(async () => {
    await lanes.stop(5_000)
    expect(faults).toEqual([])
  })
  return { lanes, sagas }
}

async function startSagas(steps: SagaStep[], also: Partial<SagaDefinition> = {}) {
  const { database } = await createTestDatabase()
  await database.query({
    text: 'create table performed (saga uuid, what text, at bigint generated always as identity)',
  })
  const definition = { kind: 'test', steps, ...also }
  const process = await startProcess(database, definition)
  const start = async (coordinator: CoordinatorName) => {
    const facts = { book: 1, kind: 'test', subject: newUuid(), coordinator }
    const started = await database.transaction((tx) => process.sagas.start(tx, facts))
    if (!started.ok) throw new Error(started.refusal.code)
    process.lanes.wake()
    return started.value
  }
  const find = async (id: string) => {
    const found = await process.sagas.find(database, id)
    if (found === undefined) throw new Error('there is no such saga')
    return { ...found.saga, steps: found.steps.map(({ name, state }) => `${name} ${state}`) }
  }
  const until = async (id: string, state: string) => {
    const end = performance.now() + patience(10_000)
    for (;;) {
      const found = await find(id)
      if (found.state === state) return found
      if (performance.now() > end) throw new Error(`the saga is ${found.state}: ${found.steps.join(', ')}`)
      await sleep(5)
    }
  }
  const reported = async (id: string) => {
    const rows = await database.query<{ what: string }>({
      text: 'select what from performed where saga = $1 order by at',
      values: [id],
    })
    return rows.map(({ what }) => what)
  }
  return { ...process, database, definition, start, find, until, reported }
}

test.each(coordinators)('%s: a saga does its steps in order, each once, and ends completed', async (coordinator) => {
  const ends: unknown[] = []
  const { start, until, reported } = await startSagas(recording({}), {
    ended: async (_tx, _saga, end) => void ends.push(end),
  })
  const id = await start(coordinator)
  expect((await until(id, 'completed')).steps).toEqual(['first done', 'second done', 'third done'])
  expect(await reported(id)).toEqual(['first done', 'second done', 'third done'])
  expect(ends).toEqual([{ state: 'completed', reason: undefined }])
})

test.each(coordinators)('%s: the steps done before a refusal are compensated, the last first', async (coordinator) => {
  const { start, until, reported } = await startSagas(
    recording({ third: { action: () => ({ kind: 'refused', reason: 'no' }) } }),
  )
  const id = await start(coordinator)
  const ended = await until(id, 'reversed')
  expect(ended).toMatchObject({ reason: 'no', steps: ['first compensated', 'second compensated', 'third refused'] })
  expect(await reported(id)).toEqual([
    'first done',
    'second done',
    'third refused',
    'second back done',
    'first back done',
  ])
})

test.each(coordinators)('%s: an action that fails permanently is compensated as well', async (coordinator) => {
  const broken = () => {
    throw new Fault({ code: 'disk_full', message: 'no room', retryable: false })
  }
  const { start, until, reported } = await startSagas(recording({ second: { action: broken } }))
  const id = await start(coordinator)
  expect(await until(id, 'reversed')).toMatchObject({ reason: 'disk_full' })
  expect(await reported(id)).toEqual(['first done', 'second back done', 'first back done'])
})

test.each(coordinators)('%s: a waiting step goes on when the awaited subject has ended', async (coordinator) => {
  const awaited = newUuid()
  let hasEnded = false
  const action = (): ActionOutcome => (hasEnded ? { kind: 'done' } : { kind: 'waiting', waitsFor: awaited })
  const { start, until, reported, find, database, sagas, lanes } = await startSagas(recording({ second: { action } }))
  const id = await start(coordinator)
  while ((await reported(id)).length < 2) await sleep(5)
  expect(await find(id)).toMatchObject({ state: 'running', steps: ['first done', 'second acting', 'third pending'] })
  hasEnded = true
  await database.transaction((tx) => sagas.subjectsEnded(tx, [newUuid(), awaited]))
  lanes.wake()
  await until(id, 'completed')
  expect(await reported(id)).toEqual(['first done', 'second waiting', 'second done', 'third done'])
})

test.each(coordinators)(
  '%s: of many concurrent reversals of a saga, one takes effect, each step once',
  async (coordinator) => {
    const { start, until, reported, database, definition, sagas } = await startSagas(recording({}))
    const other = await startProcess(database, definition)
    const id = await start(coordinator)
    await until(id, 'completed')
    const reverse = (by: typeof sagas) => database.transaction((tx) => by.reverse(tx, id, 'asked'))
    await Promise.all([sagas, other.sagas, sagas, other.sagas, sagas, other.sagas].map(reverse))
    await until(id, 'reversed')
    await sleep(200)
    expect(await reported(id)).toEqual([
      ...['first done', 'second done', 'third done'],
      ...['third back done', 'second back done', 'first back done'],
    ])
    expect(await database.query({ text: 'select id from lanes.messages' })).toEqual([])
  },
)

test.each(coordinators)(
  '%s: a saga that lost its process between two steps continues in another',
  async (coordinator) => {
    const gate = Promise.withResolvers<void>()
    const steps = recording({})
    const [first, ...rest] = steps
    let isFirstHere = true
    const stopping: SagaStep = {
      ...first!,
      action: async (tx, saga) => {
        const outcome = await first!.action(tx, saga)
        // The first process stops right after this step.
        if (isFirstHere) gate.resolve()
        return outcome
      },
    }
    const { start, until, reported, lanes, database, definition } = await startSagas([stopping, ...rest])
    const id = await start(coordinator)
    await gate.promise
    isFirstHere = false
    await lanes.stop(5_000)
    const before = await reported(id)
    const other = await startProcess(database, definition)
    other.lanes.wake()
    await until(id, 'completed')
    expect(await reported(id)).toEqual(['first done', 'second done', 'third done'])
    expect(before.length).toBeLessThanOrEqual(3)
  },
)

test.each(coordinators)('%s: a compensation that fails has a case until an operator decides', async (coordinator) => {
  let works = false
  const compensation = (): CompensationOutcome =>
    works ? { kind: 'done' } : { kind: 'failed', reason: 'bank_says_no', detail: 'the bank says no' }
  const { start, until, reported, database, sagas, lanes } = await startSagas(
    recording({ second: { compensation }, third: { action: () => ({ kind: 'refused', reason: 'no' }) } }),
  )
  const id = await start(coordinator)
  expect((await until(id, 'stuck')).steps).toEqual(['first done', 'second failed', 'third refused'])
  const entries = () =>
    database.query<{ detail: string; open: boolean }>({
      text: `select detail, resolved_at is null as open from cases.cases
        where subject_kind = 'saga' and subject_id = $1 and reason = 'compensation_failed' order by since`,
      values: [id],
    })
  const detail = 'The step second could not be compensated: the bank says no'
  expect(await entries()).toEqual([{ detail, open: true }])
  const retry = () => database.transaction((tx) => sagas.decide(tx, id, 'retry'))
  expect(await retry()).toBe(true)
  lanes.wake()
  while ((await entries()).length < 2) await sleep(5)
  await until(id, 'stuck')
  works = true
  expect(await retry()).toBe(true)
  lanes.wake()
  await until(id, 'reversed')
  expect(await entries()).toEqual([
    { detail, open: false },
    { detail, open: false },
  ])
  expect(await retry()).toBe(false)
  expect((await reported(id)).filter((what) => what.includes('back'))).toEqual([
    ...['second back failed', 'second back failed', 'second back done', 'first back done'],
  ])
})

test.each(coordinators)('%s: forced, a step counts as compensated and the others follow', async (coordinator) => {
  const compensation = (): CompensationOutcome => ({ kind: 'failed', reason: 'gone', detail: 'gone' })
  const { start, until, reported, database, sagas, lanes } = await startSagas(
    recording({ second: { compensation }, third: { action: () => ({ kind: 'refused', reason: 'no' }) } }),
  )
  const id = await start(coordinator)
  await until(id, 'stuck')
  await database.transaction((tx) => sagas.decide(tx, id, 'force'))
  lanes.wake()
  await until(id, 'reversed')
  expect((await reported(id)).filter((what) => what.includes('back'))).toEqual([
    'second back failed',
    'first back done',
  ])
})

test.each(coordinators)('%s: a late effect of a step is compensated automatically', async (coordinator) => {
  const { start, until, reported, database, sagas, lanes } = await startSagas(
    recording({ third: { action: () => ({ kind: 'refused', reason: 'no' }) } }),
  )
  const id = await start(coordinator)
  await until(id, 'reversed')
  const late = () => database.transaction((tx) => sagas.compensateLate(tx, { saga: id, step: 'third' }))
  expect(await Promise.all([late(), late()])).toEqual([true, true])
  lanes.wake()
  const isLeft = `select from lanes.messages where subject = $1`
  await expect.poll(() => database.query({ text: isLeft, values: [id] })).toEqual([])
  await until(id, 'reversed')
  expect((await reported(id)).slice(3)).toEqual(['second back done', 'first back done', 'third back done'])
})

test('compensations are enqueued on the lane rollback, actions on the lane of the vendor', async () => {
  const { database } = await createTestDatabase()
  await database.query({ text: 'create table performed (saga uuid, what text)' })
  for (const coordinator of coordinators) {
    // No process handles messages here, so that the test can read them.
    const { sagas } = await startProcess(database, { kind: 'test', steps: recording({}) }, false)
    const facts = { book: 1, kind: 'test', subject: newUuid(), coordinator }
    await database.transaction(async (tx) => {
      const started = await sagas.start(tx, facts)
      if (started.ok) await sagas.reverse(tx, started.value, 'asked')
    })
    const rows = await database.query<{ lane: number }>({ text: 'delete from lanes.messages returning lane' })
    // 0 is rollback, 2 is standard.
    expect(rows.map(({ lane }) => lane).sort()).toEqual([0, 2])
  }
})

test('a saga for a vendor that does not exist is refused', async () => {
  const { database } = await createTestDatabase()
  const { sagas } = await startProcess(database, { kind: 'test', steps: recording({}) }, false)
  const facts = { book: 1, kind: 'test', subject: newUuid(), coordinator: 'orchestrated', vendor: 'nobody' } as const
  const started = await database.transaction((tx) => sagas.start(tx, facts))
  expect(started).toMatchObject({ ok: false, refusal: { code: 'vendor_not_found', param: 'vendor' } })
})
