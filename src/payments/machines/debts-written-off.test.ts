import { describe, expect, it } from 'vitest'
import { declined, type ModelDispute } from '../../../test/support/model-rail.ts'
import { check } from '../../../test/support/payments-world-checks.ts'
import { reportDispute } from '../../../test/support/payments-world-disputes.ts'
import { newRefund } from '../../../test/support/payments-world-requests.ts'
import { createReturnsStage, share } from '../../../test/support/payments-world-returns.ts'
import type { SubjectAction } from '../machine.ts'
import type { Share } from '../payment.ts'
import { offOf } from './booking/off-shares.ts'
import { sumOf } from './booking/shares.ts'
import { machines, refundShares, takenBack } from './machines.ts'

// Every history is played twice. In one, those who owe pay. In the other, their debt is written off. Whatever happens
// then, the two differ only by what write-offs have lost: those who owed have that much more, and nobody has less.

const writeOffs = 'write_offs:USD'
const never = { code: 'do_not_honor', remedy: 'never', message: 'No.' } as const

/** A payment of 100: the shop gets 70, the partner 30. */
function begin(isOff: boolean) {
  const stage = createReturnsStage(machines)
  const { world, card, operation, settle } = stage
  const id = stage.pay()
  const disputes: ModelDispute[] = []
  const payment = () => stage.payment(id)
  const taken = () => takenBack([...world.refunds.values()], payment())
  const frozen = (work: () => void) => {
    for (const code of ['shop', 'partner']) world.books.freeze(code, true)
    work()
    for (const code of ['shop', 'partner']) world.books.freeze(code, false)
  }
  const start = (from: readonly Share[]) => {
    const made = newRefund(world, id, { amount: sumOf(from), from })
    world.input('refund', made?.id ?? '', { kind: 'start' })
  }
  let time = 0
  const tick = () => {
    time += 1
    return time
  }
  return {
    ...{ ...stage, id, row: payment, frozen },
    dispute: (amount: bigint) => {
      const one = card.openDispute(operation('charge'), { amount, stage: 'opened', at: tick() })
      if (one === undefined) throw new Error('so much is there')
      disputes.push(one)
      reportDispute(world, one)
    },
    move: (which: number, stage: 'won' | 'lost' | 'pre_arbitration') => {
      const one = disputes[which]
      if (one === undefined) throw new Error('there is such a dispute')
      card.moveDispute(one, { stage, at: tick() })
      reportDispute(world, one)
    },
    /** The accounts that pay are frozen only once the amount is held. */
    refundLate: (from: readonly Share[]) => {
      start(from)
      frozen(settle)
    },
    startRefund: (amount: bigint) => start(refundShares(payment(), taken(), amount)),
    refundOf: (amount: bigint) => {
      start(refundShares(payment(), taken(), amount))
      settle()
    },
    pay: () => stage.decide('payment', id, 'booking_refused', { action: 'retry' }),
    endDebt: () => {
      expect(stage.open()).toEqual(['booking_refused'])
      const decision: SubjectAction = isOff ? { action: 'write_off', text: 'It is gone.' } : { action: 'retry' }
      stage.decide('payment', id, 'booking_refused', decision)
      expect([stage.open(), payment().amountOwed]).toEqual([[], 0n])
    },
  }
}

type Played = ReturnType<typeof begin>
type Step = (played: Played) => void

/** What the books show, with what was written off moved back from those who had owed it. */
function settledBooks({ row, world }: Played): Record<string, bigint> {
  const off = offOf(row())
  const moved = new Map(world.books.codes().map((code) => [code, world.books.posted(code)]))
  const add = (code: string, amount: bigint) => moved.set(code, (moved.get(code) ?? 0n) + amount)
  for (const { account, amount } of off) {
    add(account, -amount)
    add(writeOffs, amount)
  }
  return Object.fromEntries([...moved].filter(([, amount]) => amount !== 0n))
}

function waits({ world, open }: Played): boolean {
  return open().length > 0 || [...world.disputes.values()].some(({ undelivered }) => undelivered !== undefined)
}

function playBoth(steps: readonly Step[]): void {
  const [paid, off] = [begin(false), begin(true)]
  for (const [at, step] of steps.entries()) {
    for (const one of [paid, off]) {
      step(one)
      check({ world: one.world, rails: [one.card] })
      expect([at, one.beyondRail()]).toEqual([at, 0n])
    }
    // Money may wait for accounts in one of them only.
    if (!waits(paid) && !waits(off)) expect([at, settledBooks(off)]).toEqual([at, settledBooks(paid)])
  }
  expect([off.open(), settledBooks(off)]).toEqual([paid.open(), settledBooks(paid)])
  expect([off.row().amountOwed, paid.row().amountOwed]).toEqual([0n, 0n])
}

const whole = [share('shop', 70n), share('partner', 30n)]

/** How those who got the money come to owe all of it, or a part. */
const debts: Readonly<Record<string, readonly Step[]>> = {
  'all of it to a dispute': [({ frozen, dispute }) => frozen(() => dispute(100n)), ({ endDebt }) => endDebt()],
  'a part to a dispute': [({ frozen, dispute }) => frozen(() => dispute(60n)), ({ endDebt }) => endDebt()],
  'a part to a dispute, after one that they paid': [
    ({ dispute }) => dispute(20n),
    ({ frozen, dispute }) => frozen(() => dispute(50n)),
    ({ endDebt }) => endDebt(),
  ],
  'all of it to a refund': [({ refundLate }) => refundLate(whole), ({ endDebt }) => endDebt()],
  'a part to a refund': [({ refundLate }) => refundLate([share('shop', 60n)]), ({ endDebt }) => endDebt()],
  'a part to a refund, and another to a dispute': [
    ({ refundLate }) => refundLate([share('shop', 30n)]),
    ({ frozen, dispute }) => frozen(() => dispute(30n)),
    ({ endDebt }) => endDebt(),
  ],
  'a part each time, written off twice': [
    ({ refundLate }) => refundLate([share('shop', 30n)]),
    ({ endDebt }) => endDebt(),
    ({ frozen, dispute }) => frozen(() => dispute(30n)),
    ({ endDebt }) => endDebt(),
  ],
}

const isAbout = (what: 'refund' | 'dispute', name: string) => name.includes(what)
const left = ({ row }: Played) => row().amountCaptured - row().amountRefunded

/** What may happen to a debt of a dispute. */
const ofDisputes: Readonly<Record<string, readonly Step[]>> = {
  'the dispute is won': [(played) => played.move(0, 'won')],
  'the dispute is lost after all': [(played) => played.move(0, 'lost')],
  'the dispute is lost, and then won': [(played) => played.move(0, 'lost'), (played) => played.move(0, 'won')],
  'the dispute is won, and the bank takes it again': [
    (played) => played.move(0, 'won'),
    (played) => played.move(0, 'pre_arbitration'),
    (played) => played.move(0, 'won'),
  ],
  'the dispute is won while nobody can take it, and an operator delivers it': [
    ({ frozen, move }) => frozen(() => move(0, 'won')),
    ({ world }) => {
      for (const { id } of world.disputes.values()) {
        const dispute = world.disputes.get(id)
        if (dispute) world.input('payment', dispute.payment, { kind: 'dispute', dispute, news: { kind: 'deliver' } })
      }
    },
  ],
}

/** What may happen to a debt of a refund. */
const ofRefunds: Readonly<Record<string, readonly Step[]>> = {
  'the refund comes back whole': [({ comeBack }) => comeBack('refund', 1_000n, { at: 0 })],
  'the refund comes back in part, and then the rest': [
    ({ comeBack }) => comeBack('refund', 17n, { at: 0 }),
    ({ comeBack }) => comeBack('refund', 1_000n, { at: 0 }),
  ],
  'the refund comes back, and is made again': [
    ({ comeBack }) => comeBack('refund', 1_000n, { at: 0 }),
    (played) => played.refundOf(left(played)),
  ],
  'the rail retracts the refund': [
    ({ operation, card, world, settle }) => {
      const one = operation('refund', 0)
      const made = card.comeBack(one, one.done)
      if (made) world.mail.push({ attempt: one.id, outcome: { kind: 'retracted', ...made } })
      settle()
    },
  ],
  'the refund comes back while nobody can take it, and an operator retries': [
    ({ frozen, comeBack }) => frozen(() => comeBack('refund', 1_000n, { at: 0 })),
    ({ world, decide }) => {
      const [id = ''] = world.refunds.keys()
      decide('refund', id, 'booking_refused', { action: 'retry' })
    },
  ],
  'the refund has not happened': [
    ({ operation, world, card, wait, decide }) => {
      const one = operation('refund', 0)
      card.comeBack(one, one.done)
      Object.assign(one, { status: 'failed', decline: declined, returns: [] })
      world.mail.push({ attempt: one.id, outcome: card.tell(one) })
      wait(60_000)
      const [id = ''] = world.refunds.keys()
      decide('refund', id, 'outcome_unknown', { action: 'force', outcome: 'failed', evidence: 'Seen.' })
    },
  ],
}

/** What may happen otherwise. */
const others: Readonly<Record<string, readonly Step[]>> = {
  'the rest is refunded': [(played) => played.refundOf(left(played))],
  'the rest is refunded, and that comes back': [
    (played) => played.refundOf(left(played)),
    ({ comeBack }) => comeBack('refund', 1_000n),
  ],
  'the charge comes back': [({ comeBack }) => comeBack('charge', 1_000n)],
  'the rest is disputed, owed, and paid': [
    (played) => played.frozen(() => played.dispute(left(played))),
    ({ pay }) => pay(),
  ],
  'the rest is disputed and owed, the first dispute is won, and what is still owed is paid': [
    (played) => played.frozen(() => played.dispute(left(played))),
    ({ move }) => move(0, 'won'),
    ({ pay }) => pay(),
  ],
  'a refund that was given up has happened after all': [
    ({ world, settle, startRefund }) => {
      startRefund(10n)
      const [call] = world.calls.splice(0)
      world.mail.push({ attempt: call?.attempt ?? '', outcome: { kind: 'failed', decline: never } })
      settle()
    },
    ({ world, card, callBack }) => {
      const refused = [...world.attempts.values()].at(-1)
      if (refused !== undefined) card.submit(refused)
      callBack()
    },
  ],
  'the rest is disputed and won': [
    (played) => played.dispute(left(played)),
    ({ world, move }) => move(world.disputes.size - 1, 'won'),
  ],
}

function histories(): [string, readonly Step[]][] {
  return Object.entries(debts).flatMap(([debt, before]) => {
    const rest = debt.startsWith('all') ? {} : others
    const own = { ...(isAbout('dispute', debt) && ofDisputes), ...(isAbout('refund', debt) && ofRefunds) }
    const all = { ...own, ...rest, 'nothing else': [] }
    return Object.entries(all).map(([name, after]): [string, readonly Step[]] => [
      `they owed ${debt}, and ${name}`,
      [...before, ...after],
    ])
  })
}

describe('what those who got the money owe, written off', () => {
  it.each(histories())('%s', (_, steps) => {
    playBoth(steps)
  })
})
