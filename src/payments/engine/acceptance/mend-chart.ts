import type { Ledger } from '#ledger'
import { Fault } from '#platform/faults'
import type { Database } from '#platform/postgres'
import { chartAccountLimits } from '../../chart-of-accounts.ts'
import { describe, findWrongChartAccounts } from '../../verify/chart-read-model.ts'

/** Unfreezes chart accounts and removes limits set before their codes were reserved. Reports those beyond repair. */
export async function mendChart(
  { database, ledger }: { readonly database: Database; readonly ledger: Pick<Ledger, 'changeAccount'> },
  onFault: (fault: Error) => void,
): Promise<void> {
  for (const wrong of await findWrongChartAccounts(database)) {
    const { book, code: account, isMendable } = wrong
    const change = { book, account, ...chartAccountLimits }
    const isMended =
      isMendable &&
      (await database.transaction(async (tx) => {
        const limited = await ledger.changeAccount(tx, change, { byProgram: true })
        const opened = await ledger.changeAccount(tx, { book, account, state: 'open' }, { byProgram: true })
        return limited.ok && (opened.ok || opened.refusal.code === 'account_not_frozen')
      }))
    if (isMended) continue
    onFault(new Fault({ code: 'chart_account_unusable', message: describe(wrong), retryable: false }))
  }
}
