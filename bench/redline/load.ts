import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { Pool } from 'undici'

/** Requests at an even rate, whether or not earlier ones are answered: as from many clients. */
export type Load = {
  readonly prepare: () => Promise<void>
  readonly run: (rate: Rate) => Promise<Answers>
  readonly close: () => Promise<void>
}

type Rate = { readonly perSecond: number; readonly seconds: number }

export type Answers = {
  readonly sent: number
  readonly latenciesMs: readonly number[]
  /** 5xx, broken connections, and what was not sent because too many were open. */
  readonly failed: number
}

const wallets = 2_000
const openMax = 3_000
const tickMs = 5
const refundAfterMs = 3_000
const timeoutMs = 30_000

type Sent = { readonly path: string; readonly body: object }
type Accepted = { readonly payment: string; readonly atMs: number }

/**
 * Of twenty requests twelve pay from wallet to wallet, three by card, two for a vendor whose customers wait, two for one
 * without urgency, and one refunds an earlier payment by card.
 */
export function createLoad({ url, key }: { readonly url: string; readonly key: string }): Load {
  const pool = new Pool(url, { connections: 256, pipelining: 1 })
  const run = randomBytes(4).toString('hex')
  const accepted: Accepted[] = []
  let unique = 0

  const post = async ({ path, body }: Sent): Promise<{ status: number; text: string }> => {
    unique += 1
    const answer = await pool.request({
      ...{ method: 'POST', path, body: JSON.stringify(body), headersTimeout: timeoutMs, bodyTimeout: timeoutMs },
      headers: {
        ...{ authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        'idempotency-key': `${run}-${unique}`,
      },
    })
    return { status: answer.statusCode, text: await answer.body.text() }
  }
  const must = async (path: string, body: object) => {
    const { status, text } = await post({ path, body })
    if (status >= 300) throw new Error(`POST ${path} answered ${status}: ${text}`)
  }
  const send = async (sent: Sent): Promise<boolean> => {
    const { status, text } = await post(sent)
    const [, payment] = /^\{"id":"(pay_\w+)"/.exec(text) ?? []
    if (payment !== undefined && text.includes('"rail":"card"')) accepted.push({ payment, atMs: performance.now() })
    // A refund may come before its payment has ended: it is refused, which is an answer.
    return status < 300 || (sent.path === '/v1/refunds' && status < 500)
  }
  return {
    prepare: async () => {
      for (const [code, lane] of [
        ['now', 'instant'],
        ['whenever', 'bulk'],
      ])
        await must('/v1/vendors', { code, lane })
      const codes = Array.from({ length: wallets }, (_, wallet) => walletOf(wallet))
      const opening = codes.map((code) => ({ code, asset: 'USD', min_available: null }))
      for (let from = 0; from < wallets; from += 1_000) {
        await must('/v1/accounts/batch', { accounts: opening.slice(from, from + 1_000) })
      }
    },
    run: async ({ perSecond, seconds }) => {
      const latenciesMs: number[] = []
      const open = new Set<Promise<void>>()
      const begin = performance.now()
      let [sent, failed] = [0, 0]
      for (;;) {
        const passedMs = performance.now() - begin
        const due = Math.floor((Math.min(passedMs, seconds * 1000) * perSecond) / 1000)
        for (; sent < due; sent += 1) {
          if (open.size >= openMax) {
            failed += 1
            continue
          }
          const startMs = performance.now()
          const one: Promise<void> = send(requestAt(sent, accepted))
            .then((isGood) => {
              if (!isGood) failed += 1
              latenciesMs.push(performance.now() - startMs)
            })
            .catch(() => {
              failed += 1
            })
            .finally(() => open.delete(one))
          open.add(one)
        }
        if (passedMs >= seconds * 1000) break
        await sleep(tickMs)
      }
      await Promise.all(open)
      return { sent, latenciesMs, failed }
    },
    close: () => pool.destroy(),
  }
}

const walletOf = (wallet: number) => `wallets:${wallet}`

function requestAt(at: number, accepted: Accepted[]): Sent {
  const place = at % 20
  const [first] = accepted
  if (place === 19 && first !== undefined && performance.now() - first.atMs > refundAfterMs) {
    accepted.shift()
    return { path: '/v1/refunds', body: { payment: first.payment, amount: 100 } }
  }
  const wallet = Math.floor(Math.random() * wallets)
  const byCard = place < 3 || place === 19
  return {
    path: '/v1/payments',
    body: {
      ...{ amount: 1_250, asset: 'USD', destination: walletOf((wallet + 1) % wallets) },
      source: byCard ? { rail: 'card', instrument: 'card_ok' } : { wallet: walletOf(wallet) },
      ...(place >= 3 && place < 5 && { vendor: 'now' }),
      ...(place >= 5 && place < 7 && { vendor: 'whenever' }),
    },
  }
}
