import type { Queryable } from '#platform/postgres'
import type { Metric } from '#platform/telemetry'
import type { RailsService } from './create-rails.ts'
import type { Measure } from './guard-rail.ts'
import { countUnread } from './inbox-store.ts'
import type { RailHealth } from './rail.ts'
import { countUnfinished } from './statement-store.ts'

const levels: Readonly<Record<RailHealth['state'], number>> = { up: 1, probing: 0.5, down: 0 }

const keysShown = 20

export function railMetrics(rails: Pick<RailsService, 'names' | 'health' | 'parts'>, on: Queryable): Metric[] {
  return [
    {
      name: 'munim_rail_up',
      help: 'State of the rail: 1 up, 0.5 being tried out, 0 down or paused.',
      labels: ['rail'],
      read: () => rails.names().map((rail) => [{ rail }, levels[rails.health(rail).state]]),
    },
    {
      name: 'munim_rail_keys_down',
      help: 'Parts of the rail, such as banks behind it, that are not up.',
      labels: ['rail'],
      read: () => rails.names().map((rail) => [{ rail }, rails.parts(rail).keys.length]),
    },
    {
      name: 'munim_rail_key_up',
      help: `State of parts of the rail that are not up: 0.5 being tried out, 0 down. At most ${keysShown} a rail.`,
      labels: ['rail', 'key'],
      read: () =>
        rails.names().flatMap((rail) =>
          rails
            .parts(rail)
            .keys.slice(0, keysShown)
            .map(({ key, state }) => [{ rail, key }, levels[state]] as const),
        ),
    },
    {
      name: 'munim_rail_unfinished_statements',
      help: 'Statements that were begun and are not read to their end.',
      labels: ['rail'],
      read: async () => {
        const unfinished = await countUnfinished(on)
        return rails.names().map((rail) => [{ rail }, unfinished.get(rail) ?? 0])
      },
    },
    {
      name: 'munim_rail_unread_events',
      help: 'Events of callbacks and statements that could not be read, and are kept.',
      labels: ['rail'],
      read: async () => {
        const unread = await countUnread(on)
        return rails.names().map((rail) => [{ rail }, unread.get(rail) ?? 0])
      },
    },
  ]
}

/** Its count is the number of calls. */
export const railCallSeconds = {
  name: 'munim_rail_call_duration_seconds',
  help: 'Time from a call of a rail to its outcome.',
  labelNames: ['rail', 'operation', 'outcome'],
} as const

/** Records calls in the histogram; each series is created once. */
export function measureInto(series: (labels: Readonly<Record<string, string>>) => (seconds: number) => void): Measure {
  const known = new Map<string, (seconds: number) => void>()
  return ({ rail, operation, outcome, seconds }) => {
    const name = `${rail} ${operation} ${outcome}`
    let observe = known.get(name)
    if (observe === undefined) {
      observe = series({ rail, operation, outcome })
      known.set(name, observe)
    }
    observe(seconds)
  }
}
