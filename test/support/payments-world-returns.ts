import type { CaseReason, Machines, Payment, Payout, Refund, Share, SubjectAction, SubjectKind } from '#payments'
import type { RailOperation } from '#rails'
import { type ModelOperation, type ModelReturn, returnedBy } from './model-rail.ts'
import { found } from './payments-world.ts'
import { cardSource, createStage } from './payments-world-play.ts'
import { newCapture, newPayment, newPayout, newRefund } from './payments-world-requests.ts'

export const evidence = 'The return file of 3 May.'

/** A rail on which all succeeds at once, and then comes back. The shop and the partner get 70 and 30 of a payment. */
export function createReturnsStage(machines: Machines, plans: Parameters<typeof createStage>[1] = []) {
  const stage = createStage(machines, plans)
  const { world, card } = stage
  const operation = (what: RailOperation, at = -1): ModelOperation => {
    const one = card
      .operations()
      .filter((made) => made.operation === what)
      .at(at)
    if (one === undefined) throw new Error(`there is no ${what}`)
    return one
  }
  const hear = (one: ModelOperation, made: ModelReturn) => {
    world.mail.push({ attempt: one.id, outcome: { kind: 'returned', ...made } })
    stage.settle()
  }
  return {
    ...stage,
    operation,
    hear,
    pay: (parts: Partial<Payment> = {}): string => {
      const destinations = [share('shop', 70n), share('partner', 30n)]
      const { id } = newPayment(world, { source: cardSource, destinations, ...parts })
      stage.settle()
      return id
    },
    capture: (id: string, amount: bigint): void => {
      const capture = newCapture(world, id, amount, false)
      if (capture !== undefined) world.input('capture', capture.id, { kind: 'capture', capture })
      stage.settle()
    },
    refund: (id: string, from: readonly Share[], isReversal = false): string => {
      const amount = from.reduce((sum, one) => sum + one.amount, 0n)
      const made = newRefund(world, id, { amount, from, isReversal })
      if (made === undefined) throw new Error('so much is captured')
      world.input('refund', made.id, { kind: 'start' })
      stage.settle()
      return made.id
    },
    payOut: (parts: Partial<Payout> = {}): string => {
      const { id } = newPayout(world, parts)
      stage.settle()
      return id
    },
    /** The rail has it back, and reports that unless `isTold` is false. */
    comeBack: (what: RailOperation, amount: bigint, { isTold = true, at = -1 } = {}): ModelReturn => {
      const one = operation(what, at)
      const made = card.comeBack(one, amount)
      if (made === undefined) throw new Error('nothing of it can come back')
      if (isTold) hear(one, made)
      return made
    },
    decide: (kind: SubjectKind, id: string, about: CaseReason, decision: SubjectAction) => {
      world.input(kind, id, { kind: 'decision', decision, about })
      stage.settle()
    },
    refundOf: (id: string): Refund => found(world.refunds, id),
    payoutOf: (id: string): Payout => found(world.payouts, id),
    open: () => [...world.matters.values()].flatMap((matters) => matters.map(({ reason }) => reason)),
    texts: () => [...world.matters.values()].flatMap((matters) => matters.map(({ detail }) => detail)),
    unmatched: () => [...world.reportedOtherwise.values()],
    events: () => world.steps.flatMap(({ transition }) => transition.events ?? []),
    /** What the clearing account has beyond the rail's own record. */
    beyondRail: () => world.books.posted('rails:card:clearing:USD') + card.net(),
    returnedBy,
  }
}

export function share(account: string, amount: bigint): Share {
  return { account, amount }
}
