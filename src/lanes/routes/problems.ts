import { problemsOf } from '#platform/http'
import { laneRefusals } from '../refusals.ts'

export const laneProblems = problemsOf(laneRefusals, {
  vendor_not_found: [404, 'There is no such vendor'],
  vendor_code_taken: [409, 'The code is taken'],
  sla_too_short: [422, 'The SLA is too short'],
  lane_not_pausable: [422, 'The lane cannot be paused'],
  dead_letter_not_found: [404, 'There is no such dead letter'],
  dead_letter_replayed: [409, 'The dead letter has been replayed'],
  dead_letter_discarded: [409, 'The dead letter has been discarded'],
})
