import { describe, expect, it } from 'vitest'
import type { InquirySchedule, RailCapabilities, RailOutcome } from '#rails'
import { createModelRail, type ModelRail } from '../../../../test/support/model-rail.ts'
import { createWorld, found, type World } from '../../../../test/support/payments-world.ts'
import { newPayment } from '../../../../test/support/payments-world-requests.ts'
import { machines } from '../machines.ts'
import { hinted } from './attempt-policy.ts'

const minuteMs = 60_000
const slow: InquirySchedule = {
  firstMs: 90_000,
  thenMs: [10 * minuteMs, 30 * minuteMs],
  atMost: 3,
  giveUpAfterMs: 120 * minuteMs,
}
const hasty: InquirySchedule = { firstMs: 2_000, thenMs: [3_000], atMost: 6, giveUpAfterMs: 120 * minuteMs }
const source = { kind: 'rail', rail: 'card', instrument: 'x', otherRails: ['spare'] } as const

type Talk = readonly [said: 'submit' | 'inquire', atMs: number]

/** A rail with rules that answers as the test says, and what it was asked at which time. */
function stage(capabilities: Partial<RailCapabilities>, answers: { submit: RailOutcome; inquire: RailOutcome }) {
  const talk: Talk[] = []
  const made = createModelRail('card', () => ({ effect: 'nothing', isTold: false }))
  const say = (what: 'submit' | 'inquire') => {
    talk.push([what, (world.now - startedAt) / 1_000])
    return answers[what]
  }
  const card: ModelRail = {
    ...made,
    capabilities: { ...made.capabilities, ...capabilities },
    submit: () => say('submit'),
    inquire: () => say('inquire'),
  }
  const spare = createModelRail('spare', () => ({ effect: 'done', isTold: true }))
  const world: World = createWorld(machines, [card, spare])
  world.books.open('shop')
  const startedAt = world.now
  const { id } = newPayment(world, { source })
  return { world, talk, answers, spare, payment: () => found(world.payments, id), id }
}

function pass(world: World, ms: number): void {
  const until = world.now + ms * 1_000
  for (let fired = 0; fired < 500; fired += 1) {
    while (world.calls.length + world.mail.length > 0) world.calls.length > 0 ? world.call(0) : world.deliver(0)
    const next = Math.min(...world.timers.map(({ at }) => at))
    if (next > until) {
      world.now = until
      return
    }
    world.fire(world.timers.findIndex(({ at }) => at === next))
  }
  throw new Error('timers multiply')
}

const pausesOf = (talk: readonly Talk[]) => talk.slice(1).map(([, at], index) => at - (talk[index]?.[1] ?? 0))
const lost = { kind: 'unknown', why: 'no answer' } as const
const accepted = { kind: 'pending', railReference: 'r' } as const
const absent = { kind: 'not_found' } as const

describe.each([
  ['without an answer', lost, lost, { unanswered: slow, accepted: hasty }],
  ['that the rail has accepted', accepted, accepted, { unanswered: hasty, accepted: slow }],
])('an operation %s', (_, submit, inquire, schedules) => {
  it.each([0, 0.5, 0.999])('is asked for by the schedule of its rail, never earlier (jitter %d)', (random) => {
    const { world, talk, payment } = stage({ inquiries: { default: schedules } }, { submit, inquire })
    Object.assign(world.context, { random: () => random })
    pass(world, 24 * 60 * minuteMs)
    expect(talk.map(([said]) => said)).toEqual(['submit', 'inquire', 'inquire', 'inquire'])
    const [first = 0, second = 0, third = 0] = pausesOf(talk)
    expect([first >= slow.firstMs, second >= 10 * minuteMs, third >= 30 * minuteMs]).toEqual([true, true, true])
    expect([first < 160_000, second < 13 * minuteMs, third < 38 * minuteMs]).toEqual([true, true, true])
    expect(payment()).toMatchObject({ phase: 'review', reason: 'outcome_unknown' })
    expect(world.timers).toEqual([])
  })

  it('is asked for as often, and then by a person, when each timer also comes before its time', () => {
    const { world, talk, payment } = stage({ inquiries: { default: schedules } }, { submit, inquire })
    for (let fired = 0; fired < 10; fired += 1) {
      pass(world, 0)
      // A clock was set back: the timer comes, and its time has not come.
      if (world.timers.length > 0) world.fireEarly(0)
      pass(world, Math.max(0, ...world.timers.map(({ at }) => at - world.now)) / 1_000)
    }
    expect(talk.map(([said]) => said)).toEqual(['submit', 'inquire', 'inquire', 'inquire'])
    expect([pausesOf(talk)[0]! >= slow.firstMs, payment().phase, world.timers]).toEqual([true, 'review', []])
  })

  it('goes to a person when the time of the schedule is over', () => {
    const over: InquirySchedule = { firstMs: 1_000, thenMs: [60_000], atMost: 1_000, giveUpAfterMs: 10 * minuteMs }
    const { world, talk, payment } = stage(
      { inquiries: { default: { unanswered: over, accepted: over } } },
      { submit, inquire },
    )
    pass(world, 9 * minuteMs)
    expect(payment().phase).not.toBe('review')
    pass(world, 4 * minuteMs)
    expect(payment()).toMatchObject({ phase: 'review', reason: 'outcome_unknown' })
    expect(talk.length).toBeLessThan(13)
  })

  it('whose operation has a schedule of its own is asked for by that one', () => {
    const inquiries = { default: { unanswered: hasty, accepted: hasty }, charge: schedules }
    const { world, talk } = stage({ inquiries }, { submit, inquire })
    pass(world, 89_000)
    expect(talk).toHaveLength(1)
  })
})

it('a submission of which nothing was heard, because the process ended, is not asked for too early', () => {
  const { world, talk } = stage(
    { inquiries: { default: { unanswered: slow, accepted: slow } } },
    { submit: lost, inquire: accepted },
  )
  world.call(0)
  world.mail.splice(0)
  pass(world, 20 * minuteMs)
  // It may have been sent as late as the queue allows.
  expect(talk[1]).toEqual(['inquire', slow.firstMs + 31_000])
})

it('inquiries that a rail in outage did not answer count for the pauses, not for the end', () => {
  const steps: InquirySchedule = { firstMs: 1_000, thenMs: [60_000, 600_000], atMost: 3, giveUpAfterMs: 600 * minuteMs }
  const { world, talk, payment } = stage(
    { inquiries: { default: { unanswered: steps, accepted: steps } } },
    { submit: lost, inquire: lost },
  )
  world.call(0)
  world.deliver(0)
  Object.assign(world.context, { isUp: () => false })
  pass(world, 60 * minuteMs)
  const [first = 0, second = 0, third = 0] = pausesOf(talk)
  expect([first >= 1_000, second >= 60_000, third >= 600_000]).toEqual([true, true, true])
  expect(payment().phase).toBe('inquiring')
})

describe('a rail that does not know an operation', () => {
  const inquiries = { default: { unanswered: hasty, accepted: hasty } }

  it('while its submission may still be under way, does not get it again before that is answered', () => {
    const { world, talk, payment, spare } = stage(
      { inquiries, answersWithinMs: 10_000 },
      { submit: lost, inquire: absent },
    )
    world.call(0)
    const [answer] = world.mail.splice(0)
    pass(world, 8_000)
    expect(talk.map(([said]) => said)).toEqual(['submit', 'inquire'])
    expect([payment().phase, spare.operations()]).toEqual(['inquiring', []])
    if (answer !== undefined) world.mail.push(answer)
    pass(world, 8_000)
    expect(talk.filter(([said]) => said === 'submit').length).toBeGreaterThan(1)
  })

  it('gets it again however often it was asked before its submission could have been answered', () => {
    const steps: InquirySchedule = {
      firstMs: 300,
      thenMs: [600, 1_200, 2_400],
      atMost: 9,
      giveUpAfterMs: 60 * minuteMs,
    }
    const { world, talk, payment } = stage(
      { inquiries: { default: { unanswered: steps, accepted: steps } }, answersWithinMs: 12_000 },
      { submit: { kind: 'succeeded', railReference: 'r', amount: 100n }, inquire: absent },
    )
    // As if the process had ended before it could send it, thrice.
    for (const _ of [1, 2, 3]) {
      expect(world.calls.splice(0).map(({ ask }) => ask)).toEqual(['submit'])
      const before = talk.length
      while (!world.calls.some(({ ask }) => ask === 'submit')) {
        expect([payment().state, world.timers.length > 0 || world.calls.length > 0]).toEqual(['processing', true])
        if (world.calls.length > 0) world.call(0)
        else if (world.mail.length > 0) world.deliver(0)
        else world.fire(world.timers.findIndex(({ at }) => at === Math.min(...world.timers.map((one) => one.at))))
      }
      expect(talk.length - before).toBeGreaterThan(4)
    }
    pass(world, minuteMs)
    expect([payment().state, talk.filter(([said]) => said === 'submit').length]).toEqual(['succeeded', 1])
  })

  it('in an answer from before the last submission, is not believed', () => {
    const { world, talk, payment } = stage({ inquiries }, { submit: lost, inquire: absent })
    pass(world, 3_500)
    const before = talk.length
    const [attempt] = world.attempts.values()
    const outcome = { kind: 'not_found', isAsked: true, askedAt: 1 } as const
    world.input('payment', payment().id, { kind: 'cancel' })
    world.mail.push({ attempt: attempt?.id ?? '', outcome })
    world.deliver(0)
    expect([payment().state, talk.length]).toEqual(['processing', before])
  })

  it.each([
    ['says that this is not final', {}, { kind: 'not_found', finality: 'not_yet' } as const],
    ['is known to say so too early', { notFoundFinalAfterMs: 60 * minuteMs }, absent],
    ['has had time to forget its id', { remembersMs: 1_000 }, absent],
  ])('and %s does not get it again, nor does another rail; a person decides', (_, capabilities, inquire) => {
    const { world, talk, payment, spare } = stage({ inquiries, ...capabilities }, { submit: lost, inquire })
    pass(world, 30 * minuteMs)
    expect(talk.filter(([said]) => said === 'submit')).toHaveLength(1)
    expect(spare.operations()).toEqual([])
    expect(payment()).toMatchObject({ phase: 'review', reason: 'outcome_unknown' })
    expect(world.openCases.size).toBe(1)
  })

  it.each([
    ['says that this is final', {}, { kind: 'not_found', finality: 'never' } as const],
    ['says so after the time of which it is final', { notFoundFinalAfterMs: 3_000 }, absent],
    ['still knows its id', { remembersMs: 60 * minuteMs }, absent],
  ])('and %s gets it again under the same id', (_, capabilities, inquire) => {
    const { world, talk } = stage({ inquiries, ...capabilities }, { submit: lost, inquire })
    pass(world, minuteMs)
    expect(talk.filter(([said]) => said === 'submit').length).toBeGreaterThan(1)
    expect(world.attempts.size).toBeGreaterThan(0)
    expect(new Set([...world.attempts.values()].filter(({ rail }) => rail === 'card')).size).toBe(1)
  })

  it('and reports it after all is believed', () => {
    const { world, answers, payment } = stage(
      { inquiries },
      { submit: lost, inquire: { kind: 'not_found', finality: 'not_yet' } },
    )
    pass(world, 5_000)
    answers.inquire = { kind: 'succeeded', railReference: 'r', amount: 100n }
    pass(world, minuteMs)
    expect(payment().state).toBe('succeeded')
    expect(world.openCases.size).toBe(0)
  })
})

describe('a hint of the rail', () => {
  const inquiries = { default: { unanswered: slow, accepted: slow } }

  it('is confirmed by an inquiry at once, and proves nothing by itself', () => {
    const { world, talk, answers, payment, id } = stage({ inquiries }, { submit: accepted, inquire: accepted })
    pass(world, 5_000)
    const [attempt] = [...world.attempts.values()]
    if (attempt === undefined) throw new Error('there is an attempt')
    world.input('payment', id, { kind: 'overdue', attempt: hinted(attempt) })
    pass(world, 0)
    expect(talk.map(([said]) => said)).toEqual(['submit', 'inquire'])
    expect(payment().phase).toBe('awaiting')
    answers.inquire = { kind: 'succeeded', railReference: 'r', amount: 100n }
    world.input('payment', id, { kind: 'overdue', attempt: hinted(world.attempts.get(attempt.id) ?? attempt) })
    pass(world, 0)
    expect(payment().state).toBe('succeeded')
    expect(talk).toHaveLength(3)
  })

  it('about a decided attempt changes nothing', () => {
    const done = { kind: 'succeeded', railReference: 'r', amount: 100n } as const
    const { world, talk, payment, id } = stage({ inquiries }, { submit: done, inquire: lost })
    pass(world, 0)
    const [attempt] = [...world.attempts.values()]
    if (attempt === undefined) throw new Error('there is an attempt')
    expect(world.input('payment', id, { kind: 'overdue', attempt: hinted(attempt) }).ignored).toBeDefined()
    expect([payment().state, talk.length]).toEqual(['succeeded', 1])
  })
})
