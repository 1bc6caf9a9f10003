import { expect, it } from 'vitest'
import { newUuid } from '#platform/ids'
import { inquiriesAfter, type Rail, type RailCall, type RailOutcome } from '#rails'
import type { PlannedCall } from '../handling/batch.ts'
import type { StoredAttempt } from '../rows/attempt-store.ts'
import { createRailCaller, type RailCaller } from './rail-caller.ts'

/** Rails of which `slow` answers only after `goOn`. */
function rails() {
  const slow = Promise.withResolvers<RailOutcome>()
  const done: RailOutcome = { kind: 'succeeded', railReference: 'r', amount: 1n }
  const railOf = (name: string): Rail => {
    const answer = async () => (name === 'slow' ? slow.promise : done)
    const capabilities = {
      operations: new Set(['charge'] as const),
      inquiries: inquiriesAfter(3_600_000),
      authorizationMs: 1,
    }
    return { name, capabilities, submit: answer, inquire: answer }
  }
  return { rail: railOf, goOn: () => slow.resolve(done) }
}

const call = (rail: string) => ({ ask: 'submit', attempt: { id: newUuid(), rail, book: 1 } as StoredAttempt }) as const
const calls = (rail: string, count: number) => Array.from({ length: count }, () => call(rail))

it('calls for a hanging rail wait a moment for room, and a batch without them does not wait', async () => {
  const { rail, goOn } = rails()
  const reported: string[] = []
  const caller = createRailCaller({ rails: { rail }, onOutcome: (attempt) => reported.push(attempt.rail) })
  const many = calls('slow', 512 + 2_048)
  caller.make(many)
  const ends: string[] = []
  const waits = caller.room(many).then(() => ends.push('slow'))
  const quick = calls('quick', 3)
  caller.make(quick)
  await caller.room(quick).then(() => ends.push('quick'))
  await waits
  expect(ends).toEqual(['quick', 'slow'])
  expect(reported).toEqual(['quick', 'quick', 'quick'])
  expect(caller.statistics()).toEqual({ made: 515, queued: 2_048, underWay: 512 })
  goOn()
  await expect.poll(() => reported.length).toBe(many.length + 3)
})

it('keeps a bounded number of calls waiting: timers submit the others later', async () => {
  const { rail, goOn } = rails()
  const caller = createRailCaller({ rails: { rail }, onOutcome: () => undefined })
  for (let batch = 0; batch < 40; batch += 1) caller.make(calls('slow', 512))
  const kept = caller.statistics().queued
  expect(kept).toBeLessThan(20_000)
  goOn()
  await expect.poll(() => caller.statistics()).toEqual({ made: kept + 512, queued: 0, underWay: 0 })
})

it('a submission is not sent when the process stood still for too long after it was planned', async () => {
  const { rail } = rails()
  const reported: RailOutcome[] = []
  const caller = createRailCaller({ rails: { rail }, onOutcome: (_, outcome) => reported.push(outcome) })
  // Its timer may have inquired since, and the payment may be canceled.
  caller.make(calls('quick', 1), performance.now() - 31_000)
  expect(reported).toMatchObject([{ kind: 'unavailable', unsent: {} }])
  caller.make(calls('quick', 1), performance.now() - 20_000)
  await expect.poll(() => reported.length).toBe(2)
  expect([reported[1]?.kind, caller.statistics().made]).toEqual(['succeeded', 1])
})

/** A rail that holds every submission until the test releases the first; it records the books of the submissions. */
function heldRail(inquireAfterMs: number) {
  const held: (() => void)[] = []
  const books: string[] = []
  const capabilities = {
    operations: new Set(['charge'] as const),
    inquiries: inquiriesAfter(inquireAfterMs),
    authorizationMs: 1,
  }
  const answer = async ({ instrument }: RailCall): Promise<RailOutcome> => {
    books.push(instrument)
    await new Promise<void>((resolve) => held.push(resolve))
    return { kind: 'succeeded', railReference: 'r', amount: 1n }
  }
  const rail: Rail = { name: 'held', capabilities, submit: answer, inquire: answer }
  return {
    rail: () => rail,
    books,
    letOneGoOn: () => held.shift()?.(),
    letGoOn: () => held.splice(0).map((go) => go()),
  }
}

const ofBook = (book: number, count: number, ask: 'submit' | 'inquire' = 'submit') =>
  Array.from({ length: count }, () => {
    const attempt = { id: newUuid(), rail: 'held', book, instrument: `book ${book}`, inquiries: 0 }
    return { ask, attempt: attempt as StoredAttempt } as const
  })

/** Calls of a vendor or a lane. */
const of = (belonging: Omit<PlannedCall, 'ask' | 'attempt'>, calls: readonly PlannedCall[]) =>
  calls.map((one) => ({ ...one, ...belonging }))

const toBook = (caller: RailCaller, calls: readonly PlannedCall[]) => {
  const before = caller.statistics().underWay
  caller.make(calls)
  return caller.statistics().underWay - before
}

it('slow calls of one book leave places for others, whose calls are made at once', () => {
  const rail = heldRail(3_600_000)
  const caller = createRailCaller({ rails: rail, onOutcome: () => undefined })
  expect(toBook(caller, ofBook(1, 20_000))).toBe(512)
  expect(toBook(caller, ofBook(2, 20))).toBe(20)
  expect(toBook(caller, ofBook(3, 20_000))).toBeGreaterThan(20)
  expect(toBook(caller, ofBook(4, 1))).toBe(1)
  rail.letGoOn()
})

it('places that become free go to the books that have fewer', async () => {
  const rail = heldRail(3_600_000)
  const caller = createRailCaller({ rails: rail, onOutcome: () => undefined })
  caller.make(ofBook(1, 20_000))
  caller.make(ofBook(2, 20_000))
  const before = rail.books.length
  for (let ended = 0; ended < 200; ended += 1) rail.letOneGoOn()
  await expect.poll(() => rail.books.length).toBeGreaterThan(before + 100)
  expect(new Set(rail.books.slice(before))).toEqual(new Set(['book 2']))
  rail.letGoOn()
})

it('slow calls of one vendor leave places for the others of its book', () => {
  const rail = heldRail(3_600_000)
  const caller = createRailCaller({ rails: rail, onOutcome: () => undefined })
  expect(toBook(caller, of({ vendor: 7 }, ofBook(1, 20_000)))).toBeLessThan(512)
  expect(toBook(caller, of({ vendor: 8 }, ofBook(1, 10)))).toBe(10)
  expect(toBook(caller, ofBook(1, 10))).toBe(10)
  rail.letGoOn()
})

it('a rail with a limit keeps a place for another book once it is shared, and gives all to an only book', async () => {
  const rail = heldRail(3_600_000)
  const limited = { ...rail.rail(), callsMax: () => 8 }
  const caller = createRailCaller({ rails: { rail: () => limited }, onOutcome: () => undefined })
  expect(toBook(caller, ofBook(1, 50))).toBe(7)
  caller.make(ofBook(2, 1))
  for (let ended = 0; ended < 8; ended += 1) rail.letOneGoOn()
  await expect.poll(() => rail.books.includes('book 2')).toBe(true)
  for (let ended = 0; ended < 8; ended += 1) rail.letOneGoOn()
  await expect.poll(() => caller.statistics().underWay).toBe(6)
  expect(toBook(caller, ofBook(2, 1))).toBe(1)
  rail.letGoOn()
})

it('lanes take turns by weight, and the vendors of a book one by one', async () => {
  const rail = heldRail(3_600_000)
  const made: string[] = []
  const limited = { ...rail.rail(), callsMax: () => 1 }
  const caller = createRailCaller({ rails: { rail: () => limited }, onOutcome: (one) => made.push(one.instrument) })
  const named = (instrument: string, belonging: Omit<PlannedCall, 'ask' | 'attempt'>, count: number) =>
    of(belonging, ofBook(1, count)).map((call) => ({ ...call, attempt: { ...call.attempt, instrument } }))
  caller.make(named('first', { lane: 'bulk' }, 1))
  caller.make(named('bulk', { lane: 'bulk' }, 30))
  caller.make(named('instant a', { lane: 'instant', vendor: 1 }, 30))
  caller.make(named('instant b', { lane: 'instant', vendor: 2 }, 4))
  while (made.length < 19) {
    rail.letOneGoOn()
    await new Promise(setImmediate)
  }
  const early = made.slice(1, 19)
  const count = (name: string) => early.filter((one) => one === name).length
  expect([count('instant b'), count('bulk')]).toEqual([4, 2])
  expect(early.slice(0, 6).filter((one) => one === 'instant b').length).toBeGreaterThanOrEqual(2)
  rail.letGoOn()
})

it('a book that fills all its places leaves places to others, whose calls do not wait for room', async () => {
  const rail = heldRail(3_600_000)
  const unsent: number[] = []
  const caller = createRailCaller({ rails: rail, onOutcome: ({ book }) => unsent.push(book) })
  caller.make(ofBook(1, 40_000))
  const refused = unsent.length
  expect(refused).toBeGreaterThan(0)
  const few = ofBook(2, 100)
  caller.make(few)
  await caller.room(few)
  expect(unsent.length).toBe(refused)
  expect(caller.statistics().queued + caller.statistics().underWay + refused).toBe(40_100)
})

it('an unsent submission is reported as not sent when its timer fires; an inquiry waits on, once', async () => {
  const rail = heldRail(50)
  const outcomes: RailOutcome[] = []
  const caller = createRailCaller({ rails: rail, onOutcome: (_, outcome) => outcomes.push(outcome) })
  caller.make(ofBook(1, 512 + 30))
  const inquiry = ofBook(1, 1, 'inquire')
  caller.make(inquiry)
  caller.make(inquiry)
  await expect.poll(() => outcomes.length).toBe(30)
  expect(new Set(outcomes.map((outcome) => JSON.stringify(outcome)))).toEqual(
    new Set([JSON.stringify({ kind: 'unavailable', why: 'it waited in line', unsent: { inquiries: 0 } })]),
  )
  expect(caller.statistics()).toEqual({ made: 512, queued: 1, underWay: 512 })
  rail.letGoOn()
  await expect.poll(() => caller.statistics()).toEqual({ made: 513, queued: 0, underWay: 1 })
})

it('a call that an operator requests is made, however many calls of the book wait', async () => {
  const rail = heldRail(3_600_000)
  const reported: string[] = []
  const caller = createRailCaller({ rails: rail, onOutcome: ({ id }) => reported.push(id) })
  for (let times = 0; times < 2; times += 1) caller.make(ofBook(1, 40_000))
  const kept = caller.statistics().queued
  const byTimer = ofBook(1, 1, 'inquire')
  caller.make(byTimer)
  expect(caller.statistics().queued).toBe(kept)
  const byHand = ofBook(1, 1, 'inquire').map((call) => ({ ...call, isByHand: true }))
  caller.make([...byHand, ...byHand])
  expect(caller.statistics().queued).toBe(kept + 1)
  while (caller.statistics().queued > 0) {
    rail.letGoOn()
    await new Promise(setImmediate)
  }
  rail.letGoOn()
  await expect.poll(() => reported.includes(byHand[0]?.attempt.id ?? '')).toBe(true)
  expect(reported).not.toContain(byTimer[0]?.attempt.id)
})

it('a release and a refund do not wait behind thousands of charges', async () => {
  const rail = heldRail(3_600_000)
  const caller = createRailCaller({ rails: rail, onOutcome: () => undefined })
  caller.make(ofBook(1, 2_500))
  expect(caller.statistics().underWay).toBe(512)
  const backwards = (['void', 'refund'] as const).map((operation) => {
    const attempt = { id: newUuid(), rail: 'held', book: 1, instrument: operation, inquiries: 0, operation }
    return { ask: 'submit', attempt: attempt as StoredAttempt } as const
  })
  caller.make(backwards)
  expect(rail.books.slice(512)).toEqual(['void', 'refund'])
})

it.each([
  [8, 7],
  [100, 87],
  [1, 1],
])(
  'a rail that accepts %d calls at once gets %d charges, and keeps the rest for what goes backwards',
  async (max, forward) => {
    const rail = heldRail(3_600_000)
    const limited = { ...rail.rail(), callsMax: () => max }
    const caller = createRailCaller({ rails: { rail: () => limited }, onOutcome: () => undefined })
    caller.make(ofBook(1, 200))
    expect(caller.statistics().underWay).toBe(forward)
    const attempt = { rail: 'held', book: 1, instrument: 'void', inquiries: 0, operation: 'void' }
    caller.make(
      Array.from({ length: 50 }, () => ({ ask: 'submit', attempt: { ...attempt, id: newUuid() } as StoredAttempt })),
    )
    expect(caller.statistics().underWay).toBe(max)
    for (let times = 0; times < 500 && caller.statistics().queued > 0; times += 1) {
      rail.letOneGoOn()
      await new Promise(setImmediate)
      expect(caller.statistics().underWay).toBeLessThanOrEqual(max)
    }
    expect(caller.statistics().queued).toBe(0)
    rail.letGoOn()
  },
)

it('calls wait while the process has no part of the rail yet, and go on when it has', async () => {
  const rail = heldRail(3_600_000)
  let part = 0
  const limited = { ...rail.rail(), callsMax: () => part }
  const caller = createRailCaller({ rails: { rail: () => limited }, onOutcome: () => undefined })
  caller.make(ofBook(1, 10))
  expect(caller.statistics()).toMatchObject({ queued: 10, underWay: 0 })
  part = 4
  await expect.poll(() => caller.statistics().underWay).toBe(3)
  rail.letGoOn()
})
