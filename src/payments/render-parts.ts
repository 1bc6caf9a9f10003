import { formatTimestamp, type Timestamp } from '#kernel'
import type { Metadata, Share } from './payment.ts'

// What the public forms of payments, captures, refunds and payouts share. They are built by hand, as
// thousands a second pass here.

/** A text that may hold anything, or null. */
export function textOrNull(text: string | undefined): string {
  return text === undefined ? 'null' : JSON.stringify(text)
}

export function renderShare({ account, amount }: Share): string {
  return `{"account":${JSON.stringify(account)},"amount":"${amount}"}`
}

export function renderMetadata(metadata: Metadata): string {
  for (const _ in metadata) return JSON.stringify(metadata)
  return '{}'
}

// Everything of a batch is accepted at one time, so the last one rendered is remembered.
let lastTime: Timestamp = 0
let lastTimeText = `"${formatTimestamp(0)}"`

export function renderTime(timestamp: Timestamp | undefined): string {
  if (timestamp === undefined) return 'null'
  if (timestamp !== lastTime) {
    lastTimeText = `"${formatTimestamp(timestamp)}"`
    lastTime = timestamp
  }
  return lastTimeText
}
