import { availableParallelism, loadavg } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Place, Served } from './place.ts'
import { asset, merchants, type Planned, poorWallet, vendors, wallets } from './plan.ts'

/** Clients behind a load balancer: a request without an answer is sent again, under its key, to another process. */
export type Clients = {
  readonly post: (path: string, body: object, key: string) => Promise<Record<string, unknown>>
  readonly get: (path: string) => Promise<string>
  /** Reads the whole database, which takes its time. */
  readonly verification: () => Promise<string>
  /** Requests that had to be sent again. */
  readonly repeated: () => number
}

/** Longer on a loaded machine: a request that is repeated too soon adds to the load. */
const answerMs = () => Math.ceil(3_000 * Math.max(1, (loadavg()[0] ?? 0) / availableParallelism()))
const giveUpMs = 300_000
/** A refund of a payment that has not ended is sent again later, under another key: the refusal is an answer. */
const early = ['payment_not_refundable', 'amount_exceeds_refundable']

export function createClients({ apis, key }: Pick<Place, 'apis' | 'key'>): Clients {
  let turn = 0
  let repeated = 0
  const badUntil = new Map<Served, number>()
  const next = (): Served => {
    turn += 1
    const inTurn = apis.map((_, at) => apis[(turn + at) % apis.length] as Served)
    return inTurn.find((api) => (badUntil.get(api) ?? 0) < performance.now()) ?? (inTurn[0] as Served)
  }
  const ask = async (path: string, init: RequestInit): Promise<string> => {
    const deadline = performance.now() + giveUpMs
    for (;;) {
      const api = next()
      const answer = await fetch(`${api.url}${path}`, { ...init, signal: AbortSignal.timeout(answerMs()) }).then(
        async (response) => ({ status: response.status, text: await response.text() }),
        () => undefined,
      )
      if (answer === undefined) badUntil.set(api, performance.now() + 500)
      else if (answer.status < 300) return answer.text
      else if (answer.status < 500 && answer.status !== 429 && !answer.text.includes('idempotency_key_in_use')) {
        throw new Refused(`${path}: ${answer.status} ${answer.text}`)
      }
      if (performance.now() > deadline) throw new Error(`${path} was not answered`)
      repeated += 1
      await sleep(50)
    }
  }
  const headers = { authorization: `Bearer ${key}` }
  return {
    post: async (path, body, idempotencyKey) => {
      const more = { 'content-type': 'application/json', 'idempotency-key': idempotencyKey }
      const init = { method: 'POST', headers: { ...headers, ...more }, body: JSON.stringify(body) }
      return JSON.parse(await ask(path, init)) as Record<string, unknown>
    },
    get: (path) => ask(path, { headers }),
    verification: async () => (await fetch(`${apis[0]?.url}/v1/verification`, { headers })).text(),
    repeated: () => repeated,
  }
}

class Refused extends Error {}

/** Accounts, money and vendors. */
export async function prepare({ post }: Clients): Promise<void> {
  await post('/v1/accounts', { code: 'world', asset, min_available: null }, 'prepare-world')
  const codes = [...wallets, ...merchants, poorWallet]
  await post('/v1/accounts/batch', { accounts: codes.map((code) => ({ code, asset })) }, 'prepare-accounts')
  for (const destination of wallets) {
    const transfer = { source: 'world', destination, amount: 1_000_000_000, asset }
    await post('/v1/transfers', transfer, `prepare-${destination}`)
  }
  for (const vendor of vendors) await post('/v1/vendors', vendor, `prepare-${vendor.code}`)
}

export type Sender = {
  /** Sends until `until` requests are answered. */
  readonly sendTo: (until: number) => Promise<void>
  readonly answered: () => number
  /** The ids of what was accepted, by kind and number of the payment. */
  readonly accepted: ReadonlyMap<string, string>
}

export type SenderOptions = {
  readonly clients: Clients
  readonly requests: readonly Planned[]
  readonly ended: () => number
  /** Requests that may be sent at present. */
  readonly allowed: () => number
}

const atOnce = 48
const waitMs = 25

/** As fast as what was accepted ends: so every disturbance meets work under way. */
export function createSender({ clients, requests, ended, allowed }: SenderOptions): Sender {
  const accepted = new Map<string, string>()
  const underwayMax = Math.min(1_000, Math.max(100, Math.round(requests.length / 20)))
  let begun = 0
  let answered = 0

  const send = async ({ kind, number, path, body }: Planned) => {
    const payment = kind === 'refund' ? { payment: await known(`payment ${number}`) } : {}
    for (let attempt = 1; ; attempt += 1) {
      try {
        const { id } = await clients.post(path, { ...body, ...payment }, `${kind}-${number}-${attempt}`)
        accepted.set(`${kind} ${number}`, String(id))
        answered += 1
        return
      } catch (error) {
        const isEarly = error instanceof Refused && early.some((code) => error.message.includes(code))
        if (!isEarly || kind !== 'refund') throw error
        await sleep(200)
      }
    }
  }
  const known = async (name: string): Promise<string> => {
    for (;;) {
      const id = accepted.get(name)
      if (id !== undefined) return id
      await sleep(waitMs)
    }
  }
  return {
    sendTo: async (until) => {
      const client = async () => {
        while (begun < until) {
          while (begun - ended() > underwayMax || begun > allowed() + atOnce) await sleep(waitMs)
          if (begun >= until) return
          begun += 1
          const request = requests[begun - 1]
          if (request !== undefined) await send(request)
        }
      }
      await Promise.all(Array.from({ length: atOnce }, client))
    },
    answered: () => answered,
    accepted,
  }
}
