import type { Timestamp } from '#kernel'
import type { Transaction } from '#platform/postgres'
import type { Rails } from '#rails'
import type { MachineContext } from '../../machine.ts'
import { retryRefusal } from '../../machines/attempts/retry-budget.ts'
import type { Payment } from '../../payment.ts'
import { readDeclines, type Tried } from '../rows/decline-store.ts'

/** Reads the declines of the payments' instruments, if a scheme governs any of them. */
export async function lookAtDeclines(
  rails: Pick<Rails, 'rail'>,
  tx: Transaction,
  payments: readonly Payment[],
  now: Timestamp,
): Promise<MachineContext['retryRefusalOf']> {
  const governing = (rail: string, { instrument }: Tried) => {
    const { retries } = rails.rail(rail)?.capabilities ?? {}
    const scheme = retries?.schemeOf(instrument)
    return retries === undefined || scheme === undefined ? undefined : { scheme, budgets: retries.budgets }
  }
  const governed = payments.flatMap((payment) => {
    const tried = triedBy(payment)
    return tried?.rails.some((rail) => governing(rail, tried) !== undefined) ? [tried] : []
  })
  if (governed.length === 0) return undefined
  const declinesOf = await readDeclines(tx, governed)
  return (payment, rail) => {
    const tried = triedBy(payment)
    const rules = tried && governing(rail, tried)
    if (tried === undefined || rules === undefined) return undefined
    return retryRefusal(rules, { declines: declinesOf(tried), amount: payment.amount }, now)
  }
}

function triedBy({ book, source }: Payment): (Tried & { readonly rails: readonly string[] }) | undefined {
  if (source.kind !== 'rail') return undefined
  return { book, instrument: source.instrument, rails: [source.rail, ...source.otherRails] }
}
