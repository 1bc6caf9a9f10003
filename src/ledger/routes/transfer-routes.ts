import { assert, idPrefix, uuidOf } from '#kernel'
import { readMinor } from '#platform/fields'
import {
  type Answer,
  answerText,
  createTurns,
  type Route,
  type RouteRequest,
  refuseAbandoned,
  route,
} from '#platform/http'
import type { Database } from '#platform/postgres'
import type { CommandGroup, TransferOutcome } from '../commands.ts'
import type { Ledger } from '../ledger.ts'
import type { LedgerRefusalCode } from '../refusals.ts'
import { renderTransfer } from '../transfers/render-transfer.ts'
import { requireFewPairs } from './metadata-pairs.ts'
import { renderTransferOutcomes } from './render-outcomes.ts'
import { mapInTurns, slicesOf } from './slices.ts'
import { transferFromJson } from './transfer-from-json.ts'
import {
  createTransfer,
  createTransfers,
  createTransfersAnswer,
  postTransfer,
  transfer,
  transferParams,
  voidTransfer,
} from './transfer-schemas.ts'
import { submitInSlices } from './transfer-slices.ts'

const inLedger = 'The transfer is its own record, in the ledger.'

type LedgerWriter = Pick<Ledger, 'submit' | 'submitOnce' | 'dryRun'>
type Booking = { readonly ledger: LedgerWriter; readonly database: Pick<Database, 'epoch'> }

const createProblems = [
  'id_already_used',
  'account_not_found',
  'accounts_must_differ',
  'asset_mismatch',
  'effective_at_in_future',
  'expires_at_in_past',
  'reference_taken',
  'account_closed',
  'account_frozen',
  'condition_not_met',
  'nothing_to_move',
  'insufficient_funds',
  'balance_limit_exceeded',
  'balance_overflow',
] as const satisfies readonly LedgerRefusalCode[]

const resolveProblems = [
  'transfer_not_found',
  'transfer_not_pending',
  'transfer_already_posted',
  'transfer_already_voided',
  'transfer_expired',
  'transfer_reserved',
] as const satisfies readonly LedgerRefusalCode[]

/** Enough for ten thousand transfers with long references and some metadata. */
const batchBytesMax = 32 * 1024 * 1024

export function transferRoutes({ ledger, database }: Booking): Route[] {
  return [createTransferRoute(ledger), createTransfersRoute({ ledger, database }), postRoute(ledger), voidRoute(ledger)]
}

function createTransferRoute(ledger: LedgerWriter): Route {
  return route({
    method: 'POST',
    path: '/v1/transfers',
    operation: 'create_transfer',
    acts: { none: inLedger },
    summary: 'Move money, or hold it',
    description:
      'Moves an amount from the source to the destination at once, or holds it when `pending`. A client-given `id` ' +
      'makes the transfer idempotent on its own, for ever: the same id and content again is answered with the first ' +
      'result and status 200, and what was refused stays refused. With `dry_run` nothing is done.',
    tag: 'Transfers',
    permission: 'ledger:write',
    body: createTransfer,
    answers: { 201: transfer, 200: transfer },
    problems: createProblems,
    writesBesides: isDryRun,
    handle: async (request) => {
      const { body, caller } = request
      const group = { commands: [transferFromJson(caller.book.number, body)], atomic: false }
      if (isDryRun(body)) return answerTransfer(request, await ledger.dryRun(group), 200)
      return submitted(ledger, request, group, (outcomes) => answerTransfer(request, outcomes, 201))
    },
  })
}

/** A large group that is booked as a whole delays all others. One is under way at a time: the last place stays free. */
const largePlaces = 2

function createTransfersRoute({ ledger, database }: Booking): Route {
  const inTurn = createTurns(largePlaces)
  return route({
    method: 'POST',
    path: '/v1/transfers/batch',
    operation: 'create_transfers',
    acts: { none: inLedger },
    summary: 'Move money many times',
    description:
      'Decides up to 10,000 transfers in their order and answers each at its index. Each stands for itself, unless ' +
      '`atomic`: then one refusal refuses all of them, and the answer is the problem `group_refused` with the true ' +
      'reasons in `errors`. Together they may have 125,000 pairs of metadata. A large batch that is not `atomic` is ' +
      'booked in parts. When the server cannot continue (503), the transfers so far are booked: the same request with ' +
      'the same Idempotency-Key, or the same ids, returns their results and books the others.',
    tag: 'Transfers',
    permission: 'ledger:write',
    bodyBytesMax: batchBytesMax,
    body: createTransfers,
    answers: { 200: createTransfersAnswer },
    problems: ['group_refused'] satisfies LedgerRefusalCode[],
    writesBesides: isDryRun,
    handle: async (request) => {
      const { body, caller } = request
      const book = caller.book.number
      requireFewPairs(body.transfers, 'transfers')
      const read = (item: (typeof body.transfers)[number], index: number) =>
        transferFromJson(book, item, `transfers.${index}.`)
      const group = { commands: await mapInTurns(body.transfers, read), atomic: body.atomic === true }
      const dryRun = isDryRun(body)
      const slices = slicesOf(group.commands)
      if (slices.length > 1 && !group.atomic && !dryRun) return submitInSlices({ ledger, database }, request, slices)
      const toAnswer = (outcomes: readonly TransferOutcome[]) =>
        group.atomic && outcomes.some((outcome) => !outcome.ok)
          ? answerRefusedGroup(request, outcomes)
          : answerText(200, renderTransferOutcomes(outcomes, dryRun))
      if (dryRun) return toAnswer(await ledger.dryRun(group))
      const submit = async () => {
        refuseAbandoned(request)
        return submitted(ledger, request, group, toAnswer)
      }
      return slices.length > 1 ? inTurn({ group: book, sender: caller.principal.id }, submit) : submit()
    },
  })
}

function postRoute(ledger: LedgerWriter): Route {
  return route({
    method: 'POST',
    path: '/v1/transfers/:id/post',
    operation: 'post_transfer',
    acts: { none: inLedger },
    summary: 'Post a pending transfer',
    description: 'Moves the amount held, or the given part of it; the rest is released. A hold is posted once.',
    tag: 'Transfers',
    permission: 'ledger:write',
    params: transferParams,
    body: postTransfer,
    answers: { 200: transfer },
    problems: [...resolveProblems, 'amount_exceeds_hold', 'account_frozen'] satisfies LedgerRefusalCode[],
    handle: (request) => {
      const { amount } = request.body
      const book = request.caller.book.number
      const id = uuidOf(idPrefix.transfer, request.params.id)
      const command =
        amount === undefined
          ? ({ kind: 'post', book, id } as const)
          : ({ kind: 'post', book, id, amount: readMinor(amount, 'amount') } as const)
      return submitted(ledger, request, { commands: [command], atomic: false }, (outcomes) =>
        answerTransfer(request, outcomes, 200),
      )
    },
  })
}

function voidRoute(ledger: LedgerWriter): Route {
  return route({
    method: 'POST',
    path: '/v1/transfers/:id/void',
    operation: 'void_transfer',
    acts: { none: inLedger },
    summary: 'Void a pending transfer',
    description: 'Releases the amount held; nothing is moved.',
    tag: 'Transfers',
    permission: 'ledger:write',
    params: transferParams,
    body: voidTransfer,
    answers: { 200: transfer },
    problems: resolveProblems,
    handle: (request) => {
      const command = {
        kind: 'void',
        book: request.caller.book.number,
        id: uuidOf(idPrefix.transfer, request.params.id),
      } as const
      return submitted(ledger, request, { commands: [command], atomic: false }, (outcomes) =>
        answerTransfer(request, outcomes, 200),
      )
    },
  })
}

function isDryRun(body: { readonly dry_run?: boolean }): boolean {
  return body.dry_run === true
}

/** Submits once per Idempotency-Key, if the request has one. */
async function submitted(
  ledger: LedgerWriter,
  request: RouteRequest,
  group: CommandGroup,
  toAnswer: (outcomes: readonly TransferOutcome[]) => Answer,
): Promise<Answer> {
  const { caller, signal } = request
  const sender = { group: caller.book.number, sender: caller.principal.id }
  const options = { isAbandoned: () => signal.aborted, sender }
  if (request.idempotency === undefined) return toAnswer(await ledger.submit(group, options))
  return request.settle(await ledger.submitOnce(group, { ...request.idempotency, answer: toAnswer }, options))
}

/** `createdStatus` for a new transfer, 200 for a replay. */
function answerTransfer(request: RouteRequest, outcomes: readonly TransferOutcome[], createdStatus: 200 | 201): Answer {
  const [outcome] = outcomes
  assert(outcome !== undefined, 'a group of one command has one outcome')
  if (!outcome.ok) return request.refuse(outcome.refusal)
  return answerText(outcome.replayed ? 200 : createdStatus, renderTransfer(outcome.transfer))
}

/** One problem, with the actual reasons by index. */
function answerRefusedGroup(request: RouteRequest, outcomes: readonly TransferOutcome[]): Answer {
  const errors = outcomes.flatMap((outcome, index) => {
    if (outcome.ok || outcome.refusal.code === 'group_refused') return []
    const { code, message, param } = outcome.refusal
    return [{ index, code, detail: message, ...(param !== undefined && { param }) }]
  })
  const first = errors[0]
  const message =
    first === undefined
      ? 'The group was refused before as a whole, so none of its transfers is booked.'
      : `Transfer ${first.index} was refused (${first.code}), so none of the ${outcomes.length} was booked.`
  return request.refuse({ code: 'group_refused', message }, { errors })
}
