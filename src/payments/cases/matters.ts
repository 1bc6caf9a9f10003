import type { CaseReason } from '../machine.ts'

/** One thing about a subject that needs an operator. Of each reason a subject has at most one. */
export type Matter = { readonly reason: CaseReason; readonly detail: string }

/**
 * A change of a subject's matters. `open`: this one needs an operator, or still does. It adds nothing when one of
 * `unlessOpen` is open already, because that one covers it. `resolve`: this one no longer needs an operator; without a
 * reason, none does.
 */
export type MatterChange =
  | {
      readonly change: 'open'
      readonly reason: CaseReason
      readonly detail: string
      readonly unlessOpen?: readonly CaseReason[]
    }
  | { readonly change: 'resolve'; readonly reason?: CaseReason }

/**
 * The open matters of a subject after a change, the newest first: operators act on that one. The others wait behind
 * it, and each stays until it is itself over.
 */
export function mattersAfter<Known extends Matter>(open: readonly Known[], change: MatterChange): (Known | Matter)[] {
  const { reason } = change
  const others = reason === undefined ? [] : open.filter((matter) => matter.reason !== reason)
  if (change.change === 'resolve') return others
  const { detail, unlessOpen = [] } = change
  if (open.some((matter) => unlessOpen.includes(matter.reason))) return [...open]
  return [{ reason: change.reason, detail }, ...others]
}
