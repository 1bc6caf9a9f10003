import { assert } from '#kernel'
import type { EarlierDecision, EarlierReader } from '../rules/facts.ts'
import type { Scenario } from '../rules/scenarios/compile-scenario.ts'
import type { Decision } from '../rules/scenarios/decide.ts'

export type EarlierKey = { readonly field: string; readonly value: string }

export type EarlierRow = EarlierKey & { readonly decision: EarlierDecision | undefined }

export type EarlierOptions = {
  /** Values whose last decision is kept, of all fields. At the bound, the quarter that was set first is dropped. */
  readonly earlierMax?: number
  readonly isStored?: boolean
}

/** The last decision by the value of a field. */
export type EarlierMemory = EarlierReader & {
  /** What a decision on a subject with these values replaces. */
  readonly remember: (decision: Decision) => void
  readonly load: (row: EarlierRow) => void
  /** What was remembered since the last call, each value once. */
  readonly takeChanges: () => EarlierRow[]
  readonly discardChanges: () => void
}

const earlierDefaultMax = 1_000_000

/** Keeps last decisions of the fields that the scenarios ask for. */
export function createEarlierMemory(scenarios: readonly Scenario[], options: EarlierOptions): EarlierMemory {
  const { earlierMax = earlierDefaultMax, isStored = false } = options
  assert(earlierMax >= 4, 'a memory of earlier decisions has room for 4')
  const fields = fieldsOf(scenarios)
  const kept = new Map<string, EarlierRow>()
  const changed = new Map<string, EarlierRow>()
  let hasDropped = false
  const put = (key: string, row: EarlierRow) => {
    kept.delete(key)
    kept.set(key, row)
    if (kept.size > earlierMax) dropFirst()
  }
  const dropFirst = () => {
    let count = earlierMax >> 2
    for (const key of kept.keys()) {
      if (count === 0) break
      if (changed.has(key)) continue
      kept.delete(key)
      count -= 1
    }
    hasDropped = true
  }
  return {
    last: (asked) => {
      const row = kept.get(keyOf(asked))
      if (row !== undefined) return row.decision
      return isStored || hasDropped ? null : undefined
    },
    remember: ({ scenario: { schema }, subject, outcome, score }) => {
      for (const field of fields) {
        const slot = schema.slots.get(field)
        const value = slot === undefined ? undefined : subject.values[slot]
        if (value === undefined || typeof value === 'object') continue
        const row = { field, value: String(value), decision: { outcome, score, at: subject.at } }
        const key = keyOf(row)
        if (isStored) changed.set(key, row)
        put(key, row)
      }
    },
    load: (row) => put(keyOf(row), row),
    takeChanges: () => {
      const taken = [...changed.values()]
      changed.clear()
      return taken
    },
    discardChanges: () => {
      for (const key of changed.keys()) kept.delete(key)
      changed.clear()
    },
  }
}

/** No name of a field has a colon. */
function keyOf({ field, value }: EarlierKey): string {
  return `${field}:${value}`
}

function fieldsOf(scenarios: readonly Scenario[]): readonly string[] {
  const operands = scenarios.flatMap(({ evaluation }) => evaluation.operands)
  return [...new Set(operands.filter(({ kind }) => kind === 'earlier').map(({ name }) => name))]
}
