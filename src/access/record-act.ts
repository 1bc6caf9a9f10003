import type { Permission, RecordAct } from '#platform/http'
import { appendAudit } from './audit-log.ts'
import { requireKeyInForce } from './key-in-force.ts'

/** What these allow outlasts the ten seconds for which a process may not know of a revocation, and concerns all books. */
const ofInstallation: ReadonlySet<string> = new Set<Permission>([
  'lanes:manage',
  'rails:manage',
  'consumers:manage',
  'secrets:manage',
])

/** Appends to the log of acts. Acts on the installation throw when the caller's key or client is not in force any more. */
export const recordAct: RecordAct = async (tx, act) => {
  const needed = act.call.permission.split(' ')
  if (needed.some((one) => ofInstallation.has(one))) await requireKeyInForce(tx, act.actor)
  await appendAudit(tx, act)
}
