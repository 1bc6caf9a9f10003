import type { Transition } from '../machine.ts'
import type { Arrivals } from '../machines/suspense/suspended.ts'
import type { Attempt, Capture, Payment, Payout, Refund } from '../payment.ts'

/** The rows as a step leaves them. */
export function arrivalsAfter(before: Arrivals, step: Transition): Arrivals {
  const { attempt, attempts = [], inquire, resubmit, newAttempts = [], newRefunds = [], refund } = step
  const changed = new Map<string, Attempt>()
  for (const one of [inquire, attempt, resubmit, ...attempts]) if (one !== undefined) changed.set(one.id, one)
  const after = (known: readonly Attempt[]) => known.map((one) => changed.get(one.id) ?? one)
  return {
    ...before,
    attemptsOf: (subject) => {
      const known = before.attemptsOf(subject)
      const made = newAttempts.filter((one) => one.subject.id === subject.id)
      return made.length === 0 ? after(known) : [...after(known), ...made.map((one) => asStored(one, subject))]
    },
    broughtBy: (payment) => {
      const known = after(before.broughtBy(payment))
      const ids = new Set(known.map(({ id }) => id))
      return [...known, ...[...changed.values()].filter(({ id, suspended }) => suspended !== undefined && !ids.has(id))]
    },
    returningOf: (payment) => [
      ...before.returningOf(payment).map((one) => (one.id === refund?.id ? refund : one)),
      ...newRefunds,
    ],
  }
}

type Made = NonNullable<Transition['newAttempts']>[number]

function asStored(made: Made, subject: Payment | Capture | Refund | Payout): Attempt {
  const [book, asset] = 'asset' in subject ? [subject.book, subject.asset] : [0, '']
  return {
    ...{ ...made, book, asset, originalReference: made.originalReference, state: 'submitting' },
    ...{ railReference: undefined, reason: undefined, inquiries: 0, createdAt: 0 },
  }
}

/** Looks up each list once. */
export function remembering(lookUps: Arrivals): Arrivals {
  return {
    ...lookUps,
    attemptsOf: once(lookUps.attemptsOf),
    broughtBy: once(lookUps.broughtBy),
    returningOf: once(lookUps.returningOf),
  }
}

function once<Row extends { readonly id: string }, Found>(lookUp: (row: Row) => Found): (row: Row) => Found {
  const known = new Map<string, Found>()
  return (row) => {
    const found = known.get(row.id) ?? lookUp(row)
    known.set(row.id, found)
    return found
  }
}
