import type { Timestamp } from '#kernel'
import {
  type ChangeEntry,
  createThreshold,
  dayMicros,
  type Setting,
  settingOf,
  type ThresholdDefinition,
  type ThresholdState,
} from './threshold.ts'

/** What an entry of the log does to the setting of its hour. Nothing else changes a setting. */
export function settingAfter(setting: Setting, entry: ChangeEntry): Setting {
  const { at, to: value } = entry
  switch (entry.kind) {
    case 'adapted':
      return { ...setting, value, past: [...pastAt(setting, at), { at, value }] }
    case 'proposed':
      return { ...setting, proposal: entry }
    case 'approved':
      return { ...setting, value, past: [...pastAt(setting, at), { at, value }], proposal: undefined }
    case 'rejected':
      return { ...setting, proposal: undefined, quietUntil: at + dayMicros }
    case 'set':
      return { ...setting, value, isManual: true, past: [{ at, value }], proposal: undefined }
    case 'released':
      return { ...setting, isManual: false, past: [{ at, value }] }
    case 'reversed':
      return { value, isManual: false, past: [{ at, value }], proposal: undefined, quietUntil: at + dayMicros }
  }
}

/** The values that were in force at any time of the last 24 hours. */
export function pastAt({ past }: Setting, at: Timestamp): Setting['past'] {
  const current = past.findLastIndex((value) => value.at <= at - dayMicros)
  return past.slice(Math.max(current, 0))
}

/** How far an automatic change may go: from every value of the last 24 hours, no further than the speed. */
export function reachOf({ speed, bounds }: ThresholdDefinition, setting: Setting, at: Timestamp) {
  const values = pastAt(setting, at).map(({ value }) => value)
  const [lowest, highest] = [Math.min(...values), Math.max(...values)]
  const step = (value: number) => Math.max(Math.abs(value) * speed.share, speed.step)
  return {
    least: Math.max(highest - step(highest), bounds.least),
    most: Math.min(lowest + step(lowest), bounds.most),
  }
}

export function withEntries(state: ThresholdState, entries: readonly ChangeEntry[]): ThresholdState {
  if (entries.length === 0) return state
  const hours = [...state.hours]
  for (const entry of entries) {
    const found = hours[entry.hour]
    if (found) hours[entry.hour] = { ...found, setting: settingAfter(found.setting, entry) }
  }
  return { ...state, hours, entries: state.entries + entries.length }
}

/** The settings from the log alone: those of now, or, with the entries up to a time, those of then. */
export function replayThreshold(definition: ThresholdDefinition, log: readonly ChangeEntry[]): readonly Setting[] {
  return withEntries(createThreshold(definition), log).hours.map(({ setting }) => setting)
}

/** An act never comes before those that were there. */
export function notBefore(
  state: ThresholdState,
  { hour, at }: { readonly hour: number; readonly at: Timestamp },
): Timestamp {
  return Math.max(at, settingOf(state, hour).past.at(-1)?.at ?? 0)
}
