import { closeDay } from '../close-day.ts'
import type { InquiryRules } from '../conduct.ts'
import { type FaultRates, rateNames } from '../faults/fault-schedule.ts'
import { outageModes, railsNamed } from '../faults/outages.ts'
import { timingNames } from '../faults/timings.ts'
import { pageControl } from '../netbank/page-control.ts'
import { fail, openReturn, succeed, tell, tellInStatement } from '../operations/ending.ts'
import { isReturnable, operationKinds, type RailName, railNames, returnableOf } from '../operations/operation.ts'
import { show } from '../operations/render.ts'
import type { World } from '../world.ts'
import { isCallbackUrl, isSecret } from './callback-target.ts'
import { disputeControl, moveOn } from './dispute-control.ts'
import { type Fields, parseFields, readAmount, readFlag, readNumber, readOneOf } from './fields.ts'
import { mandateControl } from './mandate-routes.ts'
import { type Control, readCode, readOperation } from './named-operation.ts'
import { newsControls } from './news-control.ts'
import { type Answer, invalid, problem } from './problem.ts'
import { reversalControl } from './reversal-routes.ts'

const dayMs = 24 * 3_600_000
const maxInquiries = 1_000_000
const done: Answer = { status: 200, body: '{}' }
/** Names in JSON, such as `latency_ms`. */
const timingFields = new Map(timingNames.map((name) => [snakeCase(name), name]))

const controls: ReadonlyMap<string, Control> = new Map<string, Control>([
  ...newsControls,
  ['outage', { fields: ['rail', 'ms', 'mode'], act: beginOutage }],
  ['faults', { fields: ['rail', 'seed', 'rates', 'operations', 'by'], act: replaceFaults }],
  ['close-day', { fields: [], act: (world) => ({ status: 200, body: JSON.stringify(closeDay(world)) }) }],
  ['disputes', disputeControl],
  ['pages', pageControl],
  ['reversal-rules', reversalControl],
  ['mandates', mandateControl],
  ['returns', { fields: ['operation', 'amount', 'response_code', 'retracted'], act: comeBack }],
  ['complete', { fields: ['operation', 'outcome', 'response_code'], act: complete }],
  ['callbacks', { fields: ['url', 'secret'], act: aimCallbacks }],
  ['inquiry-rules', { fields: ['rail', 'first_ms', 'then_ms', 'at_most', 'not_found_final_ms'], act: setInquiryRules }],
  ['timings', { fields: [...timingFields.keys()], act: changeTimings }],
])

/** Undefined: there is no such path. */
export function answerControl(world: World, segments: readonly string[], body: string): Answer | undefined {
  const [name = '', id] = segments
  if (name === 'disputes' && segments.length === 2) return moveOn(world, id, body)
  const control = segments.length === 1 ? controls.get(name) : undefined
  return control?.act(world, parseFields(body, control.fields))
}

export function isControl(segments: readonly string[]): boolean {
  const [name = ''] = segments
  return (segments.length === 1 && controls.has(name)) || (segments.length === 2 && name === 'disputes')
}

function readRails(fields: Fields): readonly RailName[] {
  const rails = railsNamed(fields.rail)
  if (rails === undefined) throw invalid({ param: 'rail', detail: `must be one of ${railNames.join(', ')}, all` })
  return rails
}

function beginOutage(world: World, fields: Fields): Answer {
  const rails = readRails(fields)
  const ms = readNumber(fields.ms, 'ms', dayMs)
  const mode = readOneOf(fields.mode ?? 'unavailable', 'mode', outageModes)
  for (const rail of rails) world.outages.begin(rail, ms, mode)
  return done
}

function replaceFaults(world: World, fields: Fields): Answer {
  const rails = readRails(fields)
  const rates = readRates(fields.rates)
  const by = readOneOf(fields.by ?? 'idempotency_key', 'by', ['idempotency_key', 'instrument'])
  if (fields.operations !== undefined && !Array.isArray(fields.operations)) {
    throw invalid({ param: 'operations', detail: 'must be a list of operations' })
  }
  const operations = fields.operations?.map((kind: unknown) => readOneOf(kind, 'operations', operationKinds))
  for (const rail of rails) {
    const seed = fields.seed === undefined ? world.faults.seed(rail) : readNumber(fields.seed, 'seed', 2 ** 32 - 1)
    const settings = { seed, rates, operations, by }
    world.faults.replace(rail, settings)
    world.journal.write(['faults', [rail, settings]])
  }
  return done
}

function readRates(value: unknown): FaultRates {
  if (typeof value !== 'object' || value === null) {
    throw invalid({ param: 'rates', detail: 'must be an object of rates' })
  }
  const rates: Record<string, number> = {}
  let sum = 0
  for (const [name, rate] of Object.entries(value)) {
    readOneOf(name, 'rates', rateNames)
    if (typeof rate !== 'number' || !(rate >= 0 && rate <= 1)) {
      throw invalid({ param: `rates.${name}`, detail: 'must be from 0 to 1' })
    }
    rates[name] = rate
    sum += rate
  }
  if (sum > 1.000001) throw invalid({ param: 'rates', detail: 'must sum up to 1 at most' })
  return rates
}

function comeBack(world: World, fields: Fields): Answer {
  const operation = readOperation(world, fields.operation)
  if (!isReturnable(operation.kind)) {
    throw invalid({ param: 'operation', detail: 'must be a charge, capture, refund, payout or credit' })
  }
  const left = returnableOf(operation)
  const amount = fields.amount === undefined ? left : readAmount(fields)
  const code = fields.response_code === undefined ? undefined : readCode(fields, 'response_code')
  const isRetraction = operation.kind === 'credit' || readFlag(fields, 'retracted')
  if (isRetraction && amount !== left) throw invalid({ param: 'amount', detail: 'must be all that is left' })
  const made =
    amount > left || amount === 0n ? undefined : openReturn(world, operation, amount, { reason: code, isRetraction })
  if (made === undefined) return problem('declined', { detail: `${left} is left to come back` })
  return { status: 201, body: JSON.stringify(show(world, made)) }
}

function complete(world: World, fields: Fields): Answer {
  const operation = readOperation(world, fields.operation)
  const outcome = readOneOf(fields.outcome, 'outcome', ['succeeded', 'failed'])
  const code = fields.response_code === undefined ? undefined : readCode(fields, 'response_code')
  if (operation.dispute !== undefined) throw invalid({ param: 'operation', detail: 'must be no dispute' })
  if (operation.status !== 'pending' && operation.status !== outcome) return problem('operation_ended')
  if (operation.isHidden) world.log.change(operation, { isHidden: false })
  if (operation.status === 'pending') {
    if (outcome === 'succeeded') succeed(world, operation, operation.requested)
    else fail(world, operation, code)
    if (operation.rail === 'bank') tellInStatement(world, operation)
    else void tell(world, operation)
  }
  return { status: 200, body: JSON.stringify(show(world, operation)) }
}

function aimCallbacks(world: World, fields: Fields): Answer {
  const { url, secret } = fields
  if (url !== null && (typeof url !== 'string' || !isCallbackUrl(url))) {
    throw invalid({ param: 'url', detail: 'must be a URL or null' })
  }
  if (secret !== undefined && (typeof secret !== 'string' || !isSecret(secret))) {
    throw invalid({ param: 'secret', detail: 'must be whsec_ and base64' })
  }
  world.callbacks.aim({ url: url ?? undefined, ...(secret === undefined ? {} : { secret }) })
  return done
}

function changeTimings(world: World, fields: Fields): Answer {
  const changes = Object.entries(fields).map(([field, value]) => {
    const name = timingFields.get(field)
    if (name === undefined) throw invalid({ param: field, detail: 'is no timing' })
    return [name, readNumber(value, field, 365 * dayMs)] as const
  })
  Object.assign(world.timings, Object.fromEntries(changes))
  world.onTimings()
  return {
    status: 200,
    body: JSON.stringify(Object.fromEntries(timingNames.map((n) => [snakeCase(n), world.timings[n]]))),
  }
}

/** Without `first_ms` the rail has no rules. */
function setInquiryRules(world: World, fields: Fields): Answer {
  const rails = readRails(fields)
  const rules = fields.first_ms === undefined ? undefined : readInquiryRules(fields)
  for (const rail of rails) world.conduct.setRules(rail, rules)
  return done
}

function readInquiryRules(fields: Fields): InquiryRules {
  const { then_ms: pauses = [] } = fields
  if (!Array.isArray(pauses)) throw invalid({ param: 'then_ms', detail: 'must be a list of whole numbers' })
  return {
    firstMs: readNumber(fields.first_ms, 'first_ms', dayMs),
    thenMs: pauses.map((pause: unknown) => readNumber(pause, 'then_ms', dayMs)),
    atMost: readNumber(fields.at_most ?? maxInquiries, 'at_most', maxInquiries),
    notFoundFinalMs: readNumber(fields.not_found_final_ms ?? 0, 'not_found_final_ms', dayMs),
  }
}

function snakeCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}
