import { formatTimestamp, type Uuid } from '#kernel'
import type { HttpClient, HttpReply } from '#platform/http-client'
import type { RailDecline } from '../rail.ts'
import type { Reading } from '../rail-adapter.ts'
import {
  type MandateCall,
  type MandateOutcome,
  type MandateReport,
  type MandateTerms,
  mandateChanges,
  mandateFrequencies,
  mandateStates,
  type NoticeOutcome,
  type RailMandates,
} from '../rail-mandates.ts'
import {
  type DeclineTable,
  declineOf,
  isRecord,
  parseJson,
  readAction,
  readAmount,
  readAsset,
  readCall,
  readMoment,
  readReference,
} from './simulator-operation.ts'

type Options = { readonly http: HttpClient; readonly prefix: string; readonly declines: DeclineTable }

export function createSimulatorMandates({ http, prefix, declines }: Options): Required<RailMandates> {
  const post = async ({ id }: Pick<MandateCall, 'id'>, path: string, body: object): Promise<HttpReply> => {
    const headers = ['content-type', 'application/json', 'idempotency-key', id]
    return http.call({ method: 'POST', path: `/${prefix}/mandates${path}`, headers, body: JSON.stringify(body) })
  }
  /** Of a mandate that the rail has named. */
  const about = async (call: MandateCall, action: string, body: object): Promise<MandateOutcome> => {
    const path = pathOf(call)
    return path === undefined ? noReference : outcomeOf(await post(call, `${path}/${action}`, body), declines)
  }
  return {
    createMandate: async (call) => {
      const { instrument, descriptor, purpose, terms } = call
      if (terms.amountRule === 'any') return notSupported
      const { asset } = terms
      return outcomeOf(await post(call, '', { ...termsJson(terms), asset, instrument, descriptor, purpose }), declines)
    },
    inquireMandate: async (call) => {
      const path = pathOf(call) ?? `?idempotency_key=${call.mandate}`
      const reply = await http.call({ method: 'GET', path: `/${prefix}/mandates${path}` })
      if (reply.kind !== 'answered') return { kind: 'unknown', why: reply.why }
      if (reply.status === 404 && codeOf(reply) === 'operation_not_found') return { kind: 'not_found' }
      const outcome = outcomeOf(reply, declines)
      return outcome.kind === 'failed' || outcome.kind === 'unavailable'
        ? { kind: 'unknown', why: `the rail answered ${reply.status}` }
        : outcome
    },
    amendMandate: async (call, amendment) => {
      switch (amendment.kind) {
        case 'terms':
          return about(call, 'amendments', termsJson(amendment.terms))
        case 'pause':
          return about(call, 'pauses', { until: amendment.untilOn })
        case 'resume':
          return about(call, 'resumptions', {})
        case 'instrument':
          return notSupported
      }
    },
    cancelMandate: (call) => about(call, 'revocations', {}),
    notifyDebit: async (call, { amount, debitAt, number }) => {
      const path = pathOf(call)
      if (path === undefined) return noReference
      const body = { amount: amount.toString(), debit_at: formatTimestamp(debitAt), number }
      return noticeOutcomeOf(await post(call, `${path}/notices`, body), declines)
    },
  }
}

function pathOf({ reference = '' }: MandateCall): string | undefined {
  return readReference(reference) === undefined ? undefined : `/${reference}`
}

const noReference: Extract<MandateOutcome, { kind: 'failed' }> = failed({
  code: 'mandate_inactive',
  remedy: 'never',
  message: 'It is about no mandate of this rail.',
})
const notSupported: Extract<MandateOutcome, { kind: 'failed' }> = failed({
  code: 'operation_not_supported',
  remedy: 'rail',
  message: 'This rail does not know such mandates.',
})

function failed(decline: RailDecline): Extract<MandateOutcome, { kind: 'failed' }> {
  return { kind: 'failed', decline }
}

function termsJson({ amount, amountRule, frequency, startsOn, endsOn, debitsMax }: MandateTerms): object {
  const dates = { starts_on: startsOn, ends_on: endsOn, debits_max: debitsMax }
  return { amount: amount.toString(), amount_rule: amountRule, frequency, ...dates }
}

type Answered = Extract<HttpReply, { kind: 'answered' }>

function codeOf({ body }: Answered): string {
  const value = parseJson(body)
  return isRecord(value) && typeof value.code === 'string' ? value.code : ''
}

function outcomeOf(reply: HttpReply, declines: DeclineTable): MandateOutcome {
  const wrong = failureOf(reply, declines)
  if (wrong !== undefined) return wrong
  const value = reply.kind === 'answered' ? parseJson(reply.body) : undefined
  const mandate = readReport(value)
  if (mandate === undefined || !isRecord(value)) return { kind: 'unknown', why: 'the answer is not understood' }
  const isOpen = mandate.state === 'pending' || isRecord(value.amendment)
  if (!isOpen) return { kind: 'reported', mandate }
  const action = readAction(value.action)
  return { kind: 'pending', reference: mandate.reference, ...(action && { action }) }
}

function noticeOutcomeOf(reply: HttpReply, declines: DeclineTable): NoticeOutcome {
  const wrong = failureOf(reply, declines)
  if (wrong !== undefined) return wrong
  const value = reply.kind === 'answered' ? parseJson(reply.body) : undefined
  const reference = isRecord(value) && typeof value.id === 'string' ? readReference(value.id) : undefined
  return reference === undefined
    ? { kind: 'unknown', why: 'the answer is not understood' }
    : { kind: 'accepted', reference }
}

/** Undefined: the answer says what was done. */
function failureOf(reply: HttpReply, declines: DeclineTable) {
  if (reply.kind === 'not_sent') return { kind: 'unavailable', why: reply.why } as const
  if (reply.kind === 'broken') return { kind: 'unknown', why: reply.why } as const
  const { status } = reply
  if (status >= 200 && status < 300) return undefined
  const value = parseJson(reply.body)
  const code = codeOf(reply)
  if (status === 503 && code === 'rail_unavailable') {
    return { kind: 'unavailable', why: 'the rail says that it is away' } as const
  }
  if (status === 402 && isRecord(value)) {
    return failed(declineOf({ operation: 'mandate', code: String(value.response_code) }, declines))
  }
  const message = `The rail rejects it (${code}).`
  if (status === 422) return failed({ code: 'duplicate', remedy: 'never', message })
  if (status >= 400 && status < 500) return failed({ code: 'declined', remedy: 'never', message })
  return { kind: 'unknown', why: `the rail answered ${status}` } as const
}

function readReport(value: unknown): MandateReport | undefined {
  if (!isRecord(value)) return undefined
  const reference = typeof value.id === 'string' ? readReference(value.id) : undefined
  const state = mandateStates.find((known) => known === value.state)
  const terms = readTerms(value)
  if (reference === undefined || state === undefined || terms === undefined) return undefined
  const { paused_until: until } = value
  return { reference, state, terms, ...(typeof until === 'string' && { pausedUntilOn: until }) }
}

function readTerms(value: Record<string, unknown>): MandateTerms | undefined {
  const amount = typeof value.amount === 'string' ? readAmount(value.amount) : undefined
  const asset = typeof value.asset === 'string' ? readAsset(value.asset) : undefined
  const frequency = mandateFrequencies.find((known) => known === value.frequency)
  const amountRule = (['exact', 'max'] as const).find((known) => known === value.amount_rule)
  if (amount === undefined || asset === undefined || frequency === undefined || amountRule === undefined) {
    return undefined
  }
  const { starts_on: startsOn, ends_on: endsOn, debits_max: debitsMax } = value
  return {
    ...{ amount, asset, frequency, amountRule },
    ...(typeof startsOn === 'string' && { startsOn }),
    ...(typeof endsOn === 'string' && { endsOn }),
    ...(typeof debitsMax === 'number' && { debitsMax }),
  }
}

/** Undefined: the callback is of something else. */
export function readMandateCallback(rail: string, body: Record<string, unknown>, eventId: string): Reading | undefined {
  const { type, data, occurred_at: at } = body
  if (typeof type !== 'string' || !type.startsWith('mandate.')) return undefined
  const change = mandateChanges.find((known) => type === `mandate.${known}`)
  const mandate = readReport(data)
  const occurredAt = readMoment(at)
  if (change === undefined || mandate === undefined || occurredAt === undefined) {
    return { kind: 'problem', eventId, reason: 'what it says of a mandate is not understood' }
  }
  const id: Uuid | undefined = isRecord(data) ? readCall(data.idempotency_key) : undefined
  const outcome = { kind: 'mandate', change, mandate, ...(id !== undefined && { id }) } as const
  const about = { rail, eventId, railReference: mandate.reference, operation: 'mandate' } as const
  return { kind: 'event', event: { ...about, outcome, occurredAt } }
}
