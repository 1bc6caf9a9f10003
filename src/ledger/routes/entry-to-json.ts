import type { Static } from 'typebox'
import { encodeId, formatTimestamp, idPrefix } from '#kernel'
import type { Entry } from '../lists/entry-read-model.ts'
import type { entry } from './report-schemas.ts'

export function entryToJson(found: Entry): Static<typeof entry> {
  return {
    transfer: encodeId(idPrefix.transfer, found.transfer),
    kind: found.kind,
    direction: found.direction,
    amount: String(found.amount),
    pending_change: String(found.pendingChange),
    posted: String(found.posted),
    pending: String(found.pendingOut),
    pending_in: String(found.pendingIn),
    available: String(found.posted - found.pendingOut),
    version: found.version,
    counterparty: encodeId(idPrefix.account, found.counterparty.id),
    counterparty_code: found.counterparty.code,
    reference: found.reference ?? null,
    effective_at: formatTimestamp(found.effectiveAt),
    recorded_at: formatTimestamp(found.recordedAt),
  }
}
