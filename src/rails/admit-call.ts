import type { RailKeys } from './keys/key-sync.ts'
import type { RailCall } from './rail.ts'
import type { Admission, RailView, Verdict } from './rail-view.ts'

export type CallAdmission =
  | {
      readonly ok: true
      /** Whether the other processes should hear of it at once. */
      readonly record: (verdict: Verdict) => boolean
    }
  | Exclude<Admission, { ok: true }>

/** By the breaker of the part of the rail that the call depends on, then by that of the rail. */
export function admitCall(
  { view, keys }: { readonly view: RailView; readonly keys: RailKeys | undefined },
  call: RailCall,
): CallAdmission {
  const { book = 0 } = call
  const ofKey = keys?.admit(call)
  if (ofKey?.ok === false) return ofKey
  const admission = view.admit(book)
  if (!admission.ok) {
    ofKey?.giveBack()
    return admission
  }
  return {
    ok: true,
    record: (verdict) => {
      const isOwn = ofKey?.record(verdict) === true && view.health().state === 'up'
      return !isOwn && view.record({ ticket: admission.ticket, book }, verdict)
    },
  }
}
