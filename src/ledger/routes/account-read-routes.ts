import { encodeId, formatTimestamp, idPrefix } from '#kernel'
import { answer, answerText, metadataFilter, type Route, route } from '#platform/http'
import { answerPage, integerCursor, pageRequest, pageSchema } from '#platform/lists'
import type { Queryable } from '#platform/postgres'
import { getAccount } from '../accounts/account-read-model.ts'
import { renderAccount } from '../accounts/render-account.ts'
import { listAccounts } from '../lists/account-list-read-model.ts'
import { balanceAt } from '../reports/balance-read-model.ts'
import { refusal } from '../transfers/transfer-rules.ts'
import { account, accountParams, accountsQuery } from './account-schemas.ts'
import { readTimes } from './read-query.ts'
import { balance, balanceQuery } from './report-schemas.ts'

export function accountReadRoutes(database: Queryable): Route[] {
  return [listAccountsRoute(database), getAccountRoute(database), getBalanceRoute(database)]
}

function listAccountsRoute(database: Queryable): Route {
  return route({
    method: 'GET',
    path: '/v1/accounts',
    operation: 'list_accounts',
    summary: 'List accounts',
    description: 'Newest first. Filters go together: an account must match all that are given.',
    tag: 'Accounts',
    permission: 'ledger:read',
    query: accountsQuery,
    answers: { 200: pageSchema(account) },
    handle: async ({ caller, query }) => {
      const { code_prefix: codePrefix, asset, state } = query
      const page = await listAccounts(database, {
        book: caller.book.number,
        ...pageRequest(query, integerCursor),
        filter: { codePrefix, asset, state, metadata: metadataFilter(query) },
      })
      return answerPage(page, integerCursor, renderAccount)
    },
  })
}

function getAccountRoute(database: Queryable): Route {
  return route({
    method: 'GET',
    path: '/v1/accounts/:account',
    operation: 'get_account',
    summary: 'Read an account',
    tag: 'Accounts',
    permission: 'ledger:read',
    params: accountParams,
    answers: { 200: account },
    problems: ['account_not_found'],
    handle: async (request) => {
      const found = await getAccount(database, request.caller.book.number, request.params.account)
      if (found === undefined) return request.refuse(refusal('account_not_found', 'account'))
      return answerText(200, renderAccount(found))
    },
  })
}

function getBalanceRoute(database: Queryable): Route {
  return route({
    method: 'GET',
    path: '/v1/accounts/:account/balance',
    operation: 'get_balance',
    summary: 'Read a balance, now or at a time',
    description:
      'By `recorded`: what the books said at that time. By `effective`: what the books now say of that time, later ' +
      'corrections included. Holds have no effective time, so pending amounts and the version are always as recorded.',
    tag: 'Accounts',
    permission: 'ledger:read',
    params: accountParams,
    query: balanceQuery,
    answers: { 200: balance },
    problems: ['account_not_found'],
    handle: async (request) => {
      const { caller, params, query } = request
      const { at } = readTimes(query, { at: 'at' })
      const found = await balanceAt(database, {
        book: caller.book.number,
        account: params.account,
        ...(at !== undefined && { at }),
        ...(query.by !== undefined && { by: query.by }),
      })
      if (found === undefined) return request.refuse(refusal('account_not_found', 'account'))
      return answer(200, {
        account: encodeId(idPrefix.account, found.id),
        code: found.code,
        asset: found.asset,
        posted: String(found.posted),
        pending: String(found.pendingOut),
        pending_in: String(found.pendingIn),
        available: String(found.posted - found.pendingOut),
        version: found.version,
        at: at === undefined ? null : formatTimestamp(at),
      })
    },
  })
}
