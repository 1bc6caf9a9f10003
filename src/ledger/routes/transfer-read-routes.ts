import { idPrefix, uuidOf } from '#kernel'
import { answerText, metadataFilter, type Route, route } from '#platform/http'
import { answerPage, integerCursor, pageRequest, pageSchema } from '#platform/lists'
import type { Queryable } from '#platform/postgres'
import { listTransfers } from '../lists/transfer-list-read-model.ts'
import { renderTransfer } from '../transfers/render-transfer.ts'
import { getTransfer } from '../transfers/transfer-read-model.ts'
import { refusal } from '../transfers/transfer-rules.ts'
import { readTimes } from './read-query.ts'
import { transfer, transferParams, transfersQuery } from './transfer-schemas.ts'

export function transferReadRoutes(database: Queryable): Route[] {
  return [listTransfersRoute(database), getTransferRoute(database)]
}

function listTransfersRoute(database: Queryable): Route {
  return route({
    method: 'GET',
    path: '/v1/transfers',
    operation: 'list_transfers',
    summary: 'List transfers',
    description:
      'Newest first. Filters go together: a transfer must match all that are given. An account that does not exist ' +
      'has no transfers. Refused transfers are not listed.',
    tag: 'Transfers',
    permission: 'ledger:read',
    query: transfersQuery,
    answers: { 200: pageSchema(transfer) },
    handle: async ({ caller, query }) => {
      const { account, source, destination, reference, state } = query
      const page = await listTransfers(database, {
        book: caller.book.number,
        ...pageRequest(query, integerCursor),
        filter: {
          ...{ account, source, destination, reference, state, metadata: metadataFilter(query) },
          ...readTimes(query, { recordedFrom: 'recorded_from', recordedTo: 'recorded_to' }),
        },
      })
      return answerPage(page, integerCursor, renderTransfer)
    },
  })
}

function getTransferRoute(database: Queryable): Route {
  return route({
    method: 'GET',
    path: '/v1/transfers/:id',
    operation: 'get_transfer',
    summary: 'Read a transfer',
    description: 'The transfer as it is now. A transfer that was refused was never booked, so it is not found.',
    tag: 'Transfers',
    permission: 'ledger:read',
    params: transferParams,
    answers: { 200: transfer },
    problems: ['transfer_not_found'],
    handle: async (request) => {
      const found = await getTransfer(
        database,
        request.caller.book.number,
        uuidOf(idPrefix.transfer, request.params.id),
      )
      return found === undefined
        ? request.refuse(refusal('transfer_not_found', 'id'))
        : answerText(200, renderTransfer(found))
    },
  })
}
