import { appendAudit } from '#access'
import type { Caller } from '#platform/http'
import type { Transaction } from '#platform/postgres'

type Rotation = { readonly caller: Caller; readonly dataKey: number }
type RequestedErasure = { readonly caller: Caller; readonly subject: string; readonly id: string }

// Acts of modules that know no log of acts. Each is recorded in its own transaction.

export function recordRotation(tx: Transaction, { caller, dataKey }: Rotation): Promise<void> {
  return appendAudit(tx, {
    ...{ actor: caller.principal, action: 'secrets.rotated', subject: `data key ${dataKey}` },
    details: {},
  })
}

export function recordErasure(tx: Transaction, { caller, subject, id }: RequestedErasure): Promise<void> {
  return appendAudit(tx, {
    ...{ actor: caller.principal, action: 'erasure.created', subject },
    details: { erasure: id, book: caller.book.code },
  })
}
