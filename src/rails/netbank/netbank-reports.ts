import type { HttpClient } from '#platform/http-client'
import { systemClock } from '#platform/time'
import { verifyWebhook } from '#platform/webhooks'
import type { RailAdapter, Reading, StatementOffer, StatementSource } from '../rail-adapter.ts'
import { leaveUnread, readLines, refusedStatement } from '../read-lines.ts'
import { parseObject, readAmount, readingOf } from './netbank-transaction.ts'

const otherForm: Reading = { kind: 'problem', reason: 'it is not of the documented form' }

export function createCallbacks(rail: string, secrets: () => readonly Buffer[]): RailAdapter['callbacks'] & object {
  return {
    isGenuine: ({ header, body }) => {
      const [id, timestamp, signature] = ['id', 'timestamp', 'signature'].map((part) => header(`webhook-${part}`))
      return verifyWebhook(secrets(), { id, timestamp, signature, body }, systemClock)
    },
    read: ({ body }) => {
      const { event, transaction } = parseObject(body.toString('utf8'))
      const isNamed = typeof event === 'string' && event !== ''
      return { readings: [isNamed ? readingOf({ rail, eventId: event }, transaction) : otherForm] }
    },
  }
}

export function createStatements(rail: string, client: HttpClient): StatementSource {
  const path = '/netbank/statements'
  return {
    list: async (after = '') => {
      const reply = await client.call({ method: 'GET', path: `${path}?after=${encodeURIComponent(after)}` })
      if (reply.kind !== 'answered') return { ok: false, why: reply.why }
      const { statements } = parseObject(reply.body)
      const read = Array.isArray(statements) ? statements.map(readOffer) : [undefined]
      const offers = read.flatMap((one) => one ?? [])
      if (reply.status === 200 && offers.length === read.length) return { ok: true, offers }
      return { ok: false, why: `the bank answered ${reply.status} instead of a list of statements` }
    },
    read: (offer, position) =>
      readLines({
        ...{ offer, position },
        open: async () => {
          const reply = await client.stream({ path: `${path}/${encodeURIComponent(offer.name)}` })
          if (reply.kind !== 'streaming') return { ok: false, why: reply.why }
          const { status, chunks } = reply
          if (status === 200) return { ok: true, chunks }
          await leaveUnread(chunks)
          return { ok: false, why: `the bank answered ${status}` }
        },
        reader: (header) => readerOf(rail, offer, header),
      }),
  }
}

function readOffer(value: { readonly date?: unknown; readonly lines?: unknown } | null): StatementOffer | undefined {
  const { date, lines } = value ?? {}
  const isOffer = typeof date === 'string' && typeof lines === 'number' && Number.isSafeInteger(lines)
  return isOffer ? { name: date, lines } : undefined
}

/** The last line has the totals of all others. */
function readerOf(rail: string, { name, lines }: StatementOffer, header: string) {
  if (header !== `H|${name}|${lines - 1}`) return { refused: `its header is not of the documented form: ${header}` }
  let sum = 0n
  return (line: string, number: number): Reading => {
    if (number === lines) {
      if (line !== `T|${lines - 1}|${sum}`) throw refusedStatement(`its totals are wrong: ${line}`)
      return { kind: 'nothing', eventId: `totals of ${name}` }
    }
    const [mark, eventId, kind, reference, bank_reference, original, amount = '', currency, state, reason, changed_at] =
      line.split('|')
    sum += readAmount(amount) ?? 0n
    if (mark !== 'D' || !eventId) return otherForm
    const reported = { kind, reference, bank_reference, original, amount, currency, state, reason, changed_at }
    return readingOf({ rail, eventId }, reported)
  }
}
