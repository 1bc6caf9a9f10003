import type { CaseAbout, ChangedSentence } from '#cases'
import type { CaseReason } from '../machine.ts'

/** One thing about a subject that needs an operator. A subject has at most one of each reason. */
export type Matter = { readonly reason: CaseReason; readonly detail: string; readonly about?: CaseAbout }

/** `open` adds nothing while a matter in `unlessOpen` is open, which covers it. `resolve` without a reason: all. */
export type MatterChange =
  | {
      readonly change: 'open'
      readonly reason: CaseReason
      readonly detail: string
      readonly about?: CaseAbout
      readonly unlessOpen?: readonly CaseReason[]
    }
  | {
      readonly change: 'update'
      readonly reason: CaseReason
      readonly about: CaseAbout
      readonly sentence: ChangedSentence
    }
  | { readonly change: 'resolve'; readonly reason?: CaseReason }

/** The open matters after a change, newest first. Operators act on the first; the others stay until they are over. */
export function mattersAfter<Known extends Matter>(open: readonly Known[], change: MatterChange): (Known | Matter)[] {
  const { reason } = change
  if (change.change === 'update') {
    const { about, sentence } = change
    const updated = (matter: Known) => ({ ...matter, about, detail: withSentence(matter.detail, sentence) })
    return open.map((matter) => (matter.reason === reason ? updated(matter) : matter))
  }
  const others = reason === undefined ? [] : open.filter((matter) => matter.reason !== reason)
  if (change.change === 'resolve') return others
  const { detail, about, unlessOpen = [] } = change
  if (open.some((matter) => unlessOpen.includes(matter.reason))) return [...open]
  return [{ reason: change.reason, detail, ...(about !== undefined && { about }) }, ...others]
}

function withSentence(detail: string, { before, after }: ChangedSentence): string {
  const rest = detail.endsWith(before) ? detail.slice(0, detail.length - before.length) : detail
  return `${rest}${after}`
}
