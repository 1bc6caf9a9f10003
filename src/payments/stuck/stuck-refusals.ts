import type { Refusal } from '#kernel'

/** Every reason for which an act on the stuck list is refused, in the order of precedence. */
export const stuckRefusals = {
  stuck_not_found: 'There is no entry of that id in the stuck list of the book.',
  stuck_already_resolved: 'The entry needs nobody any more; `resolution` says how it ended.',
  stuck_being_decided:
    'Somebody has decided already, and the decision is being carried out. Read the entry again: it ends, or asks again.',
  stuck_entry_changed: 'The entry has changed since it was read. Read it again, then decide.',
  stuck_action_not_allowed: 'That would not be safe in this state. `actions` of the entry lists what may be done.',
  stuck_outcome_not_allowed: 'That outcome cannot be stated in this state. `outcomes` of the entry lists what can be.',
} as const

export type StuckRefusalCode = keyof typeof stuckRefusals

export type StuckRefusal = Refusal<StuckRefusalCode>
