import type { HttpClient, HttpReply } from '#platform/http-client'
import type {
  DisputeAnswerOutcome,
  DisputeCall,
  DisputeCategory,
  DisputeEvidence,
  DisputeReport,
  RailDisputes,
} from '../rail-disputes.ts'
import { disputeStages } from '../rail-disputes.ts'
import { isRecord, parseJson, readAmount, readMoment } from './simulator-operation.ts'

/** Mastercard's codes for cards, and the simulator's own for UPI. Any other is `other`. */
const categories: Readonly<Record<string, DisputeCategory>> = {
  '4834': 'duplicate',
  '4837': 'fraud',
  '4841': 'canceled',
  '4853': 'not_as_described',
  '4855': 'not_received',
  '4860': 'processing_error',
  FR01: 'fraud',
  NR01: 'not_received',
  ND01: 'not_as_described',
  DU01: 'duplicate',
  CA01: 'canceled',
  PE01: 'processing_error',
}

export type StagedReport = { readonly report: DisputeReport; readonly at: number }

/** `none`: the dispute has no stages. Undefined: it is not understood. */
export function readStagedReport(value: unknown): StagedReport | 'none' | undefined {
  if (!isRecord(value)) return undefined
  if (value.stage === undefined) return 'none'
  const stage = disputeStages.find((known) => known === value.stage)
  const amount = typeof value.amount === 'string' ? readAmount(value.amount) : undefined
  const at = readMoment(value.stage_at)
  if (stage === undefined || amount === undefined || at === undefined) return undefined
  const code = typeof value.response_code === 'string' ? value.response_code.slice(0, 40) : ''
  const category = Object.hasOwn(categories, code) ? categories[code] : 'other'
  const evidenceDueAt = readMoment(value.evidence_due_at)
  const fee = typeof value.fee === 'string' ? readAmount(value.fee) : undefined
  return {
    at,
    report: {
      ...{ stage, amount },
      ...(code !== '' && { reason: { code, category: category ?? 'other' } }),
      ...(evidenceDueAt !== undefined && { evidenceDueAt }),
      ...(fee !== undefined && { fee }),
    },
  }
}

type Options = { readonly http: HttpClient; readonly prefix: string }

/** Accepts and challenges disputes over the simulator's protocol. */
export function createSimulatorDisputes({ http, prefix }: Options): RailDisputes {
  const answer = async (call: DisputeCall, action: string, body: object): Promise<DisputeAnswerOutcome> => {
    if (!/^dsp_[A-Za-z0-9]{1,80}$/.test(call.reference))
      return { kind: 'refused', why: 'It is no dispute of this rail.' }
    const path = `/${prefix}/disputes/${call.reference}/${action}`
    const headers = ['content-type', 'application/json', 'idempotency-key', call.id]
    return outcomeOf(call, await http.call({ method: 'POST', path, headers, body: JSON.stringify(body) }))
  }
  return {
    accept: (call) => answer(call, 'accept', {}),
    challenge: (call, evidence) => answer(call, 'challenge', { evidence: evidence.map(pieceOf) }),
  }
}

function pieceOf({ name, mediaType, bytes }: DisputeEvidence): object {
  return { ...(name !== undefined && { name }), media_type: mediaType, content: bytes.toString('base64') }
}

/** Nothing was done, and the same answer will never be taken. */
const refusals: ReadonlySet<number> = new Set([400, 404, 405, 409, 413, 422])

function outcomeOf({ reference }: DisputeCall, reply: HttpReply): DisputeAnswerOutcome {
  if (reply.kind === 'not_sent') return { kind: 'unavailable', why: reply.why }
  if (reply.kind === 'broken') return { kind: 'unknown', why: reply.why }
  const value = parseJson(reply.body)
  if (reply.status === 503) return { kind: 'unavailable', why: 'the rail says that it is away' }
  if (reply.status === 200 && isRecord(value) && value.id === reference) {
    const staged = readStagedReport(value)
    if (staged !== undefined && staged !== 'none') return { kind: 'reported', ...staged }
  }
  if (!refusals.has(reply.status)) return { kind: 'unknown', why: `the rail answered ${reply.status}` }
  const detail = isRecord(value) && typeof value.detail === 'string' ? value.detail.slice(0, 200) : ''
  return { kind: 'refused', why: `${detail.replace(/\.?$/, '.')}` }
}
