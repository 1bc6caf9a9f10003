import type { WindowSpec } from '../facts.ts'
import type { Subject } from '../subject-schema.ts'
import type { Scenario } from './compile-scenario.ts'

/** What a batch will read, so that it can be fetched at once before anything is evaluated. */
export type Needs = {
  readonly windows: ReadonlyMap<string, { readonly window: WindowSpec; readonly keys: ReadonlySet<string> }>
  /** By field, the values whose last decision is asked for. */
  readonly earlier: ReadonlyMap<string, ReadonlySet<string>>
  readonly lists: ReadonlySet<string>
  readonly thresholds: ReadonlySet<string>
  /** Parties whose screening is asked for. */
  readonly parties: ReadonlySet<string>
}

/**
 * The first pass. It evaluates keys only, and no rule, so it may name more than the rules will read: And and Or stop
 * early. Never less.
 */
export function collectNeeds(scenarios: readonly Scenario[], subjects: readonly Subject[]): Needs {
  const windows = new Map<string, { readonly window: WindowSpec; readonly keys: Set<string> }>()
  const earlier = new Map<string, Set<string>>()
  const named = { list: new Set<string>(), threshold: new Set<string>(), screening: new Set<string>() }
  for (const { evaluation } of scenarios) {
    const keyed = evaluation.operands.flatMap((operand) => {
      const { kind, name, window } = operand
      if (kind !== 'window' && kind !== 'earlier') {
        named[kind].add(name)
        return []
      }
      if (window === undefined) return [{ operand, keys: setOf(earlier, name) }]
      const known = windows.get(window.id) ?? { window, keys: new Set<string>() }
      windows.set(window.id, known)
      return [{ operand, keys: known.keys }]
    })
    if (keyed.length === 0) continue
    for (const subject of subjects) {
      evaluation.begin(subject)
      for (const { operand, keys } of keyed) {
        const key = operand.key(evaluation)
        if (key !== undefined) keys.add(key)
      }
    }
  }
  return { windows, earlier, lists: named.list, thresholds: named.threshold, parties: named.screening }
}

function setOf(sets: Map<string, Set<string>>, name: string): Set<string> {
  const known = sets.get(name) ?? new Set<string>()
  sets.set(name, known)
  return known
}
