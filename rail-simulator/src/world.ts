import type { Callbacks } from './callbacks.ts'
import type { Conduct } from './conduct.ts'
import type { Agenda } from './faults/agenda.ts'
import type { FaultSchedule } from './faults/fault-schedule.ts'
import type { Outages } from './faults/outages.ts'
import type { Timings } from './faults/timings.ts'
import type { ForgottenKeys } from './journal/forgotten-keys.ts'
import type { Journal } from './journal/journal.ts'
import type { Mandates } from './journal/mandates.ts'
import type { Reversals } from './journal/reversals.ts'
import type { NetbankDays } from './netbank/netbank-days.ts'
import type { Operation } from './operations/operation.ts'
import type { OperationLog } from './operations/operation-log.ts'
import type { Statements } from './statements.ts'
import type { Clock } from './time.ts'

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
  readonly conduct: Conduct
  readonly forgotten: ForgottenKeys
  readonly reversals: Reversals
  readonly mandates: Mandates
  /** For the next statement. */
  readonly forStatement: Set<Operation>
  readonly netbankDays: NetbankDays
  readonly onTimings: () => void
}
