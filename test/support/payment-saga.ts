import { accepted } from '#kernel'
import { createOrders, type OrdersDeps } from '#orders'
import { endedBetween, endedSubjects, type Payment, refundShares } from '#payments'
import type { Transaction } from '#platform/postgres'
import type { SagaStep } from '#sagas'
import type { Run } from './payments-history.ts'
import { found, type World } from './payments-world.ts'
import { takenSharesOf } from './payments-world-checks.ts'
import { acceptCancel, newRefund } from './payments-world-requests.ts'

/** `waiting`: for the end of a subject, or for a message that wakes it. `failed`: for an operator. */
export type SagaState = 'forward' | 'waiting' | 'failed' | 'over'

/** An order in memory that is paid by a payment of the run. */
export type PaymentSaga = {
  readonly state: () => SagaState
  /** The order is canceled. */
  readonly reverse: () => Promise<void>
  /** Handles the message that an end has enqueued, if there is one. */
  readonly wake: () => Promise<void>
  readonly decide: (decision: 'retry' | 'force') => Promise<void>
}

/** Its step is the program's own, and so is what an end of a payment or refund wakes. */
export function createPaymentSaga(run: Run, payment: string): PaymentSaga {
  const { world } = run
  const id = payment
  let state: SagaState = 'forward'
  let isWoken = false
  let waitsFor: string | undefined
  let settled: string | undefined
  let left: string | undefined
  const tx = inMemory(payment)
  const { orders, step } = ordersOf(run, {
    compensateLate: async (_, { ended }) => {
      if (state !== 'over') return false
      state = 'waiting'
      isWoken = true
      waitsFor = ended
      return true
    },
  })
  const noticed = onEnds(world, async (ended) => {
    if (state === 'waiting' && endedSubjects(ended).includes(waitsFor ?? '')) isWoken = true
    await orders.paymentsEnded(tx, ended)
  })
  const compensate = async () => {
    const facts = { id, book: 1, kind: 'checkout', subject: id, vendor: 0, payload: '{}' } as const
    const saga = {
      ...facts,
      lane: 'standard',
      coordinator: 'orchestrated',
      result: undefined,
      waitsFor,
      settled,
    } as const
    const outcome = await step.compensation(tx, saga)
    isWoken = false
    state = outcome.kind === 'waiting' ? 'waiting' : outcome.kind === 'failed' ? 'failed' : 'over'
    waitsFor = outcome.kind === 'waiting' ? outcome.waitsFor : undefined
    left = outcome.kind === 'failed' ? outcome.left : undefined
  }
  return {
    state: () => state,
    reverse: async () => {
      await noticed()
      if (state === 'forward') await compensate()
    },
    wake: async () => {
      await noticed()
      if (isWoken && state === 'waiting') await compensate()
    },
    decide: async (decision) => {
      if (state !== 'failed') return
      if (decision === 'force') settled = left ?? settled
      state = 'over'
      if (decision === 'retry') await compensate()
    },
  }
}

/** Answers what the step and the listener ask the database for. */
function inMemory(payment: string): Transaction {
  const query = async ({ name, values = [] }: { readonly name?: string; readonly values?: readonly unknown[] }) => {
    const [about] = values
    const isOther = name === 'orders-find-checkouts' && Array.isArray(about) && !about.includes(payment)
    return isOther ? [] : [{ saga: payment, payment }]
  }
  return { query } as unknown as Transaction
}

type Asked = 'cancel' | 'createRefund' | 'findRefund' | 'findReversalOfAll' | 'lockPayment' | 'reversalId'

function ordersOf({ world, canceling }: Run, sagas: Pick<OrdersDeps['sagas'], 'compensateLate'>) {
  const reversals = new Map<string, string>()
  const payments: Pick<OrdersDeps['payments'], Asked> = {
    reversalId: async (_, { payment }) => {
      const brought = [...world.attempts.values()].filter(
        ({ subject, operation, state }) => subject.id === payment.id && operation === 'charge' && state === 'succeeded',
      )
      const [one] = brought
      const isWhole = one !== undefined && (one.amountMoved ?? one.amount) === payment.amountCaptured
      if (brought.length !== 1 || !isWhole || one.returns !== undefined) return undefined
      if (payment.amountRefunded + payment.amountRefunding > 0n) return undefined
      const id = world.context.renewableId(one.id, 'refund 0')
      world.attempts.set(one.id, { ...one, returns: 1 })
      reversals.set(payment.id, id)
      return id
    },
    findReversalOfAll: async (_, { id }) => world.refunds.get(reversals.get(id) ?? ''),
    lockPayment: async (_, { payment }) => world.payments.get(payment),
    findRefund: async (_, { refund }) => world.refunds.get(refund),
    cancel: async (_, { payment }) => {
      if (acceptCancel(world, payment)) canceling.push(payment)
      return accepted(found(world.payments, payment))
    },
    createRefund: async (_, { id = world.newId(), payment, amount = 0n }) => {
      const row: Payment = found(world.payments, payment)
      const from = refundShares(row, takenSharesOf(world, row), amount)
      const made = newRefund(world, payment, { id, amount, from, isReversal: true })
      if (made === undefined) throw new Error('the step asks for no more than is left')
      world.refunds.set(made.id, { ...made, metadata: row.metadata })
      world.timers.push({ input: 'start', subject: { kind: 'refund', id: made.id }, at: world.now })
      return accepted(made)
    },
  }
  const steps: SagaStep[] = []
  const orders = createOrders({
    payments: payments as OrdersDeps['payments'],
    sagas: { ...sagas, define: (kind) => void steps.push(...kind.steps) } as OrdersDeps['sagas'],
  })
  const step = steps.find(({ name }) => name === 'pay')
  if (step === undefined) throw new Error('a checkout pays')
  return { orders, step }
}

/** As the engine notices them: by the rows before and after an input. */
function onEnds(world: World, notice: (ended: ReturnType<typeof endedBetween>) => Promise<void>): () => Promise<void> {
  const { input } = world
  const noticing: Promise<void>[] = []
  Object.assign(world, {
    input: (...about: Parameters<World['input']>) => {
      const { payments, captures, refunds, payouts } = world
      const before = {
        payments: new Map(payments),
        captures: new Map(captures),
        refunds: new Map(refunds),
        payouts: new Map(payouts),
      }
      const step = input(...about)
      noticing.push(notice(endedBetween(before, world)))
      return step
    },
  })
  return async () => void (await Promise.all(noticing.splice(0)))
}
