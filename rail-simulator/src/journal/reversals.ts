import type { RailName } from '../operations/operation.ts'
import type { Journal } from './journal.ts'

export type ReversalEnd = 'reversed' | 'nothing_to_reverse' | 'too_late'

/** A reversal by its key: one effect, however often it is sent. */
export type Reversal = {
  readonly rail: RailName
  readonly key: string
  /** The key of the original. */
  readonly original: string
  /** Undefined: none has arrived yet. */
  readonly outcome: ReversalEnd | undefined
  /** How often it was sent, and acknowledged. */
  readonly sent: number
  readonly acknowledged: number
}

export type Reversals = {
  readonly find: (rail: RailName, key: string) => Reversal | undefined
  readonly put: (reversal: Reversal) => void
  /** Whether the rail has acknowledged a reversal of an original that it did not know. */
  readonly isRefused: (rail: RailName, original: string) => boolean
  readonly all: () => Iterable<Reversal>
  readonly restore: (reversal: Reversal) => void
}

/** Above `retain`, the oldest are forgotten. */
export function createReversals(journal: () => Journal, retain: number): Reversals {
  const byKey = new Map<string, Reversal>()
  const refused = new Set<string>()
  const restore = (reversal: Reversal) => {
    const { rail, key, original, outcome } = reversal
    byKey.set(`${rail}:${key}`, reversal)
    if (outcome === 'nothing_to_reverse') refused.add(`${rail}:${original}`)
    const [oldest] = byKey.size > retain ? byKey.keys() : []
    if (oldest !== undefined) byKey.delete(oldest)
    const [first] = refused.size > retain ? refused : []
    if (first !== undefined) refused.delete(first)
  }
  return {
    find: (rail, key) => byKey.get(`${rail}:${key}`),
    put: (reversal) => {
      restore(reversal)
      journal().write(['reversal', reversal])
    },
    isRefused: (rail, original) => refused.has(`${rail}:${original}`),
    all: () => byKey.values(),
    restore,
  }
}
