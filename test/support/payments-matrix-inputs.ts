import { type Attempt, type Payment, type SubjectAction, type SubjectKind, seenOf } from '#payments'
import { outcomeOfReversal, type RailOutcome } from '#rails'
import { found, type World } from './payments-world.ts'
import { newCapture, newRefund } from './payments-world-requests.ts'

export type Subject = { readonly kind: SubjectKind; readonly id: string }

/** Undefined: there is no such input in this state, such as an answer about an attempt that was never made. */
export type MatrixInput = (world: World, subject: Subject) => (() => void) | undefined

const no = { message: 'No.' }

const outcomes: Readonly<Record<string, (attempt: Attempt) => RailOutcome>> = {
  succeeded: ({ amount }) => ({ kind: 'succeeded', railReference: 'ref', amount }),
  'succeeded with less': ({ amount }) => ({ kind: 'succeeded', railReference: 'ref', amount: amount - 10n }),
  'succeeded with more': ({ amount }) => ({ kind: 'succeeded', railReference: 'ref', amount: amount + 10n }),
  pending: () => ({ kind: 'pending', railReference: 'ref' }),
  'pending, asked': () => ({ kind: 'pending', railReference: 'ref', isAsked: true }),
  declined: () => ({ kind: 'failed', decline: { ...no, code: 'do_not_honor', remedy: 'instrument' } }),
  'declined, asked': () => ({
    kind: 'failed',
    decline: { ...no, code: 'do_not_honor', remedy: 'instrument' },
    isAsked: true,
  }),
  'declined for now': () => ({ kind: 'failed', decline: { ...no, code: 'try_again_later', remedy: 'later' } }),
  'declined by this rail': () => ({
    kind: 'failed',
    decline: { ...no, code: 'operation_not_supported', remedy: 'rail' },
  }),
  'not answered': () => ({ kind: 'unknown', why: 'timeout' }),
  'not answered, asked': () => ({ kind: 'unknown', why: 'no_answer', isAsked: true }),
  'not sent': () => ({ kind: 'unavailable', why: 'outage' }),
  'not known': () => ({ kind: 'not_found' }),
  'not known yet': () => ({ kind: 'not_found', finality: 'not_yet' }),
}

/** Of an attempt that is, or was, being reversed. */
const reversals: Readonly<Record<string, (attempt: Attempt) => RailOutcome>> = {
  'is reversed': () => outcomeOfReversal({ kind: 'reversed' }),
  'was never received': () => outcomeOfReversal({ kind: 'nothing_to_reverse' }),
  'cannot be reversed any more': ({ amount }) => outcomeOfReversal({ kind: 'too_late', railReference: 'ref', amount }),
  'has a reversal without an answer': () => outcomeOfReversal({ kind: 'unknown', why: 'no_answer' }),
}

const decisions: Readonly<Record<string, SubjectAction>> = {
  retry: { action: 'retry' },
  inquire: { action: 'inquire' },
  reverse: { action: 'reverse' },
  'force succeeded': { action: 'force', outcome: 'succeeded', evidence: 'Seen.' },
  'force failed': { action: 'force', outcome: 'failed', evidence: 'Seen.' },
  'write off': { action: 'write_off', text: 'Gone.' },
}

type Which = 'current' | 'older'

function attemptOf(world: World, { kind, id }: Subject, which: Which): Attempt | undefined {
  const { currentAttempt } = rowOf(world, { kind, id })
  const own = [...world.attempts.values()].filter(({ subject }) => subject.id === id)
  return which === 'current'
    ? own.find((one) => one.id === currentAttempt)
    : own.findLast((one) => one.id !== currentAttempt)
}

export function rowOf(world: World, { kind, id }: Subject) {
  switch (kind) {
    case 'payment':
      return found(world.payments, id)
    case 'capture':
      return found(world.captures, id)
    case 'refund':
      return found(world.refunds, id)
    case 'payout':
      return found(world.payouts, id)
  }
}

function onAttempt(which: Which, give: (world: World, subject: Subject, attempt: Attempt) => void): MatrixInput {
  return (world, subject) => {
    const attempt = attemptOf(world, subject, which)
    return attempt && (() => give(world, subject, attempt))
  }
}

/** The timer of the attempt, if one is set; else one that comes again. */
function overdue(world: World, { kind, id }: Subject, attempt: Attempt): void {
  const at = world.timers.findIndex((one) => one.attempt === attempt.id && one.isByHand !== true)
  if (at < 0) world.input(kind, id, { kind: 'overdue', attempt })
  else world.fire(at)
}

function returned(world: World, { kind, id }: Subject, attempt: Attempt, amount: bigint): void {
  const reference = `ret_${attempt.returned?.length ?? 0}`
  const one = { reference, amount, code: 'R01', at: world.now }
  world.input(kind, id, { kind: 'returned', attempt, returned: one, message: 'No account.', looks: 9 })
}

function ofAttempt(which: Which): Record<string, MatrixInput> {
  const answered = Object.entries(outcomes).map(([name, outcomeOf]): [string, MatrixInput] => [
    `${which} attempt ${name}`,
    onAttempt(which, (world, { kind, id }, attempt) => {
      world.input(kind, id, { kind: 'outcome', attempt, outcome: outcomeOf(attempt) })
    }),
  ])
  const reversed = Object.entries(reversals).map(([name, outcomeOf]): [string, MatrixInput] => [
    `${which} attempt ${name}`,
    (world, subject) => {
      const attempt = attemptOf(world, subject, which)
      if (attempt?.exchange?.reversal === undefined) return undefined
      const { kind, id } = subject
      return () => {
        world.input(kind, id, { kind: 'outcome', attempt, outcome: outcomeOf(attempt) })
      }
    },
  ])
  return {
    ...Object.fromEntries(answered),
    ...Object.fromEntries(reversed),
    [`${which} attempt overdue`]: onAttempt(which, overdue),
    [`${which} attempt inquired by an operator`]: onAttempt(which, (world, { kind, id }, attempt) => {
      world.input(kind, id, { kind: 'overdue', attempt, isByHand: true })
    }),
    [`${which} attempt returned in part`]: onAttempt(which, (world, subject, attempt) =>
      returned(world, subject, attempt, 10n),
    ),
    [`${which} attempt returned`]: onAttempt(which, (world, subject, attempt) =>
      returned(world, subject, attempt, attempt.amountMoved ?? attempt.amount),
    ),
  }
}

function expire(world: World, { kind, id }: Subject): void {
  const { expiresAt } = rowOf(world, { kind, id }) as Partial<Payment>
  const at = world.timers.findIndex(({ input, subject }) => input === 'expire' && subject.id === id)
  world.now = Math.max(world.now, expiresAt ?? 0)
  if (at >= 0) world.timers.splice(at, 1)
  world.input(kind, id, { kind: 'expire' })
}

function decided(decision: SubjectAction): MatrixInput {
  return (world, subject) => {
    const about = world.matters.get(subject.id)?.[0]?.reason
    if (about === undefined) return undefined
    const seen = seenOf(rowOf(world, subject), about, world.context, decision.action)
    return () => {
      world.input(subject.kind, subject.id, { kind: 'decision', decision, about, ...(seen && { seen }) })
    }
  }
}

const always =
  (give: (world: World, subject: Subject) => void): MatrixInput =>
  (world, subject) =>
  () =>
    give(world, subject)

const dispute = (amount: bigint) =>
  always((world, { kind, id }) => {
    world.input(kind, id, { kind: 'dispute', amount, railReference: `dsp_${amount}` })
  })

const evidence = { action: 'force', outcome: 'succeeded', evidence: 'Seen.' } as const

/** Every input of a machine. */
export const matrixInputs: Readonly<Record<string, MatrixInput>> = {
  start: always((world, { kind, id }) => {
    world.input(kind, id, { kind: 'start' })
  }),
  cancel: always((world, { kind, id }) => {
    world.input(kind, id, { kind: 'cancel' })
  }),
  'expire too early': always((world, { kind, id }) => {
    world.input(kind, id, { kind: 'expire' })
  }),
  expire: always(expire),
  increment: always((world, { kind, id }) => {
    world.input(kind, id, { kind: 'increment', amount: 10n })
  }),
  'dispute of 30': dispute(30n),
  'dispute of 300': dispute(300n),
  ...ofAttempt('current'),
  ...ofAttempt('older'),
  ...Object.fromEntries(Object.entries(decisions).map(([name, decision]) => [name, decided(decision)])),
  'discard its dead letters': always((world, { kind, id }) => {
    world.input(kind, id, { kind: 'decision', decision: evidence, about: 'dead_letter' })
  }),
}

/** Until an operator gets it, or something else happens. */
function neverAnswered(world: World, subject: Subject): void {
  for (let times = 0; times < 20; times += 1) {
    const attempt = attemptOf(world, subject, 'current')
    if (attempt === undefined || world.matters.get(subject.id)?.length) return
    overdue(world, subject, attempt)
    const { kind, id } = subject
    const outcome = { kind: 'unknown', why: 'no_answer', isAsked: true } as const
    world.input(kind, id, { kind: 'outcome', attempt: found(world.attempts, attempt.id), outcome })
  }
}

function awayForDays(world: World, subject: Subject, attempt: Attempt): void {
  const { kind, id } = subject
  const away = { kind: 'unavailable', why: 'outage' } as const
  world.input(kind, id, { kind: 'outcome', attempt, outcome: away })
  world.now += 3 * 86_400_000_000
  overdue(world, subject, found(world.attempts, attempt.id))
  world.input(kind, id, { kind: 'outcome', attempt: found(world.attempts, attempt.id), outcome: away })
}

/** Several inputs at once, and acts on the payment's captures and refunds: they lead to further states. */
export const matrixActs: Readonly<Record<string, MatrixInput>> = {
  'current attempt never answered': onAttempt('current', neverAnswered),
  'rail away for days': onAttempt('current', awayForDays),
  'shop frozen': always(({ books }) => books.freeze('shop', true)),
  'dispute of 30 that is owed': (world, { kind, id }) => {
    if (kind !== 'payment' || found(world.payments, id).amountCaptured === 0n) return undefined
    return () => {
      for (const code of ['shop', 'fees']) world.books.freeze(code, true)
      world.input(kind, id, { kind: 'dispute', amount: 30n, railReference: 'dsp_owed' })
      for (const code of ['shop', 'fees']) world.books.freeze(code, false)
    }
  },
  'capture of 40': (world, { kind, id }) => {
    if (kind !== 'payment') return undefined
    return () => {
      const capture = newCapture(world, id, 40n, false)
      if (capture !== undefined) world.input('capture', capture.id, { kind: 'capture', capture })
    }
  },
  'capture succeeded': (world) => {
    const attempt = [...world.attempts.values()].find(
      ({ operation, state }) => operation === 'capture' && state === 'submitting',
    )
    return attempt && (() => succeed(world, attempt))
  },
  'refund of 60': (world, { kind, id }) => {
    if (kind !== 'payment') return undefined
    return () => {
      const made = newRefund(world, id, { amount: 60n, from: [{ account: 'shop', amount: 60n }] })
      if (made !== undefined) world.input('refund', made.id, { kind: 'start' })
    }
  },
  'refund succeeded': (world) => {
    const attempt = [...world.attempts.values()].find(
      ({ operation, state }) => operation === 'refund' && state === 'submitting',
    )
    return attempt && (() => succeed(world, attempt))
  },
}

function succeed(world: World, attempt: Attempt): void {
  const { kind, id } = attempt.subject
  const { amount } = attempt
  world.input(kind, id, { kind: 'outcome', attempt, outcome: { kind: 'succeeded', railReference: attempt.id, amount } })
}
