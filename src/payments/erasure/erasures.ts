import { accepted, encodeId, idPrefix, type Uuid } from '#kernel'
import type { Lanes, Message, NewMessage } from '#lanes'
import { findAccount } from '#ledger'
import type { Transaction } from '#platform/postgres'
import { nowStep } from '../engine/handling/database-clock.ts'
import { readPaymentsStep } from '../engine/rows/payment-store.ts'
import { readPayoutsStep } from '../engine/rows/payout-store.ts'
import type { PaymentResult } from '../payments.ts'
import { refuse } from '../refusals.ts'
import { type Erased, erasePayments, erasePayouts } from './erase-rows.ts'
import {
  type Erasure,
  type ErasurePlace,
  insertErasure,
  lockErasure,
  type NewErasure,
  readAccountRows,
  updateErasure,
} from './erasure-store.ts'

const kind = 'payment.erasure'
/** Rows of an account that are looked at in a transaction. */
const pageRows = 500
/** Rows that are under way are looked at again. */
const againAfterMicros = 3_600_000_000
const start: ErasurePlace = { table: 'payments', after: '0'.repeat(32) }

/** Stores the request. A worker of the lanes carries it out, page by page. */
export async function requestErasure(
  lanes: Pick<Lanes, 'enqueue'>,
  tx: Transaction,
  request: NewErasure,
): Promise<PaymentResult<Erasure>> {
  const { id, book } = request
  if ('account' in request) {
    const account = await findAccount(tx, book, request.account)
    if (account === undefined) return refuse('account_not_found', 'account')
    const subject = { kind: 'account', id: account.id } as const
    const accounts = [account.code, encodeId(idPrefix.account, account.id)]
    return store(lanes, tx, { id, book, subject, accounts })
  }
  const { subject } = request
  const read = subject.kind === 'payment' ? readPaymentsStep : readPayoutsStep
  const [found] = await tx.burst([read(book, [subject.id])])
  if (found?.rows.length === 0) return refuse(`${subject.kind}_not_found`, subject.kind)
  return store(lanes, tx, { id, book, subject, accounts: [] })
}

async function store(
  lanes: Pick<Lanes, 'enqueue'>,
  tx: Transaction,
  request: Parameters<typeof insertErasure>[1],
): Promise<PaymentResult<Erasure>> {
  const erasure = await insertErasure(tx, request)
  await lanes.enqueue(tx, [messageOf(erasure)])
  return accepted(erasure)
}

/** The handler of the lanes. */
export function createErasures(lanes: Pick<Lanes, 'enqueue'>) {
  return {
    kind,
    batchMax: () => 1,
    handle: async (tx: Transaction, messages: readonly Message[]) => {
      for (const { subject } of messages) await goOn(lanes, tx, subject)
    },
  }
}

async function goOn(lanes: Pick<Lanes, 'enqueue'>, tx: Transaction, id: Uuid): Promise<void> {
  const erasure = await lockErasure(tx, id)
  if (erasure === undefined || erasure.doneAt !== undefined) return
  const { table, ids, next } = await nextPage(tx, erasure)
  const { book } = erasure
  const page = await (table === 'payments' ? erasePayments : erasePayouts)(tx, { book, ids })
  const after = added(erasure, table, page)
  const isDone = next === undefined && after.waiting === 0
  await updateErasure(tx, { ...after, place: next, isDone })
  if (isDone) return
  const [now] = await tx.burst([nowStep])
  const isAgain = next === undefined
  await lanes.enqueue(tx, [messageOf(erasure, isAgain ? Number(now?.rows[0]?.[0]) + againAfterMicros : undefined)])
}

type ErasurePage = {
  readonly table: ErasurePlace['table']
  readonly ids: readonly Uuid[]
  /** undefined: behind the last row. */
  readonly next: ErasurePlace | undefined
}

async function nextPage(tx: Transaction, { book, subject, accounts, place = start }: Erasure): Promise<ErasurePage> {
  if (subject.kind !== 'account') return { table: `${subject.kind}s`, ids: [subject.id], next: undefined }
  const { table } = place
  const { ids, last } = await readAccountRows(tx, { book, accounts, ...place, limit: pageRows })
  if (last !== undefined) return { table, ids, next: { table, after: last } }
  return { table, ids, next: table === 'payments' ? { ...start, table: 'payouts' } : undefined }
}

/** `waiting` counts from the start of a pass. */
function added(erasure: Erasure, table: ErasurePlace['table'], { erased, waiting }: Erased): Erasure {
  const before = erasure.place === undefined ? 0 : erasure.waiting
  return { ...erasure, [table]: erasure[table] + erased, waiting: before + waiting }
}

function messageOf({ id, book }: Pick<Erasure, 'id' | 'book'>, at?: number): NewMessage {
  return {
    ...{ lane: 'bulk', kind, book, vendor: 0, subject: id, payload: '{}' },
    ...(at !== undefined && { notBefore: at }),
  }
}
