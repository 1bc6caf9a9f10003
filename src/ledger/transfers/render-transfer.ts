import { encodeId, formatTimestamp, idPrefix, type Timestamp } from '#kernel'
import type { AccountName, Transfer } from '../commands.ts'
import { renderMetadata } from './render-metadata.ts'

/** Built by hand for speed. Only the reference and the metadata can hold characters that JSON escapes. */
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

// All transfers of a batch share one recording time, so the last rendered time is cached.
let lastTime: Timestamp = 0
let lastTimeText = `"${formatTimestamp(0)}"`

function renderTime(timestamp: Timestamp): string {
  if (timestamp !== lastTime) {
    lastTimeText = `"${formatTimestamp(timestamp)}"`
    lastTime = timestamp
  }
  return lastTimeText
}
