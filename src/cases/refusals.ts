import { refusing } from '#kernel'

/** In order of precedence. */
export const caseRefusals = {
  case_not_found: 'The book has no case with this id.',
  case_already_resolved: 'The case is already resolved; `resolution` says how it ended.',
  case_being_acted_on: 'Another action is being carried out. Read the case again: it ends, or allows an action again.',
  case_waits:
    'A newer case of the same subject comes first. Act on that one; `subject_id` lists the cases of a subject.',
  case_changed: 'The case has changed since it was read. Read it again, then act on it.',
  case_action_not_allowed: 'The action is not safe in this state. `actions` of the case lists the allowed ones.',
  case_outcome_not_allowed:
    'The outcome cannot be stated in this state. `outcomes` of the case lists the allowed ones.',
  case_attempt_unclear:
    'The attempt or the reference of the rail is not of what the case decides next. The detail lists its attempts.',
  case_needs_another_person:
    'You have proposed this action, and another person has to want it as well: with another API key, while the case stays as it is.',
} as const

export type CaseRefusalCode = keyof typeof caseRefusals

export const refuse = refusing(caseRefusals)
