import { uuidv7 } from 'uuidv7'
import type { Mandate, MandateTerms } from '../journal/mandates.ts'
import { changeMandate, isOver, scheduleApproval, showMandate } from '../operations/mandates.ts'
import type { RailName } from '../operations/operation.ts'
import type { World } from '../world.ts'
import {
  type Fields,
  parseFields,
  readAmount,
  readAsset,
  readDescriptor,
  readInstrument,
  readNumber,
  readOneOf,
  readText,
} from './fields.ts'
import type { Control } from './named-operation.ts'
import { type Answer, at, type Ending, problem, RequestProblem } from './problem.ts'

const keyForm = /^[\x20-\x7e]{1,255}$/
const dateForm = { form: /^\d{4}-\d\d-\d\d$/, sentence: 'must be a date such as 2026-11-30' }
const amountRules = ['exact', 'max'] as const
const frequencies = [
  ...['one_time', 'daily', 'weekly', 'fortnightly', 'monthly'],
  ...['bimonthly', 'quarterly', 'half_yearly', 'yearly', 'as_presented'],
] as const
const termsFields = ['amount', 'amount_rule', 'frequency', 'starts_on', 'ends_on', 'debits_max']
const debitsMost = 1_000_000

export function isOfMandates(rail: RailName, segments: readonly string[]): boolean {
  return rail === 'upi' && segments[0] === 'mandates' && segments.length <= 3
}

type Request = {
  readonly method: string | undefined
  readonly segments: readonly string[]
  readonly query: URLSearchParams
  readonly key: unknown
  readonly body: string
}

/** Of the UPI rail: mandates, their amendments, pauses, revocations, and the notices of debits. */
export function answerMandates(world: World, request: Request): Ending {
  const { latencyMs } = world.timings
  if (request.method === 'GET') return at(find(world, request), latencyMs)
  if (request.method !== 'POST') return at(problem('method_not_allowed'), latencyMs)
  const { key, body, segments } = request
  if (typeof key !== 'string' || !keyForm.test(key)) throw new RequestProblem('idempotency_key_missing')
  const [, id, action = ''] = segments
  if (id === undefined) return create(world, { key, body })
  const mandate = world.mandates.get(id)
  if (mandate === undefined) return at(problem('operation_not_found'), latencyMs)
  const act = Object.hasOwn(actions, action) ? actions[action] : undefined
  if (act === undefined) return at(problem('route_not_found'), latencyMs)
  return at(act(world, mandate, { key, body }), latencyMs)
}

function find(world: World, { segments, query }: Request): Answer {
  const [, id] = segments
  const mandate = id === undefined ? world.mandates.find(query.get('idempotency_key') ?? '') : world.mandates.get(id)
  return mandate === undefined ? problem('operation_not_found') : shown(mandate, 200)
}

function shown(mandate: Mandate, status: number): Answer {
  return { status, body: JSON.stringify(showMandate(mandate)) }
}

type Asked = { readonly key: string; readonly body: string }

function create(world: World, { key, body }: Asked): Ending {
  const { latencyMs } = world.timings
  const fields = parseFields(body, [...termsFields, 'asset', 'instrument', 'descriptor', 'purpose'])
  const about = { asset: readAsset(fields), instrument: readInstrument(fields), descriptor: readDescriptor(fields) }
  const terms = readTerms(fields)
  const before = world.mandates.find(key)
  if (before !== undefined && before.calls[key] !== body) return at(problem('idempotency_key_reused'), latencyMs)
  if (before !== undefined) return at(shown(before, before.state === 'pending' ? 202 : 200), latencyMs)
  if (!about.instrument.includes('@')) {
    return at(problem('declined', { also: { response_code: 'ZH' }, detail: 'There is no such address.' }), latencyMs)
  }
  const now = world.clock.now()
  const mandate: Mandate = {
    ...{ id: `mdt_${uuidv7().replaceAll('-', '')}`, key, ...about, terms, state: 'pending', pausedUntil: undefined },
    ...{ createdAt: now, changedAt: now, asked: undefined, calls: { [key]: body }, notices: [], debits: 0, events: 0 },
  }
  world.mandates.put(mandate)
  scheduleApproval(world, mandate)
  if (about.instrument === 'mandate_timeout_happened@upi') return 'hang'
  return at(shown(mandate, 202), latencyMs)
}

function readTerms(fields: Fields): MandateTerms {
  const { starts_on: startsOn, ends_on: endsOn, debits_max: debitsMax } = fields
  return {
    amount: String(readAmount(fields)),
    amount_rule: readOneOf(fields.amount_rule, 'amount_rule', amountRules),
    frequency: readOneOf(fields.frequency, 'frequency', frequencies),
    ...(startsOn !== undefined && { starts_on: readText(fields, 'starts_on', dateForm) }),
    ...(endsOn !== undefined && { ends_on: readText(fields, 'ends_on', dateForm) }),
    ...(debitsMax !== undefined && { debits_max: readNumber(debitsMax, 'debits_max', debitsMost) }),
  }
}

type Act = (world: World, mandate: Mandate, asked: Asked) => Answer

const actions: Readonly<Record<string, Act>> = {
  amendments: once((world, mandate, { key, body }) => {
    const terms = readTerms(parseFields(body, termsFields))
    if (isOver(mandate) || mandate.state === 'pending') return notActive()
    const asked = withCall(mandate, { key, body }, { asked: terms })
    world.mandates.put(asked)
    scheduleApproval(world, asked)
    return shown(asked, 202)
  }),
  pauses: once((world, mandate, { key, body }) => {
    const fields = parseFields(body, ['until'])
    const until = fields.until === undefined ? undefined : readText(fields, 'until', dateForm)
    if (mandate.state !== 'active') return notActive()
    return shown(changeMandate(world, withCall(mandate, { key, body }), 'paused', { pausedUntil: until }), 200)
  }),
  resumptions: once((world, mandate, { key, body }) => {
    parseFields(body, [])
    if (mandate.state !== 'paused') return notActive()
    return shown(changeMandate(world, withCall(mandate, { key, body }), 'activated', { pausedUntil: undefined }), 200)
  }),
  revocations: once((world, mandate, { key, body }) => {
    parseFields(body, [])
    if (isOver(mandate)) return shown(mandate, 200)
    return shown(changeMandate(world, withCall(mandate, { key, body }), 'revoked'), 200)
  }),
  notices: once((world, mandate, { key, body }) => {
    const fields = parseFields(body, ['amount', 'debit_at', 'number'])
    const debitAt = readText(fields, 'debit_at', { form: /^\d{4}-\d\d-\d\dT[\d:.]+Z$/, sentence: 'must be a time' })
    const amount = String(readAmount(fields))
    if (mandate.state !== 'active') return notActive()
    const notice = { id: `ntc_${uuidv7().replaceAll('-', '')}`, key, amount, debit_at: debitAt, at: world.clock.now() }
    world.mandates.put(withCall(mandate, { key, body }, { notices: [...mandate.notices, notice] }))
    return { status: 201, body: JSON.stringify({ id: notice.id, mandate: mandate.id, amount, debit_at: debitAt }) }
  }),
}

/** A key has one effect. The same request again gets the mandate as it is, or its notice. */
function once(act: Act): Act {
  return (world, mandate, asked) => {
    const before = mandate.calls[asked.key]
    if (before === undefined) return act(world, mandate, asked)
    if (before !== asked.body) return problem('idempotency_key_reused')
    const notice = mandate.notices.find(({ key }) => key === asked.key)
    if (notice === undefined) return shown(mandate, mandate.asked === undefined ? 200 : 202)
    const { id, amount, debit_at } = notice
    return { status: 201, body: JSON.stringify({ id, mandate: mandate.id, amount, debit_at }) }
  }
}

function withCall(mandate: Mandate, { key, body }: Asked, also: Partial<Mandate> = {}): Mandate {
  return { ...mandate, ...also, calls: { ...mandate.calls, [key]: body } }
}

function notActive(): Answer {
  return problem('declined', { also: { response_code: 'M1' }, detail: 'The mandate is not active.' })
}

const changes = ['activated', 'declined', 'paused', 'revoked', 'expired'] as const

/** The payer changes a mandate in the app. */
export const mandateControl: Control = {
  fields: ['mandate', 'change'],
  act: (world, fields) => {
    const mandate = world.mandates.get(readText(fields, 'mandate', { form: /^mdt_/, sentence: 'must be an id' }))
    if (mandate === undefined) return problem('operation_not_found')
    return shown(changeMandate(world, mandate, readOneOf(fields.change, 'change', changes)), 200)
  },
}

export function listMandates(world: World): Answer {
  return { status: 200, body: JSON.stringify({ data: [...world.mandates.all()].map(showMandate) }) }
}

const sequences = ['single', 'first', 'recurring', 'final'] as const

/** Of a collect request that is a debit by a mandate. */
export function readMandateUse(fields: Fields) {
  if (fields.mandate === undefined) return {}
  const reference = { form: /^[\w-]{1,100}$/, sentence: 'must be an id' }
  const id = readText(fields, 'mandate', reference)
  const sequence = readOneOf(fields.sequence, 'sequence', sequences)
  return {
    mandate: { id, sequence, ...(fields.notice !== undefined && { notice: readText(fields, 'notice', reference) }) },
  }
}

export const mandateUseFields: readonly string[] = ['mandate', 'sequence', 'notice']
