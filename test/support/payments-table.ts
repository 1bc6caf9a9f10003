import {
  type Attempt,
  type Capture,
  type Input,
  type MachineContext,
  nothingMoved,
  type Payment,
  type SubjectAction,
  type Transition,
} from '#payments'
import { derivedUuid } from '#platform/ids'
import { type CallNotice, inquiriesAfter, type RailOutcome } from '#rails'
import { startOfTime } from './payments-world.ts'

// Every input of a machine, and the requirements on any answer, for the tests that play them all.

export const operations = ['authorize', 'charge', 'capture', 'void', 'refund', 'payout'] as const

let ids = 0
export const context: MachineContext = {
  now: startOfTime,
  newId: () => {
    ids += 1
    return `f${ids.toString(16).padStart(31, '0')}`
  },
  derivedId: derivedUuid,
  renewableId: derivedUuid,
  random: () => 0.5,
  capabilities: () => ({
    operations: new Set(operations),
    inquiries: inquiriesAfter(1_000),
    authorizationMs: 86_400_000,
  }),
  isUp: () => true,
  refundsOf: () => [],
  returningOf: () => [],
  attemptsOf: () => [],
  broughtBy: () => [],
  accounts: {
    clearing: ({ rail, asset }) => `rails:${rail}:clearing:${asset}`,
    suspense: (asset) => `suspense:${asset}`,
    fees: ({ rail, asset }) => `rails:${rail}:fees:${asset}`,
    writeOffs: (asset) => `write_offs:${asset}`,
  },
}

export const paymentId = '1'.repeat(32)
export const subjectId = '2'.repeat(32)
export const callId = '3'.repeat(32)
export const otherId = '4'.repeat(32)

export const rail = { kind: 'rail', rail: 'card', instrument: 'card_ok', otherRails: [] } as const
export const sources = [rail, { ...rail, otherRails: ['bank'] }, { kind: 'wallet', account: 'wallet' }] as const
export const captureModes = ['automatic', 'manual'] as const

export const basis: Payment = {
  id: paymentId,
  book: 1,
  state: 'processing',
  reason: undefined,
  phase: 'new',
  source: rail,
  asset: 'USD',
  amount: 100n,
  destinations: [{ account: 'shop', amount: 93n }],
  fee: { account: 'fees', amount: 7n },
  capture: 'automatic',
  ...nothingMoved,
  holds: [],
  currentAttempt: undefined,
  rail: 'card',
  railReference: 'auth_1',
  attempts: 1,
  vendor: 0,
  lane: 'standard',
  reference: undefined,
  metadata: {},
  expiresAt: startOfTime - 1,
  createdAt: startOfTime - 1_000_000,
  version: 3,
}

export const attemptStates = ['submitting', 'pending', 'unknown', 'succeeded', 'failed', 'not_sent'] as const

export function attempts(kind: Attempt['subject']['kind'], id: string, amount: bigint): Attempt[] {
  return operations.flatMap((operation) =>
    attemptStates.flatMap((state) =>
      [callId, otherId].flatMap((attempt) =>
        [0, 6].map((inquiries) => ({
          id: attempt,
          book: 1,
          subject: { kind, id },
          rail: 'card',
          operation,
          amount,
          asset: 'USD',
          instrument: 'card_ok',
          originalReference: operation === 'authorize' || operation === 'charge' ? undefined : 'auth_1',
          state,
          railReference: undefined,
          reason: state === 'succeeded' && inquiries > 0 ? 'doubted' : undefined,
          inquiries,
          createdAt: startOfTime - 1_000_000,
        })),
      ),
    ),
  )
}

export const decline = { message: 'No.' }
export const outcomesOf = (amount: bigint): readonly RailOutcome[] => [
  { kind: 'succeeded', railReference: 'ref_1', amount },
  { kind: 'succeeded', railReference: 'ref_1', amount: amount - 10n },
  { kind: 'succeeded', railReference: 'ref_1', amount: amount + 10n },
  { kind: 'pending', railReference: 'ref_1' },
  { kind: 'failed', decline: { ...decline, code: 'do_not_honor', remedy: 'instrument' } },
  { kind: 'failed', decline: { ...decline, code: 'operation_not_supported', remedy: 'rail' } },
  { kind: 'failed', decline: { ...decline, code: 'try_again_later', remedy: 'later' } },
  { kind: 'failed', decline: { ...decline, code: 'authorization_expired', remedy: 'never' } },
  { kind: 'unknown', why: 'timeout' },
  { kind: 'unavailable', why: 'outage' },
  { kind: 'unavailable', why: 'outage', retryAt: startOfTime + 5_000_000 },
  { kind: 'not_found' },
]

export const decisions: readonly SubjectAction[] = [
  { action: 'retry' },
  { action: 'inquire' },
  { action: 'reverse' },
  { action: 'force', outcome: 'succeeded', evidence: 'The bank statement of 3 May.' },
  { action: 'force', outcome: 'failed', evidence: 'The bank statement of 3 May.' },
]

export const capture: Capture = {
  id: subjectId,
  payment: paymentId,
  amount: 40n,
  final: false,
  state: 'processing',
  reason: undefined,
  currentAttempt: undefined,
  createdAt: startOfTime,
}

export function inputs(kind: Attempt['subject']['kind'], id: string): Input[] {
  const amount = kind === 'capture' ? capture.amount : 100n
  const made = attempts(kind, id, amount)
  return [
    { kind: 'start' },
    { kind: 'cancel' },
    { kind: 'expire' },
    { kind: 'capture', capture },
    { kind: 'increment', amount: 10n },
    { kind: 'dispute', amount: 30n, railReference: 'dsp_1' },
    { kind: 'dispute', amount: 300n, railReference: 'dsp_1' },
    ...made.flatMap((attempt) => returnsOf(attempt)),
    ...made.flatMap((attempt) => notices.map((notice): Input => ({ kind: 'notice', attempt, notice }))),
    ...decisions.map((decision): Input => ({ kind: 'decision', decision })),
    ...made.map((attempt): Input => ({ kind: 'overdue', attempt })),
    ...made.flatMap((attempt) => outcomesOf(amount).map((outcome): Input => ({ kind: 'outcome', attempt, outcome }))),
  ]
}

const notices: readonly CallNotice[] = [
  { kind: 'progress', confirmations: 2 },
  { kind: 'notice_of_change', instrument: 'GB33', code: 'C01', message: '' },
]

function returnsOf(attempt: Attempt): Input[] {
  const known = { reference: 'ret_0', amount: 10n, code: 'R01', at: startOfTime }
  const parts = [10n, attempt.amount, attempt.amount + 1n].map((amount, n) => ({
    ...known,
    reference: `ret_${n + 1}`,
    amount,
  }))
  return [known, ...parts].flatMap((returned): Input[] => {
    const input = { kind: 'returned', returned, message: 'No account.', looks: 0 } as const
    return [
      { ...input, attempt },
      { ...input, attempt: { ...attempt, returned: [known] } },
    ]
  })
}

/** A cheap expectation: there are hundreds of thousands of them. */
export function must(condition: unknown, reported: string): void {
  if (!condition) throw new Error(reported)
}

/** An answer has some content and is whole. So is the step after a refusal. */
export function expectDefined(answer: Transition, reported: string): void {
  const { ignored, ...rest } = answer
  const parts = Object.values(rest).filter((value) => value !== undefined)
  if (ignored !== undefined) must(parts.length === 0, `${reported}: ignored, and yet something follows`)
  else must(parts.length > 0, `${reported}: neither a change nor why there is none`)
  for (const attempt of answer.newAttempts ?? []) {
    must(attempt.amount > 0n, `${reported}: an attempt of nothing`)
    const isWatched = (answer.timers ?? []).some((timer) => timer.attempt === attempt.id)
    must(isWatched, `${reported}: an attempt that no timer watches`)
  }
  for (const command of answer.commands ?? []) {
    if (command.kind === 'create') must(command.amount > 0n, `${reported}: a transfer of nothing`)
  }
  for (const timer of answer.timers ?? []) {
    must(Number.isSafeInteger(timer.at), `${reported}: a timer at no time`)
  }
  const needsNote = answer.commands !== undefined && answer.commands.length > 0
  if (needsNote) must(answer.note !== undefined, `${reported}: money moves without a word`)
  if (answer.refused !== undefined) {
    const next = answer.refused({ code: 'account_frozen', message: 'The account is frozen.' })
    expectDefined(next, `${reported}, refused by the books`)
  }
}

export function expectAmounts(payment: Payment | undefined, reported: string): void {
  if (payment === undefined) return
  const { amount, amountCapturable, amountCapturing, amountCaptured, amountRefunding, amountRefunded } = payment
  for (const one of [amountCapturable, amountCapturing, amountCaptured, amountRefunding, amountRefunded]) {
    must(one >= 0n, `${reported}: an amount below nothing`)
  }
  must(amountCapturable + amountCapturing + amountCaptured <= amount, `${reported}: more than there is`)
  must(amountRefunding + amountRefunded <= amountCaptured, `${reported}: more back than taken`)
}

export function tell(
  row: { readonly phase?: string; readonly state: string; readonly reason: string | undefined },
  input: Input,
) {
  const attempt = 'attempt' in input ? ` ${input.attempt.operation} ${input.attempt.state}` : ''
  const what = input.kind === 'outcome' ? ` ${input.outcome.kind}` : ''
  const decision = input.kind === 'decision' ? ` ${input.decision.action}` : ''
  return `${row.phase ?? ''} ${row.state} ${row.reason ?? ''} meets ${input.kind}${attempt}${what}${decision}`
}
