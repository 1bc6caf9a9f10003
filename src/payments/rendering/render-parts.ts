import { formatTimestamp, type Timestamp } from '#kernel'
import type { CallTerms, Metadata, Share } from '../payment.ts'

// The JSON is built by hand for speed: thousands of objects are rendered per second.

export function textOrNull(text: string | undefined): string {
  return text === undefined ? 'null' : JSON.stringify(text)
}

export function renderShare({ account, amount }: Share): string {
  return `{"account":${JSON.stringify(account)},"amount":"${amount}"}`
}

/** Without the names and addresses in them. */
export function renderTerms(terms: CallTerms | undefined): string {
  return `"purpose":${textOrNull(terms?.purpose)},"descriptor":${textOrNull(terms?.descriptor)}`
}

export function renderMetadata(metadata: Metadata): string {
  for (const _ in metadata) return JSON.stringify(metadata)
  return '{}'
}

// All rows of a batch are accepted at one time, so the last rendered time is cached.
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
