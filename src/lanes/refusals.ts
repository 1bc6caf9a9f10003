import { type Refusal, refusing } from '#kernel'

/** Every refusal of the lanes, with the next step for the client. */
export const laneRefusals = {
  vendor_not_found: 'No vendor of this book has this id or code.',
  vendor_code_taken: 'Another vendor of this book has that code.',
  sla_too_short:
    'No lane, or not the given one, starts its work within that time. Choose a more urgent lane or a longer SLA.',
  lane_not_pausable: 'The lane rollback carries reverse transactions, so it cannot be paused.',
  dead_letter_not_found: 'There is no dead letter with this id in this book.',
  dead_letter_replayed: 'The dead letter has been replayed already. If it failed again, there is a new one.',
  dead_letter_discarded:
    'An operator has discarded the dead letter, and its subject has gone on without it. It is not replayed.',
} as const

export type LaneRefusalCode = keyof typeof laneRefusals

export const refuse = refusing(laneRefusals)

export type LaneRefusal = Refusal<LaneRefusalCode>
