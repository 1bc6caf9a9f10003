import { problemsOf } from '#platform/http'
import { caseRefusals } from '../refusals.ts'

/** 404: not found. 409: not in this state. 422: the request names what the case does not decide. */
export const caseProblems = problemsOf(caseRefusals, {
  case_not_found: [404, 'There is no such case'],
  case_already_resolved: [409, 'The case is resolved'],
  case_being_acted_on: [409, 'An action is being carried out'],
  case_waits: [409, 'Another case comes first'],
  case_changed: [409, 'The case has changed'],
  case_action_not_allowed: [409, 'The state does not allow this'],
  case_outcome_not_allowed: [409, 'The state does not allow this outcome'],
  case_attempt_unclear: [422, 'The attempt is not the one that the case decides'],
  case_needs_another_person: [409, 'Another person has to want it'],
})
