import type { Timestamp, Uuid } from '#kernel'
import type { Message, NewMessage } from '#lanes'
import type { RailEvent } from '#rails'
import { type ReportJson, readReport, reportJson } from '../handling/dispute-news.ts'
import { readSettlement, type SettlementJson, settlementJson } from '../rows/settlement-text.ts'

export const unmatchedKind = 'payment.rail_event'

/** An event that is handled later. `looks`: how often it has been looked up. `id`: names its case. */
export type Taken = { readonly event: RailEvent; readonly looks: number; readonly id: Uuid }

/** Amounts are digits. */
type OutcomeJson = {
  readonly kind: RailEvent['outcome']['kind']
  readonly amount?: string
  readonly settlement?: SettlementJson
}

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
  const { amount, settlement, ...said } = outcome
  const read = {
    ...said,
    ...(amount !== undefined && { amount: BigInt(amount) }),
    ...(settlement && { settlement: readSettlement(settlement) }),
  } as RailEvent['outcome']
  return { looks, id, event: { ...event, ...(dispute && { dispute: readReport(dispute) }), outcome: read } }
}

function outcomeJson(outcome: RailEvent['outcome']): OutcomeJson {
  if (!('amount' in outcome)) return outcome as OutcomeJson
  const amount = outcome.amount.toString()
  if (outcome.kind !== 'succeeded') return { ...outcome, amount }
  const { settlement, ...said } = outcome
  return { ...said, amount, ...(settlement && { settlement: settlementJson(settlement) }) }
}
