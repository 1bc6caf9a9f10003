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

/** The parts of the simulator; the functions that change operations work on it. */
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
  /** Bank operations that the next statement reports. */
  readonly forStatement: Set<Operation>
  readonly onTimings: () => void
}
