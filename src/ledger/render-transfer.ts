import { encodeId, formatTimestamp, idPrefix, type Timestamp } from '#kernel'
import type { AccountName, Transfer } from './commands.ts'
import { renderMetadata } from './render-metadata.ts'

/**
 * The public JSON text of a transfer, as answers and events carry it. Built by hand, as thousands a
 * second pass here: only the reference and the metadata are free text and need escaping; ids, codes,
 * digits and times cannot hold a character that JSON escapes.
 */
export function renderTransfer(transfer: Transfer): string {
  const { source, destination, expiresAt, reference, resolvedAt } = transfer
  const recordedAt = renderTime(transfer.recordedAt)
  const effectiveAt = transfer.effectiveAt === transfer.recordedAt ? recordedAt : renderTime(transfer.effectiveAt)
  return (
    `{"id":"${encodeId(idPrefix.transfer, transfer.id)}"` +
    `,"source":"${publicId(source)}","source_code":"${source.code}"` +
    `,"destination":"${publicId(destination)}","destination_code":"${destination.code}"` +
    `,"amount":"${transfer.amount}","asset":"${transfer.asset}","state":"${transfer.state}"` +
    `,"amount_posted":"${transfer.amountPosted}","pending":${transfer.pending}` +
    `,"expires_at":${expiresAt === undefined ? 'null' : renderTime(expiresAt)}` +
    `,"reference":${reference === undefined ? 'null' : JSON.stringify(reference)}` +
    `,"effective_at":${effectiveAt},"recorded_at":${recordedAt}` +
    `,"resolved_at":${resolvedAt === undefined ? 'null' : renderTime(resolvedAt)}` +
    `,"metadata":${renderMetadata(transfer.metadata)}}`
  )
}

function publicId({ id, publicId }: AccountName): string {
  return publicId ?? encodeId(idPrefix.account, id)
}

// All transfers of a batch share one time of recording, so the last one rendered is remembered.
let lastTime: Timestamp = 0
let lastTimeText = `"${formatTimestamp(0)}"`

function renderTime(timestamp: Timestamp): string {
  if (timestamp !== lastTime) {
    lastTimeText = `"${formatTimestamp(timestamp)}"`
    lastTime = timestamp
  }
  return lastTimeText
}
