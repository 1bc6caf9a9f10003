import fc from 'fast-check'
import { expect } from 'vitest'
import { createPaymentSaga, type PaymentSaga } from './payment-saga.ts'
import { type Failing, failingOf, type Histories, parametersOf } from './payments-histories.ts'
import { type Act, pay, play, type Run, start } from './payments-history.ts'
import { drain, settleByHand } from './payments-history-end.ts'
import { check, lastSteps } from './payments-world-checks.ts'
import { railPlan } from './rail-plans.ts'

const ofPayments = [
  ...(['call', 'call', 'call', 'deliver', 'deliver', 'deliver', 'callback', 'settle', 'surface'] as const),
  ...(['fire', 'refund', 'refund', 'refund', 'capture', 'cancel', 'retry', 'come_back', 'decide', 'let_pass'] as const),
  ...(['outage', 'freeze', 'lose_answer', 'lose_call'] as const),
] satisfies readonly Act['kind'][]

const act = fc.noBias(
  fc.record({ kind: fc.constantFrom(...ofPayments, 'reverse', 'wake', 'wake'), n: fc.nat({ max: 10_000 }) }),
)

/** An order is canceled while its payment is under way, and while its client refunds it. The money goes back once. */
const property = fc.asyncProperty(
  fc.array(fc.noBias(railPlan), { minLength: 1, maxLength: 20, size: 'max' }),
  fc.noBias(fc.nat({ max: 10_000 })),
  fc.array(act, { maxLength: 40, size: 'max' }),
  async (plans, first, list) => {
    const run = start(plans)
    pay(run, first)
    const [payment = ''] = run.world.payments.keys()
    Object.assign(run.world.payments.get(payment) ?? {}, { metadata: { order: 'x' } })
    const saga = createPaymentSaga(run, payment)
    for (const { kind, n } of list) {
      if (kind === 'reverse' || kind === 'wake') await saga[kind]()
      else play(run, { kind, n })
      check(run)
    }
    await saga.reverse()
    const isByHand = await endSaga(run, saga)
    expect(saga.state(), lastSteps(run.world)).toBe('over')
    if (!isByHand) checkReturned(run, payment)
  },
)

/** Whether an operator has stated that the money went back in another way. */
async function endSaga(run: Run, saga: PaymentSaga): Promise<boolean> {
  for (let round = 0; round < 8 && !(round > 1 && saga.state() === 'over'); round += 1) {
    if (round < 4) drain(run)
    else settleByHand(run)
    for (let n = 0; n < 3; n += 1) await saga.wake()
    if (round < 6) await saga.decide('retry')
  }
  if (saga.state() !== 'failed') return false
  await saga.decide('force')
  return true
}

function checkReturned({ world }: Run, payment: string): void {
  const row = world.payments.get(payment)
  const kept = row?.state === 'succeeded' ? row.amountCaptured - row.amountRefunded : 0n
  expect([payment, kept], lastSteps(world)).toEqual([payment, 0n])
}

export async function assertHistories(histories: Histories): Promise<void> {
  await fc.assert(property, parametersOf(histories))
}

export async function findFailing(histories: Histories): Promise<Failing> {
  return failingOf(histories, await fc.check(property, { ...parametersOf(histories), endOnFailure: true }))
}
