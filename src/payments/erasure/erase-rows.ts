import type { Timestamp, Uuid } from '#kernel'
import type { Transaction } from '#platform/postgres'
import { nowStep } from '../engine/handling/database-clock.ts'
import {
  eraseAttemptsStep,
  readAttemptsOfRootsStep,
  type StoredAttempt,
  toAttempt,
} from '../engine/rows/attempt-store.ts'
import { deleteDeclinesStep } from '../engine/rows/decline-store.ts'
import { lockPaymentsStep, toPayment, updatePaymentsSteps } from '../engine/rows/payment-store.ts'
import { erasePayoutsStep, lockPayoutsStep, toPayout } from '../engine/rows/payout-store.ts'
import { insertTimelineStep } from '../engine/rows/step-store.ts'
import type { CallTerms, Payment, Payout } from '../payment.ts'
import { deleteEvidenceOf, rootsWithSteps } from './erasure-store.ts'

/** Stands where an instrument stood. */
export const erasedInstrument = 'erased'

/** `waiting`: their rails still need the instrument, or a dispute the evidence. */
export type Erased = { readonly erased: number; readonly waiting: number }

const none: Erased = { erased: 0, waiting: 0 }

type Roots = { readonly book: number; readonly ids: readonly Uuid[] }

/** Erases what is personal. Amounts, accounts, states, transfers and references stay, so the books do. */
export async function erasePayments(tx: Transaction, { book, ids }: Roots): Promise<Erased> {
  if (ids.length === 0) return none
  const [now, locked, made] = await tx.burst([nowStep, lockPaymentsStep(book, ids), readAttemptsOfRootsStep(ids)])
  const at = Number(now?.rows[0]?.[0])
  const attempts = (made?.rows ?? []).map(toAttempt)
  const payments = (locked?.rows ?? []).map(toPayment)
  const disputed = await deleteEvidenceOf(tx, { book, payments: payments.map(({ id }) => id) })
  const personal = payments.filter(isPersonal)
  const ready = personal.filter((payment) => hasEnded(payment, attempts) && !disputed.has(payment.id))
  if (ready.length > 0) {
    const changed = ready.map((before) => ({ before, after: erasedPayment(before) }))
    await tx.burst(updatePaymentsSteps(changed, at))
    await eraseBeside(tx, { kind: 'payment', rows: ready, attempts, at })
  }
  const erasedBefore = payments.filter((payment) => !isPersonal(payment))
  const waitingAgain = erasedBefore.filter(({ id }) => disputed.has(id))
  return { erased: ready.length, waiting: personal.length - ready.length + waitingAgain.length }
}

export async function erasePayouts(tx: Transaction, { book, ids }: Roots): Promise<Erased> {
  if (ids.length === 0) return none
  const [now, locked, made] = await tx.burst([nowStep, lockPayoutsStep(book, ids), readAttemptsOfRootsStep(ids)])
  const at = Number(now?.rows[0]?.[0])
  const attempts = (made?.rows ?? []).map(toAttempt)
  const payouts = (locked?.rows ?? []).map(toPayout).filter(({ instrument }) => instrument !== erasedInstrument)
  const ready = payouts.filter(({ id, phase }) => phase === 'ended' && areOver(attempts, id))
  if (ready.length > 0) {
    await tx.burst([erasePayoutsStep(ready.map(erasedPayout), at)])
    await eraseBeside(tx, { kind: 'payout', rows: ready, attempts, at })
  }
  return { erased: ready.length, waiting: payouts.length - ready.length }
}

function isPersonal({ source }: Payment): boolean {
  return source.kind === 'rail' && source.instrument !== erasedInstrument
}

function hasEnded(
  { id, phase, amountRefunding, amountCapturing }: Payment,
  attempts: readonly StoredAttempt[],
): boolean {
  return phase === 'ended' && amountRefunding === 0n && amountCapturing === 0n && areOver(attempts, id)
}

function areOver(attempts: readonly StoredAttempt[], root: Uuid): boolean {
  const isOpen = ({ state }: StoredAttempt) => state === 'submitting' || state === 'pending' || state === 'unknown'
  return !attempts.some((attempt) => attempt.root === root && isOpen(attempt))
}

function erasedPayment({ nextAction: _, terms, ...payment }: Payment): Payment {
  const { source, version } = payment
  const erased = source.kind === 'rail' ? { ...source, instrument: erasedInstrument } : source
  return { ...payment, ...erasedTerms(terms), source: erased, version: version + 1 }
}

function erasedPayout({ terms, ...payout }: Payout): Payout {
  return { ...payout, ...erasedTerms(terms), instrument: erasedInstrument, version: payout.version + 1 }
}

/** The purpose is a code of the rail's scheme, and the descriptor a text of the merchant. */
function erasedTerms(terms: CallTerms | undefined): { readonly terms?: CallTerms } {
  const { typed: _typed, party: _party, mandate: _mandate, ...kept } = terms ?? {}
  return Object.keys(kept).length > 0 ? { terms: kept } : {}
}

type Beside = {
  readonly kind: 'payment' | 'payout'
  readonly rows: readonly (Payment | Payout)[]
  readonly attempts: readonly StoredAttempt[]
  readonly at: Timestamp
}

/** The attempts, the declines that name the instrument, and a step of the timeline unless it was dropped as too old. */
async function eraseBeside(tx: Transaction, { kind, rows, attempts, at }: Beside): Promise<void> {
  const roots = new Set(rows.map(({ id }) => id))
  const own = attempts.filter(({ root }) => roots.has(root))
  const kept = await rootsWithSteps(tx, [...roots])
  const note = 'The personal data was erased.'
  const steps = rows
    .filter(({ id }) => kept.has(id))
    .map(({ book, id, state }) => ({
      ...{ book, root: id, subject: { kind, id }, input: 'erase', state, note, transfers: [], events: [] },
    }))
  const erased = own.map(({ corrected: _, ...attempt }) => ({ ...attempt, instrument: erasedInstrument }))
  await tx.burst([
    ...(own.length > 0 ? [deleteDeclinesStep(own), eraseAttemptsStep(erased)] : []),
    ...(steps.length > 0 ? [insertTimelineStep(steps, at)] : []),
  ])
}
