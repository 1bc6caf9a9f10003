import type { Timestamp, Uuid } from '#kernel'
import type { Message, NewMessage } from '#lanes'
import type { RailEvent } from '#rails'
import { type ReportJson, readReport, reportJson } from '../handling/dispute-news.ts'
import { readSuccess, type SuccessJson, successJson } from '../handling/queued-input.ts'

export const unmatchedKind = 'payment.rail_event'

/** An event that is handled later. `looks`: how often it has been looked up. `id`: names its case. */
export type Taken = { readonly event: RailEvent; readonly looks: number; readonly id: Uuid }

/** Amounts are digits. */
type OutcomeJson =
  | SuccessJson
  | { readonly kind: Exclude<RailEvent['outcome']['kind'], 'succeeded'>; readonly amount?: string }

type EventJson = {
  readonly looks: number
  readonly event: Omit<RailEvent, 'outcome' | 'dispute'>
  readonly dispute?: ReportJson
  readonly outcome: OutcomeJson
}

export function eventMessage({ event, looks, id }: Taken, notBefore?: Timestamp): NewMessage {
  const { outcome, dispute, ...rest } = event
  const json: EventJson = {
    ...{ looks, event: rest, outcome: outcomeJson(outcome) },
    ...(dispute !== undefined && { dispute: reportJson(dispute) }),
  }
  return {
    ...{ lane: 'standard', kind: unmatchedKind, book: 0, vendor: 0, subject: id },
    payload: JSON.stringify(json),
    ...(notBefore !== undefined && { notBefore }),
  }
}

export function readTaken({ payload, subject: id }: Message): Taken {
  const { looks, event, outcome, dispute } = JSON.parse(payload) as EventJson
  const read = readOutcome(outcome)
  return { looks, id, event: { ...event, ...(dispute && { dispute: readReport(dispute) }), outcome: read } }
}

function readOutcome(outcome: OutcomeJson): RailEvent['outcome'] {
  if (outcome.kind === 'succeeded') return readSuccess(outcome)
  const { amount, ...said } = outcome
  return { ...said, ...(amount !== undefined && { amount: BigInt(amount) }) } as RailEvent['outcome']
}

function outcomeJson(outcome: RailEvent['outcome']): OutcomeJson {
  if (outcome.kind === 'succeeded') return successJson(outcome)
  return 'amount' in outcome ? { ...outcome, amount: outcome.amount.toString() } : outcome
}
