import type { Transaction } from '#platform/postgres'
import type { AccountFacts } from '../accounts/account-facts.ts'
import { accountBusy } from '../booking/conflict.ts'
import type { Writer } from '../booking/writer.ts'
import type { Ledger } from '../ledger.ts'
import { readLapsedHold } from './lapsed-holds-read-model.ts'

/** Writes the end of an account's lapsed holds in the caller's transaction; fails when that takes too long. */
export type EndLapsedHolds = (tx: Transaction, account: AccountFacts) => Promise<void>

/** The time for ending lapsed holds before the account is reported as busy. */
const patienceMs = 5_000

/**
 * Ending one lapsed hold of an account also ends as many others as fit in one batch. When there are more, they are
 * ended in transactions of their own.
 */
export function createEndLapsedHolds({
  postAll,
  writer,
}: {
  readonly postAll: Ledger['postAll']
  readonly writer: Pick<Writer, 'submit'>
}): EndLapsedHolds {
  return async (tx, { number, book }) => {
    const untilMs = performance.now() + patienceMs
    for (;;) {
      const { id, isMany } = await readLapsedHold(tx, number)
      if (id === undefined) return
      if (performance.now() > untilMs) throw accountBusy()
      const group = { commands: [{ kind: 'expire', book, id } as const], atomic: false }
      if (isMany) await writer.submit(group)
      else await postAll(tx, [group])
    }
  }
}
