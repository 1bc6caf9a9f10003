import type { HttpClient } from '#platform/http-client'
import type { Rail } from '../rail.ts'
import { isRecord, parseJson } from './simulator-operation.ts'

/** A recall names the payout by the rail's reference, or else by our key. */
export function createSimulatorRecall(http: HttpClient, prefix: string): NonNullable<Rail['recall']> {
  return async ({ id, payout, railReference, reason }) => {
    const named = railReference ?? payout.id
    const path = `/${prefix}/payouts/${encodeURIComponent(named)}/recall`
    const headers = ['content-type', 'application/json', 'idempotency-key', id]
    const reply = await http.call({ method: 'POST', path, headers, body: JSON.stringify({ reason }) })
    if (reply.kind === 'not_sent') return { kind: 'unavailable', why: reply.why }
    if (reply.kind === 'broken') return { kind: 'unknown', why: reply.why }
    if (reply.status === 202) return { kind: 'accepted' }
    const value = parseJson(reply.body)
    const detail = isRecord(value) && typeof value.detail === 'string' ? value.detail.slice(0, 200) : ''
    const isFinal = reply.status >= 400 && reply.status < 500
    return isFinal ? { kind: 'refused', why: detail } : { kind: 'unknown', why: `the rail answered ${reply.status}` }
  }
}
