import type { Timestamp } from '#kernel'

/** The most that an account had in a window of one length, by periods of that length. */
export type Peak = {
  readonly period: number
  /** Of windows that end in this period, in the one before, and in all earlier ones. */
  readonly current: number
  readonly previous: number
  readonly earlier: number
}

export type PeakAt = { readonly count: number; readonly at: Timestamp; readonly lengthMicros: number }

/** A window reaches into the period before that of its end, so only what ended earlier has nothing in common with it. */
export function earlierPeak(peak: Peak | undefined, { at, lengthMicros }: Omit<PeakAt, 'count'>): number {
  if (peak === undefined) return 0
  const passed = Math.floor(at / lengthMicros) - peak.period
  if (passed <= 0) return peak.earlier
  return passed === 1 ? Math.max(peak.earlier, peak.previous) : Math.max(peak.earlier, peak.previous, peak.current)
}

export function withPeak(peak: Peak | undefined, { count, at, lengthMicros }: PeakAt): Peak {
  const period = Math.floor(at / lengthMicros)
  if (peak === undefined) return { period, current: count, previous: 0, earlier: 0 }
  const passed = period - peak.period
  if (passed === 0) return { ...peak, current: Math.max(peak.current, count) }
  if (passed === -1) return { ...peak, previous: Math.max(peak.previous, count) }
  if (passed < -1) return { ...peak, earlier: Math.max(peak.earlier, count) }
  const earlier = earlierPeak(peak, { at, lengthMicros })
  return { period, current: count, previous: passed === 1 ? peak.current : 0, earlier }
}
