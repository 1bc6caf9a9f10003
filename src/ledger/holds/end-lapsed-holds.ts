import type { Transaction } from '#platform/postgres'
import type { AccountFacts } from '../accounts/account-facts.ts'
import { accountBusy } from '../booking/conflict.ts'
import type { Writer } from '../booking/writer.ts'
import type { Ledger } from '../ledger.ts'
import { readLapsedHold } from './lapsed-holds-read-model.ts'

/** Writes the ends of an account's lapsed holds in the caller's transaction. Throws account_busy after `patienceMs`. */
export type EndLapsedHolds = (tx: Transaction, account: AccountFacts) => Promise<void>

const patienceMs = 5_000

/** Ending one lapsed hold also ends as many others as fit in one batch. Larger numbers get separate transactions. */
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
