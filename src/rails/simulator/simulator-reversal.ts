import type { HttpClient } from '#platform/http-client'
import type { Rail } from '../rail.ts'
import type { ReversalOutcome } from '../rail-reversals.ts'
import { isRecord, parseJson, readOperation } from './simulator-operation.ts'

/** A reversal names its original by our key, so it can be about one that the rail has never received. */
export function createSimulatorReversal(http: HttpClient, prefix: string): NonNullable<Rail['reverse']> {
  return async ({ id, original }) => {
    const headers = ['content-type', 'application/json', 'idempotency-key', id]
    const body = JSON.stringify({ original_idempotency_key: original.id })
    const reply = await http.call({ method: 'POST', path: `/${prefix}/reversals`, headers, body })
    if (reply.kind === 'not_sent') return { kind: 'unavailable', why: reply.why }
    if (reply.kind === 'broken') return { kind: 'unknown', why: reply.why }
    const value = parseJson(reply.body)
    const isAnswer = reply.status === 200 && isRecord(value) && value.original_idempotency_key === original.id
    if (!isAnswer) return { kind: 'unknown', why: `the rail answered ${reply.status}` }
    return outcomeOf(value)
  }
}

function outcomeOf({ outcome, operation: shown }: Record<string, unknown>): ReversalOutcome {
  if (outcome === 'reversed' || outcome === 'nothing_to_reverse') return { kind: outcome }
  const operation = readOperation(shown)
  if (outcome !== 'too_late' || operation === undefined) return { kind: 'unknown', why: 'the answer is not understood' }
  return { kind: 'too_late', railReference: operation.id, amount: operation.amount }
}
