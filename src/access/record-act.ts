import type { RecordAct } from '#platform/http'
import { appendAudit } from './audit-log.ts'
import { isLockedInForce } from './key-in-force.ts'

/**
 * Appends to the log of acts. Throws when the caller's key, client or session is not in force any more, of which the
 * process may not know for ten seconds. A transaction that has locked it in force may have ended it since.
 */
export const recordAct: RecordAct = (tx, { isDone = false, ...act }) =>
  appendAudit(tx, { ...act, mustBeInForce: !isDone && !isLockedInForce(tx, act.actor) })
