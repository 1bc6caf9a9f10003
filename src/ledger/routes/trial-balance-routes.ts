import { encodeId, formatTimestamp, idPrefix } from '#kernel'
import { answer, type Route, route } from '#platform/http'
import { integerCursor, pageRequest, pageToJson } from '#platform/lists'
import type { Database } from '#platform/postgres'
import { createTrialBalanceReader } from '../reports/trial-balance-read-model.ts'
import { trialBalance, trialBalanceQuery } from './report-schemas.ts'

export function trialBalanceRoutes(database: Database): Route[] {
  const readTrialBalance = createTrialBalanceReader()
  return [
    route({
      method: 'GET',
      path: '/v1/trial-balance',
      operation: 'get_trial_balance',
      summary: 'Read the trial balance',
      description:
        'Every account in two columns, balances below zero in debit and above it in credit, with the sums of each ' +
        'asset over the whole book. The two sums of an asset are equal, as every transfer takes from one account ' +
        'what it gives to another.',
      tag: 'Reports',
      permission: 'ledger:read',
      query: trialBalanceQuery,
      answers: { 200: trialBalance },
      handle: async ({ caller, query }) => {
        const found = await readTrialBalance(database, {
          book: caller.book.number,
          ...pageRequest(query, integerCursor),
          ...(query.asset !== undefined && { asset: query.asset }),
        })
        return answer(200, {
          as_of: formatTimestamp(found.asOf),
          totals: found.totals.map(({ asset, ...columns }) => ({ asset, ...columnsToJson(columns) })),
          ...pageToJson(found.page, integerCursor, ({ account, ...columns }) => ({
            account: encodeId(idPrefix.account, account.id),
            code: account.code,
            asset: account.asset,
            ...columnsToJson(columns),
          })),
        })
      },
    }),
  ]
}

function columnsToJson({ debit, credit }: { readonly debit: bigint; readonly credit: bigint }) {
  return { debit: String(debit), credit: String(credit) }
}
