/** Whole microseconds since 1970 in UTC. */
export type Timestamp = number

/** Injected, so that tests can set the time. */
export type Clock = { readonly now: () => Timestamp }

export const systemClock: Clock = { now: () => Date.now() * 1000 }

/** Formats as RFC 3339 in UTC with six decimals: `2026-01-31T09:30:00.000000Z`. */
export function formatTimestamp(timestamp: Timestamp): string {
  const micros = ((timestamp % 1000) + 1000) % 1000
  const millis = new Date((timestamp - micros) / 1000).toISOString()
  return `${millis.slice(0, -1)}${String(micros).padStart(3, '0')}Z`
}
