import { type Operation, type OperationKind, type RailName, renderMoney } from '../operations/operation.ts'
import { show } from '../operations/render.ts'
import type { Submission } from '../operations/submit.ts'
import { formatTimestamp } from '../time.ts'
import type { World } from '../world.ts'
import {
  type Fields,
  parseFields,
  readAmount,
  readAsset,
  readCount,
  readDescriptor,
  readFlag,
  readInstrument,
  readTerms,
} from './fields.ts'
import { mandateUseFields, readMandateUse } from './mandate-routes.ts'
import { type Answer, problem, RequestProblem } from './problem.ts'

/** Standalone, or about an original of one of these kinds. */
type Route = { readonly kind: OperationKind; readonly about?: readonly OperationKind[] }

const standalone: readonly string[] = [
  'amount',
  'asset',
  'instrument',
  'descriptor',
  'purpose',
  'party',
  'allow_partial',
]
const fieldsOf: Readonly<Partial<Record<OperationKind, readonly string[]>>> = {
  authorize: standalone,
  charge: [...standalone, ...mandateUseFields],
  payout: standalone,
  increment: ['amount'],
  capture: ['amount', 'final'],
  void: [],
  refund: ['amount', 'descriptor'],
}

/** By rail and path, with `:` for an id. */
const routes: ReadonlyMap<string, Route> = new Map<string, Route>([
  ['card/authorizations', { kind: 'authorize' }],
  ['card/authorizations/:/increments', { kind: 'increment', about: ['authorize'] }],
  ['card/authorizations/:/captures', { kind: 'capture', about: ['authorize'] }],
  ['card/authorizations/:/voids', { kind: 'void', about: ['authorize'] }],
  ['card/authorizations/:/refunds', { kind: 'refund', about: ['authorize'] }],
  ['card/captures/:/refunds', { kind: 'refund', about: ['capture'] }],
  ['card/charges', { kind: 'charge' }],
  ['card/charges/:/refunds', { kind: 'refund', about: ['charge'] }],
  ['card/payouts', { kind: 'payout' }],
  ['upi/collects', { kind: 'charge' }],
  ['upi/collects/:/refunds', { kind: 'refund', about: ['charge'] }],
  ['upi/pays', { kind: 'payout' }],
  ['bank/direct-debits', { kind: 'charge' }],
  ['bank/direct-debits/:/reversals', { kind: 'refund', about: ['charge'] }],
  ['bank/credit-transfers', { kind: 'payout' }],
])

export function submissionRoute(rail: RailName, segments: readonly string[]): Route | undefined {
  const [kind = '', id, action] = segments
  if (segments.length === 1) return routes.get(`${rail}/${kind}`)
  return segments.length === 3 && id !== '' ? routes.get(`${rail}/${kind}/:/${action}`) : undefined
}

const keyForm = /^[\x20-\x7e]{1,255}$/

/** Throws a RequestProblem for an invalid submission. */
export function readSubmission(
  world: World,
  rail: RailName,
  route: Route,
  request: { readonly id: string | undefined; readonly key: unknown; readonly body: string },
): Submission {
  const { key } = request
  if (typeof key !== 'string' || !keyForm.test(key)) throw new RequestProblem('idempotency_key_missing')
  const fields = parseFields(request.body, fieldsOf[route.kind] ?? [])
  const common = { rail, kind: route.kind, key, descriptor: readDescriptor(fields), final: readFlag(fields, 'final') }
  if (route.about === undefined) {
    const about = { asset: readAsset(fields), instrument: readInstrument(fields), original: undefined }
    const terms = {
      ...readTerms(fields),
      ...(rail === 'upi' && readMandateUse(fields)),
      allowsPartial: readFlag(fields, 'allow_partial'),
    }
    return { ...common, ...about, ...terms, amount: readAmount(fields) }
  }
  const original = originalOperation(world, rail, route.about, request.id)
  const { asset, instrument, id } = original
  return { ...common, asset, instrument, original: id, amount: amountOf(route.kind, fields) }
}

function amountOf(kind: OperationKind, fields: Fields): bigint | undefined {
  return kind === 'void' ? undefined : readAmount(fields)
}

function originalOperation(
  world: World,
  rail: RailName,
  kinds: readonly OperationKind[],
  id: string | undefined,
): Operation {
  const operation = id === undefined ? undefined : world.log.get(id)
  if (operation === undefined || operation.rail !== rail || !kinds.includes(operation.kind)) {
    throw new RequestProblem('operation_not_found')
  }
  return operation
}

export function answerOf(world: World, operation: Operation, isReplay: boolean): Answer {
  const headers = isReplay ? { 'idempotent-replayed': 'true' } : {}
  if (operation.wasAccepted) return { status: 202, body: JSON.stringify(show(world, operation, true)), headers }
  const shown = show(world, operation)
  if (operation.status !== 'failed') return { status: 201, body: JSON.stringify(shown), headers }
  return problem('declined', { also: { response_code: operation.code, operation: shown }, headers })
}

export function answerInquiry(
  world: World,
  rail: RailName,
  segments: readonly string[],
  query: URLSearchParams,
): Answer | undefined {
  const [first, second] = segments
  if (first === 'operations' && segments.length <= 2) return answerOperation(world, rail, second, query)
  if (rail === 'bank' && first === 'statements' && segments.length <= 2) return answerStatement(world, second, query)
  return undefined
}

function answerOperation(world: World, rail: RailName, id: string | undefined, query: URLSearchParams): Answer {
  const key = query.get('idempotency_key')
  const found = id === undefined ? (key === null ? undefined : world.log.find(rail, key)) : world.log.get(id)
  if (key !== null) world.conduct.inquired(rail, key)
  if (found === undefined || found.rail !== rail) {
    const mayHappen = key !== null && world.conduct.mayStillHappen(rail, key)
    return problem('operation_not_found', mayHappen ? { also: { finality: 'not_yet' } } : {})
  }
  if (found.isHidden) return problem('internal_error')
  const money = id === undefined ? {} : renderMoney(found)
  return { status: 200, body: JSON.stringify({ ...show(world, found), ...money }) }
}

function answerStatement(world: World, date: string | undefined, query: URLSearchParams): Answer {
  if (date !== undefined) {
    const statement = world.statements.get(date)
    if (statement === undefined) return problem('statement_not_found')
    return { status: 200, body: statement.text, type: 'text/csv; charset=utf-8' }
  }
  const limit = Math.max(1, readCount(query, 'limit', { fallback: 100, most: 100 }))
  const { found, hasMore } = world.statements.list(query.get('after') ?? '', limit)
  const data = found.map(({ date: day, sequence, lines, closedAt }) => {
    return { date: day, sequence, lines, closed_at: formatTimestamp(closedAt) }
  })
  return { status: 200, body: JSON.stringify({ data, has_more: hasMore, next_cursor: data.at(-1)?.date ?? null }) }
}
