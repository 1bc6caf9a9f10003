import type { Clock } from '#kernel'
import type { Agenda } from './agenda.ts'
import type { Callbacks } from './callbacks.ts'
import type { FaultSchedule } from './fault-schedule.ts'
import type { ForgottenKeys } from './forgotten-keys.ts'
import type { Journal } from './journal.ts'
import type { Operation } from './operation.ts'
import type { OperationLog } from './operation-log.ts'
import type { Outages } from './outages.ts'
import type { Statements } from './statements.ts'
import type { Timings } from './timings.ts'

/** All that the simulator is made of: what happens to operations is told by functions over it. */
export type World = {
  readonly clock: Clock
  readonly agenda: Agenda
  readonly timings: Timings
  readonly journal: Journal
  readonly log: OperationLog
  readonly callbacks: Callbacks
  readonly statements: Statements
  readonly faults: FaultSchedule
  readonly outages: Outages
  readonly forgotten: ForgottenKeys
  /** Operations of the bank of which the next statement will tell. */
  readonly forStatement: Set<Operation>
  /** To be called when the timings have changed. */
  readonly onTimings: () => void
}
