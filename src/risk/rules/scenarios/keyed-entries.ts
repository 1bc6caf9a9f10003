import type { Subject, SubjectSchema } from '../subject-schema.ts'
import type { Outcome } from './scenario.ts'
import { outcomes } from './scenario.ts'

/** Something that holds for subjects with a value in a field, until a time. */
export type KeyedEntry = {
  readonly id: string
  readonly field: string
  readonly value: string
  /** Microseconds since 1970, exclusive. Everything of this kind expires. */
  readonly until: number
  readonly reason: string
}

/** A rule that is not evaluated for some subjects, for a while. */
export type Snooze = KeyedEntry & { readonly rule: string }

/** An outcome that holds whatever the rules say. */
export type Override = KeyedEntry & { readonly outcome: Outcome }

const none: readonly never[] = []
export const entriesMax = 1_000_000

/** Finds the entries of a subject with one look-up for each field that has any. */
export class KeyedEntries<Entry extends KeyedEntry> {
  readonly #fields: { readonly slot: number; readonly byValue: Map<string, Entry[]> }[] = []

  /** Entries about fields that the schema does not have are left out: they hold for no subject of it. */
  constructor(schema: SubjectSchema, entries: readonly Entry[]) {
    if (entries.length > entriesMax) throw new RangeError(`at most ${entriesMax} entries`)
    const bySlot = new Map<number, Map<string, Entry[]>>()
    for (const entry of entries) {
      const slot = schema.slots.get(entry.field)
      if (slot === undefined) continue
      const byValue = bySlot.get(slot) ?? new Map<string, Entry[]>()
      bySlot.set(slot, byValue)
      const same = byValue.get(entry.value)
      if (same === undefined) byValue.set(entry.value, [entry])
      else same.push(entry)
    }
    for (const [slot, byValue] of bySlot) this.#fields.push({ slot, byValue })
  }

  /** Those in force at the subject's time. */
  of(subject: Subject): readonly Entry[] {
    let found: Entry[] | undefined
    for (const { slot, byValue } of this.#fields) {
      const value = subject.values[slot]
      if (value === undefined || typeof value === 'object') continue
      for (const entry of byValue.get(String(value)) ?? none) {
        if (entry.until <= subject.at) continue
        found ??= []
        found.push(entry)
      }
    }
    return found ?? none
  }
}

/** Of several overrides, the most severe outcome holds. */
export function strictest(overrides: readonly Override[]): Override | undefined {
  let best: Override | undefined
  for (const override of overrides) {
    if (best === undefined || outcomes.indexOf(override.outcome) > outcomes.indexOf(best.outcome)) best = override
  }
  return best
}
