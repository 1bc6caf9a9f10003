import type { Transaction } from '#platform/postgres'
import type { AccountFacts } from './account-facts.ts'
import { accountBusy } from './conflict.ts'
import { readLapsedHold } from './lapsed-holds-read-model.ts'
import type { Ledger } from './ledger.ts'
import type { Writer } from './writer.ts'

/** Writes the end of what has lapsed on an account, in the caller's transaction; fails when that takes too long. */
export type EndLapsedHolds = (tx: Transaction, account: AccountFacts) => Promise<void>

/** For so long lapsed holds are ended before it is said that there are too many. */
const patienceMs = 5_000

/** With one lapsed hold of an account as many are ended as one batch ends; of very many, in transactions of their own. */
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
