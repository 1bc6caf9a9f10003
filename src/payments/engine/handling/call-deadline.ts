import type { Timestamp } from '#kernel'
import type { Attempt } from '../../payment.ts'

/** How long the client's deadline lets a call wait, and until when: by the clock of `performance`. */
export type Timed = { readonly waitsMs?: number; readonly untilMs?: number }

type Call = { readonly ask: 'submit' | 'inquire' | 'reverse'; readonly attempt: Attempt }

/** Only what the client asked for has its deadline: a release or an increment has begun with its payment. */
export function waitOf(
  { ask, attempt }: Call,
  { deadline }: { readonly deadline?: Timestamp },
  { now }: { readonly now: Timestamp },
): Timed {
  const { subject, operation, originalReference } = attempt
  const isOwn = subject.kind === 'payment' || subject.kind === 'payout'
  const isFirst = isOwn && operation !== 'void' && originalReference === undefined
  return ask === 'submit' && isFirst && deadline !== undefined ? { waitsMs: (deadline - now) / 1_000 } : {}
}

/** `asOfMs`: before its rows were read, so it is rather too early than too late. */
export function timed<Planned extends Timed>(call: Planned, asOfMs: number): Planned {
  return call.waitsMs === undefined ? call : { ...call, untilMs: asOfMs + call.waitsMs }
}
