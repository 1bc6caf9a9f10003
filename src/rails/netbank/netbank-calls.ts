import type { Uuid } from '#kernel'
import type { HttpClient, HttpReply } from '#platform/http-client'
import type { BatchOutcome, RailCall, RailDecline, RailOutcome } from '../rail.ts'
import { declineOf, declines } from './netbank-declines.ts'
import { outcomeOf, parseObject, referenceForm, referenceOf } from './netbank-transaction.ts'

type Answer = Extract<HttpReply, { kind: 'answered' }> | Extract<RailOutcome, { kind: 'unknown' | 'unavailable' }>

const failed = (decline: RailDecline): RailOutcome => ({ kind: 'failed', decline })

/** The bank's own 503 guarantees that it has done nothing. */
async function post(client: HttpClient, { to, body }: { readonly to: string; readonly body: string }): Promise<Answer> {
  const headers = ['content-type', body.startsWith('{') ? 'application/json' : 'text/plain; charset=utf-8']
  const reply = await client.call({ method: 'POST', path: `/netbank/${to}`, headers, body })
  if (reply.kind === 'not_sent') return { kind: 'unavailable', why: reply.why }
  if (reply.kind === 'broken') return { kind: 'unknown', why: reply.why }
  if (reply.status < 500) return reply
  const isAway = reply.status === 503 && parseObject(reply.body).code === 'rail_unavailable'
  return { kind: isAway ? 'unavailable' : 'unknown', why: `the bank answered ${reply.status}` }
}

/** Without the characters that separate fields and lines. */
function noteOf({ descriptor }: RailCall): string | undefined {
  return descriptor?.replaceAll(/[|\p{Cc}\p{Zl}\p{Zp}]/gu, ' ').slice(0, 35) || undefined
}

export async function submitOne(client: HttpClient, call: RailCall): Promise<RailOutcome> {
  const { operation, asset, instrument, originalReference } = call
  const isRefund = operation === 'refund'
  if (isRefund && !referenceForm.test(originalReference ?? '')) return failed(declines.original)
  const about = isRefund ? { payin: originalReference } : { currency: asset, account: instrument }
  const request = { reference: referenceOf(call), amount: String(call.amount), ...about, note: noteOf(call) }
  const answer = await post(client, { to: isRefund ? 'refunds' : 'payins', body: JSON.stringify(request) })
  if (answer.kind !== 'answered') return answer
  const fields = parseObject(answer.body)
  if (answer.status === 202) return outcomeOf(call, fields)
  const { code, param } = fields
  if (code === 'declined') return outcomeOf(call, fields.transaction)
  if (code === 'idempotency_key_reused') return failed(declines.reused)
  if (code === 'operation_not_found') return failed(declines.original)
  if (code === 'validation_failed') return failed(param === 'account' ? declines.instrument : declines.request)
  return { kind: 'unknown', why: `an answer ${answer.status} that is not of the documented form` }
}

/** Submits payouts as one file, without those that would break its lines. */
export async function submitFile(client: HttpClient, calls: readonly RailCall[]): Promise<BatchOutcome> {
  const sent = calls.filter(({ instrument }) => /^[!-{}~]{1,100}$/.test(instrument))
  const others = calls.filter((call) => !sent.includes(call))
  const outcomes = new Map<Uuid, RailOutcome>(others.map(({ id }) => [id, failed(declines.instrument)]))
  const [first] = sent
  if (first === undefined) return { kind: 'each', outcomes }
  const file = `${referenceOf(first)}-${sent.length}`
  const answer = await post(client, { to: 'payout-files', body: fileOf(file, sent) })
  if (answer.kind !== 'answered') return answer.kind === 'unknown' ? { ...answer, handle: { file } } : answer
  // The bank has refused the file as a whole, and done nothing.
  if (answer.status === 400) return { kind: 'unavailable', why: 'the bank does not accept the file' }
  const [head, ...lines] = answer.body.trimEnd().split('\n')
  if (answer.status !== 202 || head !== `A|${file}|${lines.length}`) {
    return { kind: 'unknown', why: `an answer ${answer.status} that is not of the documented form`, handle: { file } }
  }
  const verdicts = new Map(lines.map((line) => [line.slice(0, line.indexOf('|')), line.split('|')]))
  for (const call of sent) {
    const railReference = referenceOf(call)
    const [, verdict, , code = ''] = verdicts.get(railReference) ?? []
    if (verdict === 'accepted') outcomes.set(call.id, { kind: 'pending', railReference, handle: { file } })
    if (verdict === 'refused') outcomes.set(call.id, { kind: 'failed', railReference, decline: declineOf(code) })
    if (verdict === 'reused') outcomes.set(call.id, failed(declines.reused))
    if (verdict === 'invalid') outcomes.set(call.id, failed(declines.request))
  }
  return { kind: 'each', outcomes }
}

function fileOf(file: string, calls: readonly RailCall[]): string {
  const entries = calls.map((call) => {
    return `P|${referenceOf(call)}|${call.amount}|${call.asset}|${call.instrument}|${noteOf(call) ?? ''}\n`
  })
  const sum = calls.reduce((total, { amount }) => total + amount, 0n)
  return `H|${file}|${calls.length}\n${entries.join('')}T|${calls.length}|${sum}\n`
}

export async function inquire(client: HttpClient, call: RailCall): Promise<RailOutcome> {
  const reply = await client.call({ method: 'GET', path: `/netbank/transactions?reference=${referenceOf(call)}` })
  if (reply.kind !== 'answered') return { kind: 'unknown', why: reply.why }
  const fields = parseObject(reply.body)
  if (reply.status === 200) return outcomeOf(call, fields)
  const isUnheard = reply.status === 404 && fields.code === 'operation_not_found'
  if (!isUnheard) return { kind: 'unknown', why: `the bank answered ${reply.status}` }
  return { kind: 'not_found', ...(fields.finality === 'not_yet' && { finality: 'not_yet' }) }
}
