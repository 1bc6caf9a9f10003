import type { OpenApiDocument } from '#platform/openapi'
import { createRandom } from '../../scripts/random.ts'
import { type Callers, createAsk, type FuzzTarget, makeCallers } from './callers.ts'
import { type FuzzRequest, type Header, makeRequest, newKey, type Operation, operationsOf } from './fuzz-request.ts'
import { createJudge, type Judge } from './judge.ts'
import { createKnownValues, type KnownValues } from './known-values.ts'
import { createSender, type FuzzAnswer, type Sender } from './send.ts'
import { shown, shrink } from './shrink.ts'

export type FuzzOptions = {
  readonly contract: OpenApiDocument
  readonly target: FuzzTarget
  readonly requests: number
  readonly seed: number
  readonly deadlineMs: number
  readonly signCallback: (body: Buffer) => readonly Header[]
  /** After each round, with the number of requests so far. */
  readonly onRound?: (sent: number) => void
}

/** Answers by class, as `2xx`, and 429 and 503 of their own. */
export type Counts = Readonly<Record<string, number>>

export type FuzzResult = {
  readonly failures: readonly string[]
  readonly counts: ReadonlyMap<string, Counts>
}

type Failure = { readonly request: FuzzRequest; readonly what: string; count: number }

const atOnce = 24
/** Rounds between two times at which the run sets right what its own requests have stopped. */
const upkeepEvery = 10

/** Sends requests to every operation of the contract, in turns, and judges each answer by it. */
export async function runFuzz(options: FuzzOptions): Promise<FuzzResult> {
  const { contract, target, requests, seed } = options
  const random = createRandom(seed)
  const known = createKnownValues()
  const operations = operationsOf(contract)
  await fillBook(target, known)
  const callers = await makeCallers(target, contract)
  for (const id of callers.ids) known.protect(id)
  const sender = createSender(target.url, { deadlineMs: options.deadlineMs, connections: atOnce })
  const judge = createJudge(contract, known)
  const failures = new Map<string, Failure>()
  const counts = new Map(operations.map(({ operationId }) => [operationId, {} as Record<string, number>]))
  const making = { random, known, callers, schemas: contract.components.schemas, signCallback: options.signCallback }
  const turns = turnsOf(operations, { requests, random })
  for (let sent = 0, round = 0; sent < requests; sent += atOnce, round += 1) {
    if (round % upkeepEvery === 0 && round > 0) await keepUp(target, callers)
    const made = turns.slice(sent, sent + atOnce).map((operation) => makeRequest(operation, making))
    for (const request of made) nameIds(known, request)
    const answers = await Promise.all(made.map((request) => sendOne(sender, request)))
    for (const [at, answer] of answers.entries()) {
      const request = made[at] as FuzzRequest
      count(counts.get(request.operation.operationId) ?? {}, answer)
      const what = typeof answer === 'string' ? answer : judge(request, answer)
      if (what === undefined) learn(known, request, answer as FuzzAnswer)
      else note(failures, request, what)
    }
    options.onRound?.(Math.min(requests, sent + atOnce))
  }
  const described = await Promise.all(
    [...failures.values()].map((failure) => describe(failure, { sender, judge, random })),
  )
  await sender.close()
  return { failures: described, counts }
}

/** Every operation equally often, in an order of its own each time; what reads the whole database less often. */
function turnsOf(
  operations: readonly Operation[],
  of: { readonly requests: number; readonly random: ReturnType<typeof createRandom> },
): Operation[] {
  const turns: Operation[] = []
  for (let time = 0; turns.length < of.requests; time += 1) {
    const inTurn = operations.filter(({ operationId }) => operationId !== 'verify' || time % 10 === 0)
    turns.push(
      ...inTurn
        .map((one) => [of.random.next(), one] as const)
        .sort(([a], [b]) => a - b)
        .map(([, one]) => one),
    )
  }
  return turns.slice(0, of.requests)
}

async function sendOne(sender: Sender, request: FuzzRequest): Promise<FuzzAnswer | string> {
  try {
    return await sender.send(request)
  } catch (error) {
    return `no answer: ${(error as Error).message}`
  }
}

function count(counts: Record<string, number>, answer: FuzzAnswer | string): void {
  const status = typeof answer === 'string' ? 0 : answer.status
  const kind =
    status === 0 ? 'none' : status === 503 || status === 429 ? String(status) : `${Math.floor(status / 100)}xx`
  counts[kind] = (counts[kind] ?? 0) + 1
}

function learn(
  known: KnownValues,
  { operation, caller, headers, method, body }: FuzzRequest,
  answer: FuzzAnswer,
): void {
  const type = answer.headers.get('content-type') ?? ''
  if (answer.status >= 300 || !type.startsWith('application/json') || method !== operation.method) return
  if (answer.isRawStream || operation['x-permission'] === 'none') return
  // Operators see acts of all books there.
  if (operation.operationId === 'list_audit') return
  // What is made in a book that the body names is not of the caller's.
  if (body?.toString('utf8').includes('"book"') === true) return
  const value = JSON.parse(answer.text) as { readonly next_cursor?: unknown }
  const named = headers.find(([name]) => name === 'munim-book')?.[1]
  known.learn(value, { noun: operation.pattern.split('/')[2] ?? '', book: named ?? caller.book })
  if (typeof value?.next_cursor === 'string') known.learnCursor(operation.operationId, value.next_cursor)
}

function nameIds(known: KnownValues, { caller, body }: FuzzRequest): void {
  const ids = body?.toString('utf8').match(/\b[a-z]{2,10}_[0-7][0-9a-z]{25}/g) ?? []
  known.seen(ids, caller.book)
}

function note(failures: Map<string, Failure>, request: FuzzRequest, what: string): void {
  // Ids and numbers differ between failures of one kind.
  const kind = `${request.operation.operationId} ${what.replaceAll(/[a-z]+_[0-7][0-9a-z]{25}|\d{4,}/g, '#').slice(0, 120)}`
  const known = failures.get(kind)
  if (known === undefined) failures.set(kind, { request, what, count: 1 })
  else known.count += 1
}

type Describing = { readonly sender: Sender; readonly judge: Judge; readonly random: ReturnType<typeof createRandom> }

async function describe({ request, what, count }: Failure, { sender, judge, random }: Describing): Promise<string> {
  const kind = what.slice(0, 12)
  const fails = async (smaller: FuzzRequest) => {
    // A key that was used would be answered as before.
    const headers = smaller.headers.map(
      ([name, value]): Header => [name, value.startsWith('fuzz-') ? newKey(random) : value],
    )
    const answer = await sendOne(sender, { ...smaller, headers })
    const found = typeof answer === 'string' ? answer : judge(smaller, answer)
    return found?.startsWith(kind) === true
  }
  const smallest = kind.startsWith('no answer') ? request : await shrink(request, fails)
  const broken = request.broken === undefined ? 'valid' : `broken: ${request.broken}`
  return `${request.operation.operationId} (${broken}; ${count} times): ${what}\n${shown(smallest)}`
}

/** What most operations need: accounts with money, a vendor, an item, and what comes of them. */
async function fillBook(target: FuzzTarget, known: KnownValues): Promise<void> {
  const ask = createAsk(target)
  const usd = { asset: 'USD', amount: 1000 }
  const main = { noun: 'accounts', book: 'main' }
  const make = async (path: string, body: object) => {
    known.learn(await ask('POST', path, body), { ...main, noun: path.split('/')[2] ?? '' })
  }
  await make('/v1/accounts', { code: 'world', asset: 'USD', min_available: null })
  for (const code of ['payer', 'shop']) await make('/v1/accounts', { code, asset: 'USD', min_available: null })
  await make('/v1/vendors', { code: 'tiffin', lane: 'instant' })
  await make('/v1/items', { code: 'mug', name: 'Mug', asset: 'USD', price: 100, stock: 100_000 })
  await make('/v1/transfers', { ...usd, source: 'world', destination: 'payer' })
  await make('/v1/transfers', { ...usd, source: 'payer', destination: 'shop', pending: true })
  for (const instrument of ['card_ok', 'card_declined']) {
    await make('/v1/payments', { ...usd, source: { rail: 'card', instrument }, destination: 'shop' })
  }
  await make('/v1/payouts', { ...usd, source: 'shop', rail: 'bank', instrument: 'GB33BUKB20201555555555' })
  const lines = [{ item: 'mug', quantity: 1 }]
  await make('/v1/orders', { lines, source: { wallet: 'payer' }, destination: 'shop' })
}

/** Requests pause lanes and rails and freeze accounts. Without those, most requests would be refused for that. */
async function keepUp(target: FuzzTarget, callers: Callers): Promise<void> {
  const ask = createAsk(target)
  const quietly = (path: string, body?: object) => ask('POST', path, body).catch(() => undefined)
  for (const lane of ['rollback', 'instant', 'standard', 'bulk']) await quietly(`/v1/lanes/${lane}/resume`)
  for (const rail of ['card', 'upi', 'bank']) await quietly(`/v1/rails/${rail}/resume`, {})
  for (const account of ['world', 'payer', 'shop']) {
    await quietly(`/v1/accounts/${account}/unfreeze`, {})
    await ask('PATCH', `/v1/accounts/${account}`, { min_available: null, max_balance: null }).catch(() => undefined)
  }
  // Fails when the run has lost its own key: what follows would be refused for that alone.
  await ask('GET', '/v1/api-keys')
  await callers.renew()
}
