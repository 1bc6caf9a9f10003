import { encodeId, formatTimestamp, idPrefix, type Timestamp } from '#kernel'
import { answer, InvalidRequest, type Route, route } from '#platform/http'
import { answerPage, integerCursor, keysetCursor, pageRequest, pageSchema, pageToJson } from '#platform/lists'
import type { Database } from '#platform/postgres'
import { listEntries } from '../lists/entry-read-model.ts'
import { createStatementReader, type Statement } from '../reports/statement-read-model.ts'
import { refusal } from '../transfers/transfer-rules.ts'
import { accountParams } from './account-schemas.ts'
import { entryToJson } from './entry-to-json.ts'
import { readTimes } from './read-query.ts'
import { entriesQuery, entry, statement, statementQuery } from './report-schemas.ts'

const statementCursor = keysetCursor('integer', 'integer')

export function statementRoutes(database: Database): Route[] {
  return [listEntriesRoute(database), getStatementRoute(database)]
}

function listEntriesRoute(database: Database): Route {
  return route({
    method: 'GET',
    path: '/v1/accounts/:account/entries',
    operation: 'list_entries',
    summary: 'List the entries of an account',
    description: 'Newest first: every posting, hold and end of a hold, each with the balances it left.',
    tag: 'Accounts',
    permission: 'ledger:read',
    params: accountParams,
    query: entriesQuery,
    answers: { 200: pageSchema(entry) },
    problems: ['account_not_found'],
    handle: async (request) => {
      const { caller, params, query } = request
      const page = await listEntries(database, {
        book: caller.book.number,
        account: params.account,
        ...pageRequest(query, integerCursor),
        ...readPeriod(query),
      })
      if (page === undefined) return request.refuse(refusal('account_not_found', 'account'))
      return answerPage(page, integerCursor, entryToJson)
    },
  })
}

function getStatementRoute(database: Database): Route {
  const readStatement = createStatementReader()
  return route({
    method: 'GET',
    path: '/v1/accounts/:account/statement',
    operation: 'get_statement',
    summary: 'Read the statement of an account',
    description:
      'The opening and closing balance of a period, what came in and went out, and the entries that moved money, ' +
      'oldest first. `opening + total_in - total_out = closing`, exactly.',
    tag: 'Accounts',
    permission: 'ledger:read',
    params: accountParams,
    query: statementQuery,
    answers: { 200: statement },
    problems: ['account_not_found'],
    handle: async (request) => {
      const { caller, params, query } = request
      const period = readPeriod(query)
      const by = query.by ?? 'recorded'
      const found = await readStatement(database, {
        book: caller.book.number,
        account: params.account,
        by,
        ...pageRequest(query, statementCursor),
        ...period,
      })
      if (found === undefined) return request.refuse(refusal('account_not_found', 'account'))
      return answer(200, { ...headToJson(found), by, ...periodToJson(period), ...figuresToJson(found) })
    },
  })
}

type Period = { readonly from?: Timestamp; readonly to?: Timestamp }

/** Throws InvalidRequest when the period ends before it begins. */
function readPeriod(query: object): Period {
  const period = readTimes(query, { from: 'from', to: 'to' })
  if (period.from !== undefined && period.to !== undefined && period.to < period.from) {
    throw new InvalidRequest('to must not be before from.', { param: 'to' })
  }
  return period
}

function periodToJson({ from, to }: Period) {
  return {
    from: from === undefined ? null : formatTimestamp(from),
    to: to === undefined ? null : formatTimestamp(to),
  }
}

function headToJson({ account }: Statement) {
  return { account: encodeId(idPrefix.account, account.id), code: account.code, asset: account.asset }
}

function figuresToJson(found: Statement) {
  return {
    opening: String(found.opening),
    closing: String(found.closing),
    total_in: String(found.totalIn),
    total_out: String(found.totalOut),
    ...pageToJson(found.page, statementCursor, entryToJson),
  }
}
