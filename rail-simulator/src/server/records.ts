import { type RailName, railNames } from '../operations/operation.ts'
import type { Total } from '../operations/operation-log.ts'
import { show } from '../operations/render.ts'
import { formatTimestamp } from '../time.ts'
import type { World } from '../world.ts'
import { readCount } from './fields.ts'
import { listMandates } from './mandate-routes.ts'
import type { Answer } from './problem.ts'
import { listReversals } from './reversal-routes.ts'

const sequenceMax = Number.MAX_SAFE_INTEGER

export function answerRecords(world: World, segments: readonly string[], query: URLSearchParams): Answer | undefined {
  if (segments.length === 0) return { status: 200, body: JSON.stringify(summary(world, query.get('rail'))) }
  if (segments.length !== 1) return undefined
  if (segments[0] === 'violations') return listViolations(world, query.get('rail'))
  if (segments[0] === 'mandates') return listMandates(world)
  if (segments[0] === 'reversals') return listReversals(world, query.get('rail'))
  return segments[0] === 'operations' ? listOperations(world, query) : undefined
}

function listViolations(world: World, rail: string | null): Answer {
  const found = world.conduct.violations().filter((violation) => rail === null || violation.rail === rail)
  const data = found.map(({ key, afterMs, at, ...violation }) => {
    return { ...violation, idempotency_key: key, after_ms: afterMs, at: formatTimestamp(at) }
  })
  return { status: 200, body: JSON.stringify({ data }) }
}

function listOperations(world: World, query: URLSearchParams): Answer {
  const { found, hasMore } = world.log.list({
    after: readCount(query, 'after', { fallback: 0, most: sequenceMax }),
    limit: Math.max(1, readCount(query, 'limit', { fallback: 100, most: 1000 })),
    rail: query.get('rail') ?? undefined,
    kind: query.get('operation') ?? undefined,
    status: query.get('status') ?? undefined,
  })
  const data = found.map((operation) => show(world, operation))
  return {
    status: 200,
    body: JSON.stringify({ data, has_more: hasMore, next_cursor: found.at(-1)?.sequence ?? null }),
  }
}

function summary(world: World, rail: string | null): object {
  const totals = [...world.log.totals()].filter((total) => rail === null || total.rail === rail)
  return {
    totals: totals.map(({ rail: of, kind, asset, status, count, amount }) => {
      return { rail: of, operation: kind, asset, status, count, amount: String(amount) }
    }),
    net: railNames.flatMap((name) => netOf(name, totals)),
    callbacks: world.callbacks.counts(),
  }
}

const takes = new Set(['charge', 'capture', 'refund_return', 'payout_return', 'credit'])
const gives = new Set(['refund', 'payout', 'dispute', 'charge_return', 'capture_return', 'credit_return'])

function netOf(rail: RailName, totals: readonly Total[]): object[] {
  const done = totals.filter((total) => total.rail === rail && total.status === 'succeeded')
  const sum = (asset: string, kinds: ReadonlySet<string>) =>
    done.reduce(
      (amount, total) => (total.asset === asset && kinds.has(total.kind) ? amount + total.amount : amount),
      0n,
    )
  return [...new Set(done.map((total) => total.asset))].sort().map((asset) => {
    const taken = sum(asset, takes)
    const given = sum(asset, gives)
    return { rail, asset, in: String(taken), out: String(given), net: String(taken - given) }
  })
}
