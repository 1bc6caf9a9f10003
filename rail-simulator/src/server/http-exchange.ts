import type { IncomingMessage, ServerResponse } from 'node:http'
import { answerNetbank } from '../netbank/routes.ts'
import { type RailName, railNames } from '../operations/operation.ts'
import { type Submission, type SubmissionAnswer, submit } from '../operations/submit.ts'
import type { World } from '../world.ts'
import { answerControl, isControl } from './control.ts'
import { answerDispute, disputeAnswerRoute } from './dispute-routes.ts'
import { answerMandates, isOfMandates } from './mandate-routes.ts'
import { type Answer, at, type Ending, problem, RequestProblem } from './problem.ts'
import { answerInquiry, answerOf, readSubmission, submissionRoute } from './rail-routes.ts'
import { answerRecall, recallRoute } from './recall-routes.ts'
import { answerRecords } from './records.ts'
import { answerReversal, isReversal } from './reversal-routes.ts'
import { answerVerification, isVerification } from './verification-route.ts'

const bodyMaxBytes = 64 * 1024
/** Of an answer to a dispute, which brings evidence, and of a file of payouts. */
const answerMaxBytes = 2 * 1024 * 1024
/** How long an answer waits for the callback that should precede it. */
const earlyCallbackMaxMs = 1000

export function createExchange(world: World): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    const chunks: Buffer[] = []
    let bytes = 0
    const bodyMax = /^\/[a-z]+\/(disputes\/|payout-files)/.test(request.url ?? '') ? answerMaxBytes : bodyMaxBytes
    request.on('error', () => response.destroy())
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes <= bodyMax) chunks.push(chunk)
    })
    request.on('end', () => {
      const ending = bytes > bodyMax ? at(problem('body_too_large')) : decide(world, request, textOf(chunks))
      finish(world, response, ending)
    })
  }
}

function textOf(chunks: readonly Buffer[]): string {
  const [only] = chunks
  return chunks.length === 1 && only !== undefined ? only.toString('utf8') : Buffer.concat(chunks).toString('utf8')
}

function decide(world: World, request: IncomingMessage, body: string): Ending {
  const url = request.url ?? '/'
  const mark = url.indexOf('?')
  const [first = '', ...segments] = (mark < 0 ? url : url.slice(0, mark)).slice(1).split('/')
  const query = new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1))
  const rail = railNames.find((name) => name === first)
  try {
    return rail === undefined
      ? at(decideControl(world, request.method, { first, segments, query, body }))
      : decideRail(world, rail, request, { segments, query, body })
  } catch (error) {
    if (!(error instanceof RequestProblem)) throw error
    return at(error.answer, rail === undefined ? 0 : world.timings.latencyMs)
  }
}

type Parts = { readonly segments: readonly string[]; readonly query: URLSearchParams; readonly body: string }

function decideControl(world: World, method: string | undefined, parts: Parts & { readonly first: string }): Answer {
  const { first, segments, query, body } = parts
  if (first === 'control') {
    if (method === 'POST') return answerControl(world, segments, body) ?? problem('route_not_found')
    return problem(isControl(segments) ? 'method_not_allowed' : 'route_not_found')
  }
  if (method !== 'GET') return problem('route_not_found')
  if (first === 'records') return answerRecords(world, segments, query) ?? problem('route_not_found')
  return first === 'healthz' && segments.length === 0 ? healthOfAll(world) : problem('route_not_found')
}

function healthOfAll(world: World): Answer {
  const rails = railNames.map((rail) => [rail, world.outages.of(rail) === undefined ? 'ok' : 'outage'])
  return { status: 200, body: JSON.stringify({ status: 'ok', rails: Object.fromEntries(rails) }) }
}

function decideRail(world: World, rail: RailName, request: IncomingMessage, { segments, query, body }: Parts): Ending {
  const { latencyMs } = world.timings
  const outage = world.outages.of(rail)
  if (outage !== undefined) {
    if (outage.mode !== 'unavailable') return outage.mode
    const seconds = String(Math.max(1, Math.ceil(outage.leftMs / 1000)))
    return at(problem('rail_unavailable', { headers: { 'retry-after': seconds } }), latencyMs)
  }
  if (request.method === 'GET' && segments.length === 1 && segments[0] === 'healthz') {
    return at({ status: 200, body: JSON.stringify({ rail, status: 'ok' }) })
  }
  if (isOfMandates(rail, segments)) {
    const key = request.headers['idempotency-key']
    return answerMandates(world, { method: request.method, segments, query, key, body })
  }
  if (rail === 'netbank') return answerNetbank(world, request, { segments, query, body })
  if (request.method === 'GET') {
    if (world.conduct.isNotAnswered(rail, segments, query)) return at(problem('method_not_allowed'), latencyMs)
    const answer = answerInquiry(world, rail, segments, query)
    return at(answer ?? problem(submissionRoute(rail, segments) ? 'method_not_allowed' : 'route_not_found'), latencyMs)
  }
  return decidePost(world, rail, request, { segments, query, body })
}

function decidePost(world: World, rail: RailName, request: IncomingMessage, { segments, body }: Parts): Ending {
  const { latencyMs } = world.timings
  const key = request.headers['idempotency-key']
  if (isReversal(rail, segments) && request.method === 'POST') return answerReversal(world, rail, { key, body })
  const answered = disputeAnswerRoute(segments)
  const recalled = recallRoute(segments)
  if (isVerification(segments) && request.method === 'POST') return at(answerVerification(rail, body), latencyMs)
  const route = submissionRoute(rail, segments)
  if (answered === undefined && recalled === undefined && route === undefined)
    return at(problem('route_not_found'), latencyMs)
  if (request.method !== 'POST') return at(problem('method_not_allowed'), latencyMs)
  if (answered !== undefined) return at(answerDispute(world, rail, answered, { key, body }), latencyMs)
  if (recalled !== undefined) return at(answerRecall(world, rail, recalled, { key, body }), latencyMs)
  if (route === undefined) return at(problem('route_not_found'), latencyMs)
  const submission = readSubmission(world, rail, route, { id: segments[1], key, body })
  world.conduct.submitted(rail, submission.key, world.reversals.isRefused(rail, submission.key))
  const answer = submit(world, submission)
  judgeTry(world, submission, answer)
  return endingOf(world, answer)
}

function judgeTry(world: World, { rail, kind, key, instrument }: Submission, answer: SubmissionAnswer): void {
  if (rail !== 'card' || (kind !== 'authorize' && kind !== 'charge')) return
  if (answer.kind !== 'operation' || answer.isReplay) return
  world.conduct.tried({
    key,
    instrument,
    declined: answer.operation.status === 'failed' ? answer.operation.code : undefined,
  })
}

function endingOf(world: World, answer: SubmissionAnswer): Ending {
  const { latencyMs, slowMs } = world.timings
  switch (answer.kind) {
    case 'hang':
    case 'reset':
      return answer.kind
    case 'failure':
      return at(problem('internal_error'), latencyMs)
    case 'key_reused':
      return at(problem('idempotency_key_reused'), latencyMs)
    case 'operation': {
      const ready = answerOf(world, answer.operation, answer.isReplay)
      const ending = { answer: ready, delayMs: answer.slow ? slowMs : latencyMs }
      return answer.after === undefined ? ending : { ...ending, after: answer.after }
    }
  }
}

function finish(world: World, response: ServerResponse, ending: Ending): void {
  if (ending === 'reset') {
    world.journal.flush()
    response.socket?.resetAndDestroy()
  } else if (ending === 'hang') {
    world.journal.flush()
    const cancel = world.agenda.after(world.timings.hangMs, () => response.destroy())
    response.on('close', cancel)
  } else if (ending.after !== undefined) {
    const limit = new Promise<void>((resolve) => world.agenda.after(earlyCallbackMaxMs, resolve))
    void Promise.race([ending.after, limit]).then(() => send(world, response, ending.answer))
  } else if (ending.delayMs === 0) send(world, response, ending.answer)
  else world.agenda.after(ending.delayMs, () => send(world, response, ending.answer))
}

/** Flushes the journal first: an answer must not report a change that the journal lacks. */
function send(world: World, response: ServerResponse, { status, body, type, headers }: Answer): void {
  world.journal.flush()
  if (response.destroyed) return
  response.writeHead(status, {
    'content-type': type ?? 'application/json',
    'content-length': Buffer.byteLength(body),
    ...headers,
  })
  response.end(body)
}
