import { createHmac } from 'node:crypto'
import { Agent as PlainAgent, request as requestPlainly } from 'node:http'
import { request as requestSecurely, Agent as SecureAgent } from 'node:https'
import type { Agenda } from './faults/agenda.ts'
import type { Journal } from './journal/journal.ts'
import type { RailName } from './operations/operation.ts'
import type { Tls } from './server/tls.ts'
import { type Clock, formatTimestamp } from './time.ts'

/** An event is sent with the same bytes every time. */
export type CallbackEvent = { readonly id: string; readonly rail: RailName; readonly body: string }

/** `url` may contain `{rail}`; undefined: no callbacks are sent. `secret` is `whsec_` and base64. */
export type CallbackTarget = { url: string | undefined; secret: string }

export type CallbackCounts = { readonly waiting: number; readonly delivered: number; readonly given_up: number }

/** Sends each event until it is acknowledged or given up. An unacknowledged event does not block the others. */
export type Callbacks = {
  /** Resolves when the event has been acknowledged or given up. */
  readonly send: (event: CallbackEvent) => Promise<void>
  /** Sends an event once more, without retries. */
  readonly repeat: (event: CallbackEvent, delayMs: number) => void
  /** Sends the events that waited for the rail to return. */
  readonly release: (rail: RailName) => void
  readonly aim: (target: Partial<CallbackTarget>) => void
  readonly target: () => Readonly<CallbackTarget>
  readonly counts: () => CallbackCounts
  readonly waiting: () => Iterable<CallbackEvent>
  readonly close: () => void
}

type Deps = {
  readonly clock: Clock
  readonly agenda: Agenda
  readonly journal: () => Journal
  readonly isAway: (rail: RailName) => boolean
  readonly tls?: Tls | undefined
}

export const defaultCallbackSecret = 'whsec_bXVuaW0gcmFpbCBzaW11bGF0b3IgdGVzdCBzZWNyZXQ='
const answerTimeoutMs = 5000
const firstRetryMs = 100
const retryMaxMs = 5000
const attemptsMax = 100
const waitingMax = 100_000
const connectionsMax = 64

type Letter = { readonly event: CallbackEvent; attempts: number; readonly end: () => void }

export function createCallbacks(deps: Deps, given: CallbackTarget): Callbacks {
  const target = { ...given }
  const letters = new Map<string, Letter>()
  const held: Letter[] = []
  const counts = { delivered: 0, given_up: 0 }
  const options = { keepAlive: true, maxSockets: connectionsMax }
  const agents = { 'http:': new PlainAgent(options), 'https:': new SecureAgent({ ...options, maxCachedSessions: 0 }) }
  const post = (event: CallbackEvent) => postEvent({ agents, ...deps }, target, event)
  const close = (letter: Letter, outcome: 'delivered' | 'given_up') => {
    if (!letters.delete(letter.event.id)) return
    counts[outcome] += 1
    deps.journal().write(['delivered', letter.event.id])
    letter.end()
  }
  const attempt = async (letter: Letter): Promise<void> => {
    if (!letters.has(letter.event.id)) return
    if (deps.isAway(letter.event.rail)) {
      held.push(letter)
      return
    }
    if (await post(letter.event)) return close(letter, 'delivered')
    letter.attempts += 1
    if (letter.attempts >= attemptsMax) return close(letter, 'given_up')
    const delayMs = Math.min(retryMaxMs, firstRetryMs * 2 ** Math.min(letter.attempts - 1, 10))
    deps.agenda.after(delayMs, () => queue.add(letter))
  }
  const queue = createQueue(attempt)
  return {
    send: (event) => {
      if (target.url === undefined) return Promise.resolve()
      const { promise, resolve } = Promise.withResolvers<void>()
      const letter = { event, attempts: 0, end: resolve }
      letters.set(event.id, letter)
      deps.journal().write(['event', event])
      const [oldest] = letters.size > waitingMax ? letters.values() : []
      if (oldest !== undefined) close(oldest, 'given_up')
      queue.add(letter)
      return promise
    },
    repeat: (event, delayMs) => {
      if (target.url !== undefined) deps.agenda.after(delayMs, () => void post(event))
    },
    release: (rail) => {
      const free = held.filter((letter) => letter.event.rail === rail)
      held.splice(0, held.length, ...held.filter((letter) => letter.event.rail !== rail))
      for (const letter of free) queue.add(letter)
    },
    aim: (change) => Object.assign(target, change),
    target: () => target,
    counts: () => ({ waiting: letters.size, ...counts }),
    waiting: () => [...letters.values()].map((letter) => letter.event),
    close: () => {
      letters.clear()
      for (const agent of Object.values(agents)) agent.destroy()
    },
  }
}

/** Runs a limited number of items at once, in order. An array would shift all waiting items each time. */
function createQueue<Item>(work: (item: Item) => Promise<void>): { readonly add: (item: Item) => void } {
  const waiting = new Map<number, Item>()
  let first = 0
  let next = 0
  let running = 0
  const run = async (): Promise<void> => {
    running += 1
    for (let item = waiting.get(first); item !== undefined; item = waiting.get(first)) {
      waiting.delete(first)
      first += 1
      await work(item)
    }
    running -= 1
  }
  return {
    add: (item) => {
      waiting.set(next, item)
      next += 1
      if (running < connectionsMax) void run()
    },
  }
}

type Sender = Pick<Deps, 'clock' | 'tls'> & { readonly agents: Agents }
type Agents = { readonly 'http:': PlainAgent; readonly 'https:': SecureAgent }

/** True only when a 2xx arrives in time. */
function postEvent({ agents, clock, tls }: Sender, target: CallbackTarget, event: CallbackEvent): Promise<boolean> {
  const url = target.url?.replaceAll('{rail}', event.rail) ?? ''
  const seconds = Math.floor(clock.now() / 1_000_000)
  const headers = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(event.body),
    'webhook-id': event.id,
    'webhook-timestamp': seconds,
    'webhook-signature': signature(target.secret, event, seconds),
  }
  return new Promise((resolve) => {
    const settings = { method: 'POST', headers, timeout: answerTimeoutMs }
    const request = url.startsWith('https:')
      ? requestSecurely(url, { ...settings, ...tls?.current(), agent: agents['https:'] })
      : requestPlainly(url, { ...settings, agent: agents['http:'] })
    request.on('timeout', () => request.destroy())
    request.on('error', () => resolve(false))
    request.on('close', () => resolve(false))
    request.on('response', (response) => {
      const status = response.statusCode ?? 0
      response.on('error', () => undefined)
      response.on('end', () => resolve(status >= 200 && status < 300)).resume()
    })
    request.end(event.body)
  })
}

function signature(secret: string, event: CallbackEvent, seconds: number): string {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64')
  return `v1,${createHmac('sha256', key).update(`${event.id}.${seconds}.${event.body}`).digest('base64')}`
}

export function eventBody(event: {
  id: string
  type: string
  rail: RailName
  sequence: number
  at: number
  data: object
}): string {
  const { id, type, rail, sequence, at, data } = event
  return JSON.stringify({ id, type, rail, sequence, occurred_at: formatTimestamp(at), data })
}
