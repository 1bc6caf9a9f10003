import type { Timestamp } from '../time.ts'
import type { Journal } from './journal.ts'

export const mandateStates = ['pending', 'active', 'paused', 'declined', 'revoked', 'expired'] as const
export type MandateState = (typeof mandateStates)[number]

/** As requests and answers have them. Amounts are digits. */
export type MandateTerms = {
  readonly amount: string
  readonly amount_rule: string
  readonly frequency: string
  readonly starts_on?: string
  readonly ends_on?: string
  readonly debits_max?: number
}

export type MandateNotice = {
  readonly id: string
  readonly key: string
  readonly amount: string
  readonly debit_at: string
  readonly at: Timestamp
}

/** A payer's consent to debits, on the UPI rail. */
export type Mandate = {
  readonly id: string
  readonly key: string
  readonly asset: string
  readonly instrument: string
  readonly descriptor: string | undefined
  readonly terms: MandateTerms
  readonly state: MandateState
  readonly pausedUntil: string | undefined
  readonly createdAt: Timestamp
  readonly changedAt: Timestamp
  /** Terms that wait for the payer's approval. */
  readonly asked: MandateTerms | undefined
  /** The requests about it that have had their effect, by key. */
  readonly calls: Readonly<Record<string, string>>
  readonly notices: readonly MandateNotice[]
  readonly debits: number
  readonly events: number
}

export type Mandates = {
  readonly find: (key: string) => Mandate | undefined
  readonly get: (id: string) => Mandate | undefined
  /** Every change goes through here, so that the journal includes it. */
  readonly put: (mandate: Mandate) => void
  readonly all: () => Iterable<Mandate>
  readonly restore: (mandate: Mandate) => void
}

/** Above `retain`, the oldest are forgotten. */
export function createMandates(journal: () => Journal, retain: number): Mandates {
  const byId = new Map<string, Mandate>()
  const idOf = new Map<string, string>()
  const restore = (mandate: Mandate) => {
    byId.set(mandate.id, mandate)
    idOf.set(mandate.key, mandate.id)
    const [oldest] = byId.size > retain ? byId.values() : []
    if (oldest === undefined) return
    byId.delete(oldest.id)
    idOf.delete(oldest.key)
  }
  return {
    find: (key) => byId.get(idOf.get(key) ?? ''),
    get: (id) => byId.get(id),
    put: (mandate) => {
      restore(mandate)
      journal().write(['mandate', mandate])
    },
    all: () => byId.values(),
    restore,
  }
}
