import { appendAudit } from '#access'
import { encodeId, idPrefix } from '#kernel'
import type { Caller } from '#platform/http'
import type { Limit } from '#platform/limits'
import type { Transaction } from '#platform/postgres'

type Rotation = { readonly caller: Caller; readonly dataKey: number }
type RequestedErasure = { readonly caller: Caller; readonly subject: string; readonly id: string }

type LimitAct = { readonly caller: Caller; readonly action: 'limit.set' | 'limit.removed'; readonly limit: Limit }

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

export function recordLimit(tx: Transaction, { caller, action, limit }: LimitAct): Promise<void> {
  const { id, subject, operation = null, rate, concurrency } = limit
  const prefixes = { key: idPrefix.apiKey, client: idPrefix.oauthClient, book: idPrefix.book } as const
  return appendAudit(tx, {
    ...{ actor: caller.principal, action, subject: encodeId(prefixes[subject.kind], subject.id) },
    details: {
      ...{ limit: encodeId(idPrefix.limit, id), operation, concurrency: concurrency?.toString() ?? null },
      rate: rate === undefined ? null : `${rate.requests} in ${rate.windowSeconds} s, ${rate.burst} at once`,
    },
  })
}
