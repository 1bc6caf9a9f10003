import type { IncomingMessage } from 'node:http'
import type { Operation } from '../operations/operation.ts'
import { type Submission, type SubmissionAnswer, submit } from '../operations/submit.ts'
import { type Fields, parseFields, readAmount, readOneOf, readText } from '../server/fields.ts'
import { type Answer, at, type Ending, problem, RequestProblem } from '../server/problem.ts'
import type { World } from '../world.ts'
import { decide, renderPage } from './pages.ts'
import { type PayoutEntry, readPayoutFile } from './payout-file.ts'
import { showTransaction } from './transaction.ts'

const rail = 'netbank'
const html = 'text/html; charset=utf-8'
const plain = 'text/plain; charset=utf-8'

export type NetbankRequest = {
  readonly segments: readonly string[]
  readonly query: URLSearchParams
  readonly body: string
}

export function answerNetbank(
  world: World,
  { method, headers }: Pick<IncomingMessage, 'method' | 'headers'>,
  { segments, query, body }: NetbankRequest,
): Ending {
  const base = `http://${headers.host ?? 'localhost'}`
  const [what = '', id] = segments
  const { latencyMs } = world.timings
  const route = `${method} ${what}${id === undefined ? '' : '/:'}`
  if (segments.length > 2) return at(problem('route_not_found'), latencyMs)
  switch (route) {
    case 'POST payins':
      return endingOf(world, submitOne(world, readPayIn(body)), base)
    case 'POST refunds':
      return endingOf(world, submitOne(world, readRefund(world, body)), base)
    case 'POST payout-files':
      return submitFile(world, body)
    case 'GET transactions':
      return at(answerInquiry(world, { reference: query.get('reference') ?? '', base }), latencyMs)
    case 'GET statements':
    case 'GET statements/:':
      return at(answerStatements(world, { date: id, after: query.get('after') ?? '' }), latencyMs)
    case 'GET pages/:':
    case 'POST pages/:':
      return at(answerPage(world, { id: id ?? '', pressed: method === 'POST' ? body : undefined }), latencyMs)
    default:
      return at(problem('route_not_found'), latencyMs)
  }
}

function submitOne(world: World, submission: Submission): SubmissionAnswer {
  world.conduct.submitted(rail, submission.key)
  return submit(world, submission)
}

const referenceForm = { form: /^[0-9A-Za-z]{1,20}$/, sentence: 'must be 1 to 20 letters and digits' }

function readPayIn(body: string): Submission {
  const fields = parseFields(body, ['reference', 'amount', 'currency', 'account', 'note'])
  const asset = readText(fields, 'currency', {
    form: /^[A-Z0-9-]{1,16}$/,
    sentence: 'must be 1 to 16 capitals, digits and hyphens',
  })
  const instrument = readText(fields, 'account', {
    form: /^[\x21-\x7e]{1,100}$/,
    sentence: 'must be 1 to 100 printable ASCII characters',
  })
  return { ...common(fields), kind: 'charge', asset, instrument, original: undefined }
}

function readRefund(world: World, body: string): Submission {
  const fields = parseFields(body, ['reference', 'amount', 'payin', 'note'])
  const request = common(fields)
  const payIn = world.log.find(rail, readText(fields, 'payin', referenceForm))
  if (payIn?.kind !== 'charge') throw new RequestProblem('operation_not_found')
  const { id: original, asset, instrument } = payIn
  return { ...request, kind: 'refund', asset, instrument, original }
}

function common(fields: Fields) {
  const key = readText(fields, 'reference', referenceForm)
  const form = { form: /^.{1,35}$/u, sentence: 'must be 1 to 35 characters' }
  const descriptor = fields.note === undefined ? undefined : readText(fields, 'note', form)
  return { rail, key, amount: readAmount(fields), descriptor, final: false } as const
}

function endingOf(world: World, answer: SubmissionAnswer, base: string): Ending {
  const { latencyMs, slowMs } = world.timings
  if (answer.kind === 'hang' || answer.kind === 'reset') return answer.kind
  if (answer.kind === 'failure') return at(problem('internal_error'), latencyMs)
  if (answer.kind === 'key_reused') return at(problem('idempotency_key_reused'), latencyMs)
  const { operation, slow } = answer
  const shown = showTransaction(world, operation, { base, asAccepted: operation.wasAccepted })
  const ready = operation.wasAccepted
    ? { status: 202, body: JSON.stringify(shown) }
    : problem('declined', { also: { transaction: shown } })
  return at(ready, slow ? slowMs : latencyMs)
}

/** A failure at one entry fails the whole answer, although the bank carries out the others. */
function submitFile(world: World, body: string): Ending {
  const { name, entries } = readPayoutFile(body)
  const { latencyMs, slowMs } = world.timings
  const answers = entries.map((entry) => [entry, submitEntry(world, entry)] as const)
  const kinds = new Set(answers.map(([, answer]) => answer?.kind))
  if (kinds.has('reset')) return 'reset'
  if (kinds.has('hang')) return 'hang'
  if (kinds.has('failure')) return at(problem('internal_error'), latencyMs)
  const lines = answers.map(([{ reference }, answer]) => `${reference}|${verdictOf(answer)}`)
  const isSlow = answers.some(([, answer]) => answer?.kind === 'operation' && answer.slow)
  const text = `${[`A|${name}|${lines.length}`, ...lines].join('\n')}\n`
  return at({ status: 202, body: text, type: plain }, isSlow ? slowMs : latencyMs)
}

function submitEntry(world: World, { reference, payout }: PayoutEntry): SubmissionAnswer | undefined {
  if (payout === undefined) return undefined
  const { note: descriptor, ...about } = payout
  return submitOne(world, {
    rail,
    kind: 'payout',
    key: reference,
    ...about,
    original: undefined,
    descriptor,
    final: false,
  })
}

function verdictOf(answer: SubmissionAnswer | undefined): string {
  if (answer === undefined) return 'invalid||'
  if (answer.kind !== 'operation') return 'reused||'
  const { id, wasAccepted, code } = answer.operation
  return wasAccepted ? `accepted|${id}|` : `refused|${id}|${code ?? ''}`
}

type Asked = { readonly reference: string; readonly base: string }

function answerInquiry(world: World, { reference, base }: Asked): Answer {
  const found = world.log.find(rail, reference)
  world.conduct.inquired(rail, reference)
  if (found === undefined) {
    const mayHappen = world.conduct.mayStillHappen(rail, reference)
    return problem('operation_not_found', mayHappen ? { also: { finality: 'not_yet' } } : {})
  }
  if (found.isHidden) return problem('internal_error')
  return { status: 200, body: JSON.stringify(showTransaction(world, found, { base })) }
}

type Wanted = { readonly date: string | undefined; readonly after: string }

function answerStatements(world: World, { date, after }: Wanted): Answer {
  const all = world.netbankDays.all()
  if (date === undefined) {
    const statements = all.flatMap(({ date: day, lines }) => (day > after ? [{ date: day, lines }] : []))
    return { status: 200, body: JSON.stringify({ statements }) }
  }
  const found = all.find((statement) => statement.date === date)
  return found === undefined ? problem('statement_not_found') : { status: 200, body: found.text, type: plain }
}

/** Shows the page of a pay-in, or what its buttons have led to. */
type Viewed = { readonly id: string; readonly pressed: string | undefined }

function answerPage(world: World, { id, pressed }: Viewed): Answer {
  const operation = world.log.get(id)
  if (operation === undefined || !isPayIn(operation)) return problem('operation_not_found')
  if (pressed !== undefined) {
    const decision = readOneOf(new URLSearchParams(pressed).get('decision'), 'decision', ['approve', 'abandon'])
    if (!decide(world, operation, decision)) return problem('operation_ended')
  }
  return { status: 200, body: renderPage(operation), type: html }
}

function isPayIn(operation: Operation): boolean {
  return operation.rail === rail && operation.kind === 'charge' && !operation.isHidden
}
