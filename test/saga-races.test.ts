import { expect, it } from 'vitest'
import type { Message, NewMessage } from '#lanes'
import { sagaCases } from '#payments'
import { newUuid } from '#platform/ids'
import type { Transaction } from '#platform/postgres'
import { type CoordinatorName, coordinators, type SagaDefinition } from '#sagas'
import type { TestEngine, TestPayments } from '#testing'
import { type Program, withPayments } from './support/payments-variant.ts'
import type { Replacement } from './support/program-variant.ts'
import { findingsOf, givenBack, payMany } from './support/raced-payments.ts'

const part = 40n

/** One saga for each of many payments, reversed by two processes at once; each message is delivered twice at once. */
async function reverseSagas(test: TestPayments, program: Program, coordinator: CoordinatorName, races: number) {
  const ids = await payMany(test, races)
  const queue: NewMessage[] = []
  const enqueue = async (_tx: Transaction, messages: readonly NewMessage[]) => void queue.push(...messages)
  const join = (engine: TestEngine) => {
    const lanes = { enqueue, vendorPolicy: async () => undefined, wake: () => {} }
    const sagas = program.createSagas({ lanes, ...sagaCases })
    sagas.define(partlyPaidBack(engine))
    return { ...engine, sagas }
  }
  type Engine = ReturnType<typeof join>
  const first = join(test)
  const engines = [first, join(await test.startAnother())]
  const byBoth = (work: (engine: Engine, tx: Transaction) => Promise<unknown>) =>
    Promise.all(engines.map((engine) => engine.database.transaction((tx) => work(engine, tx))))
  const deliver = async ({ sagas, database }: Engine, message: NewMessage) => {
    try {
      await database.transaction((tx) => sagas.handler.handle(tx, [reported(message)]))
    } catch (error) {
      // A deadlock, where locks are left out. The lanes would deliver the message again, too.
      if (!(error instanceof program.Fault && error.retryable)) throw error
      queue.push(message)
    }
  }
  const started: string[] = []
  for (const payload of ids) {
    const facts = { book: 1, kind: 'paid', subject: payload, coordinator, payload }
    const result = await test.database.transaction((tx) => first.sagas.start(tx, facts))
    if (result.ok) started.push(result.value)
  }
  for (const message of queue.splice(0)) await deliver(first, message)
  for (const id of started) await byBoth(({ sagas }, tx) => sagas.reverse(tx, id, 'asked'))
  while (queue.length > 0) {
    const ends = await Promise.allSettled(
      queue.splice(0, 4).flatMap((message) => engines.map((engine) => deliver(engine, message))),
    )
    for (const end of ends) if (end.status === 'rejected') throw end.reason
  }
  test.payments.wake()
  await test.settled()
  const states = await Promise.all(started.map(async (id) => (await first.sagas.find(test.database, id))?.saga.state))
  return { states, payments: await givenBack(test) }
}

function reported(message: NewMessage): Message {
  return { payload: '{}', ...message, id: 1n, attempts: 0, enqueuedAt: 0 }
}

function partlyPaidBack({ payments }: TestEngine): SagaDefinition {
  return {
    kind: 'paid',
    steps: [
      {
        name: 'pay',
        action: async () => ({ kind: 'done' }),
        compensation: async (tx, { payload: payment }) => {
          const asked = { book: 1, payment, amount: part, isReversal: true, metadata: {}, id: newUuid() }
          const refunded = await payments.createRefund(tx, asked)
          if (refunded.ok) return { kind: 'done' }
          return { kind: 'failed', reason: refunded.refusal.code, detail: refunded.refusal.message }
        },
      },
    ],
  }
}

it.each(coordinators)(
  '%s: a saga reversed twice at once, each message delivered twice at once, refunds once',
  async (coordinator) => {
    await withPayments({}, async (test, program) => {
      const { states, payments } = await reverseSagas(test, program, coordinator, 50)
      expect(new Set(states)).toEqual(new Set(['reversed']))
      expect(payments.map(({ said, taken }) => [said, taken])).toEqual(payments.map(() => [40, 40]))
      expect(await test.balances('shop')).toEqual([100n * 50n + 60n * 50n, 0n, 0n])
      expect(await findingsOf(test)).toEqual([])
    })
  },
)

/** Reads without a lock where sagas lock. */
const unlockedSagas: Replacement = {
  file: 'sagas/saga-store.ts',
  replace: ({ findSaga, readSteps }) => ({
    lockSaga: findSaga,
    lockStep: async (tx: Transaction, saga: string, name: string) =>
      (await readSteps(tx, saga)).find((step: { name: string }) => step.name === name),
  }),
}

/** Locks, and treats a compensated step as a finished one. */
const stateless: Replacement = {
  file: 'sagas/saga-store.ts',
  replace: ({ readSteps, lockStep, lockSaga }) => {
    const forget = <Step extends { state: string }>(step: Step): Step =>
      step.state === 'compensated' ? { ...step, state: 'done' } : step
    return {
      lockSaga: async (...given: unknown[]) => {
        const saga = await lockSaga(...given)
        return saga.state === 'reversed' ? { ...saga, state: 'reversing' } : saga
      },
      readSteps: async (...given: unknown[]) => (await readSteps(...given)).map(forget),
      lockStep: async (...given: unknown[]) => forget(await lockStep(...given)),
    }
  },
}

it.each(
  coordinators.flatMap((coordinator) => [
    [coordinator, 'the row lock', unlockedSagas] as const,
    [coordinator, 'what the rows say', stateless] as const,
  ]),
)('%s: without %s a saga refunds twice', async (coordinator, _, replacement) => {
  await withPayments({ replacement }, async (test, program) => {
    const { payments } = await reverseSagas(test, program, coordinator, 30)
    expect(payments.filter(({ taken }) => taken > 40).length).toBeGreaterThan(0)
  })
})
