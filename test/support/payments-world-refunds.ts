import type { CaseReason, Machines, Payment, Payout, Refund, SubjectAction, SubjectKind } from '#payments'
import type { RailDecline, RailOperation } from '#rails'
import type { ModelOperation, ModelRail } from './model-rail.ts'
import { createWorld, found, type World } from './payments-world.ts'
import { type RailScript, scriptedRail } from './payments-world-rails.ts'
import { newPayment, newRefund } from './payments-world-requests.ts'

const never: RailDecline = { code: 'do_not_honor', remedy: 'never', message: 'No.' }

/** `unable`: rails that cannot refund. */
export function createRefundsStage(
  machines: Machines,
  planners: Readonly<Record<string, RailScript>>,
  { unable = [], ...parts }: Partial<Payment> & { readonly unable?: readonly string[] } = {},
) {
  const rails = Object.entries(planners).map(([name, plan]) => scriptedRail(name, plan, !unable.includes(name)))
  const world = createWorld(machines, rails)
  for (const code of ['shop', 'wallet']) world.books.open(code)
  const [rail = '', ...otherRails] = Object.keys(planners)
  const { id } = newPayment(world, { source: { kind: 'rail', rail, instrument: 'any', otherRails }, ...parts })
  settle(world)
  return { world, id, ...rows(world, id), ...deciding(world, id), ...reporting(world, rails, id) }
}

function settle(world: World): void {
  while (world.calls.length + world.mail.length > 0) world.calls.length > 0 ? world.call(0) : world.deliver(0)
}

function wait(world: World, ms: number): void {
  const until = world.now + ms * 1_000
  for (;;) {
    const due = world.timers.map(({ at }) => at)
    const first = Math.min(...due)
    if (first > until) break
    world.fire(due.indexOf(first))
    settle(world)
  }
  world.now = until
}

function rows(world: World, id: string) {
  return {
    payment: (): Payment => found(world.payments, id),
    refundOf: (refund: string): Refund => found(world.refunds, refund),
    payoutOf: (payout: string): Payout => found(world.payouts, payout),
    reversal: (at = 0): string => [...world.refunds.keys()][at] ?? '',
    balances: () =>
      Object.fromEntries(
        world.books
          .codes()
          .map((code): [string, bigint] => [code, world.books.posted(code)])
          .filter(([, posted]) => posted !== 0n),
      ),
    open: () => [...world.matters.values()].flatMap((matters) => matters.map(({ reason }) => reason)),
    texts: () => [...world.matters.values()].flatMap((matters) => matters.map(({ detail }) => detail)),
  }
}

function deciding(world: World, id: string) {
  return {
    settle: () => settle(world),
    wait: (ms: number) => wait(world, ms),
    decide: (about: CaseReason, decision: SubjectAction, kind: SubjectKind = 'payment', whose = id) => {
      world.input(kind, whose, { kind: 'decision', decision, about })
      settle(world)
    },
    /** The shop pays for the refund. `isReversal`: it undoes something. */
    refund: (amount: bigint, isReversal = false): string => {
      const made = newRefund(world, id, { amount, from: [{ account: 'shop', amount }], isReversal })
      if (made === undefined) throw new Error('so much is captured')
      world.input('refund', made.id, { kind: 'start' })
      settle(world)
      return made.id
    },
  }
}

function reporting(world: World, rails: readonly ModelRail[], id: string) {
  const find = (name: string, what: RailOperation, at: number): [ModelRail, ModelOperation] => {
    const rail = rails.find((each) => each.name === name)
    const one = rail?.operations().filter(({ operation }) => operation === what)[at]
    if (rail === undefined || one === undefined) throw new Error(`there is no ${what} ${at} of ${name}`)
    return [rail, one]
  }
  const say = (name: string, what: RailOperation, at = 0) => {
    const [rail, one] = find(name, what, at)
    world.mail.push({ attempt: one.id, outcome: rail.tell(one) })
    settle(world)
  }
  return {
    say,
    operation: (name: string, what: RailOperation, at = 0) => find(name, what, at)[1],
    happen: (name: string, what: RailOperation, at = 0, isGood = true) => {
      const [rail, one] = find(name, what, at)
      rail.settle(one, isGood)
      say(name, what, at)
    },
    /** The rail reports success, even after another report and beyond the amount left. */
    insist: (name: string, what: RailOperation, at = 0) => {
      const [, one] = find(name, what, at)
      Object.assign(one, { status: 'succeeded', done: one.done === 0n ? one.amount : one.done })
      say(name, what, at)
    },
    /** The rail now reports failure, also in answer to an inquiry. */
    deny: (name: string, what: RailOperation, at = 0, ms = 60_000) => {
      const [, one] = find(name, what, at)
      Object.assign(one, { status: 'failed', decline: never, isMute: false })
      say(name, what, at)
      wait(world, ms)
    },
    dispute: (name: string, what: RailOperation, amount: bigint) => {
      const [rail, one] = find(name, what, 0)
      rail.dispute(one, amount)
      const originalReference = one.reference
      world.input('payment', id, { kind: 'dispute', amount, railReference: 'd', rail: name, originalReference })
      settle(world)
    },
    net: () => Object.fromEntries(rails.map((one) => [one.name, one.net()])),
  }
}
