import type { StuckReason } from '../machine.ts'

/** One thing about a subject that needs a person. Of each reason a subject has at most one. */
export type Matter = { readonly reason: StuckReason; readonly detail: string }

/**
 * What becomes of a subject's matters. `stuck`: this one needs a person, or still does; nothing new when one of
 * `unlessOpen`, which names it too, does already. `resolved`: this one does not any more; without a reason, none does.
 */
export type MatterChange =
  | {
      readonly change: 'stuck'
      readonly reason: StuckReason
      readonly detail: string
      readonly unlessOpen?: readonly StuckReason[]
    }
  | { readonly change: 'resolved'; readonly reason?: StuckReason }

/**
 * The open matters of a subject after a change: the newest first, which is the one that the stuck list shows. The others
 * wait behind it, and none is lost until it is over itself.
 */
export function mattersAfter<Known extends Matter>(open: readonly Known[], change: MatterChange): (Known | Matter)[] {
  const { reason } = change
  const others = reason === undefined ? [] : open.filter((matter) => matter.reason !== reason)
  if (change.change === 'resolved') return others
  const { detail, unlessOpen = [] } = change
  if (open.some((matter) => unlessOpen.includes(matter.reason))) return [...open]
  return [{ reason: change.reason, detail }, ...others]
}
