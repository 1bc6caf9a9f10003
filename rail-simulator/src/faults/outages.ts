import { type RailName, railNames } from '../operations/operation.ts'
import type { Agenda } from './agenda.ts'

export const outageModes = ['unavailable', 'hang', 'reset'] as const
export type OutageMode = (typeof outageModes)[number]

export type Outages = {
  readonly of: (rail: RailName) => { readonly mode: OutageMode; readonly leftMs: number } | undefined
  /** `ms` 0 ends the outage. */
  readonly begin: (rail: RailName, ms: number, mode: OutageMode) => void
}

export function createOutages(agenda: Agenda, onEnd: (rail: RailName) => void): Outages {
  const away = new Map<RailName, { mode: OutageMode; until: number; cancel: () => void }>()
  const end = (rail: RailName) => {
    away.get(rail)?.cancel()
    if (away.delete(rail)) onEnd(rail)
  }
  return {
    of: (rail) => {
      const outage = away.get(rail)
      if (outage === undefined) return undefined
      return { mode: outage.mode, leftMs: Math.max(0, outage.until - performance.now()) }
    },
    begin: (rail, ms, mode) => {
      if (ms === 0) return end(rail)
      away.get(rail)?.cancel()
      away.set(rail, { mode, until: performance.now() + ms, cancel: agenda.after(ms, () => end(rail)) })
    },
  }
}

export function railsNamed(name: unknown): readonly RailName[] | undefined {
  if (name === 'all') return railNames
  const rail = railNames.find((each) => each === name)
  return rail === undefined ? undefined : [rail]
}
