import type { ActedCase, CarriedOut, CaseHandler, CaseSubject, SubjectAction } from '#cases'
import { assert, type Uuid } from '#kernel'
import type { Lanes } from '#lanes'
import type { Transaction } from '#platform/postgres'
import { type Sagas, sagaMessageKind } from '#sagas'
import { inputKind } from '../engine/handling/queued-input.ts'
import { settleCredit } from '../engine/rails/credits.ts'
import { unmatchedKind } from '../engine/rails/event-message.ts'
import { type CaseReason, caseReasons } from '../machine.ts'
import { type SubjectKind, subjectKinds } from '../payment.ts'
import type { Payments } from '../payments.ts'
import { describeOpenLetters } from './open-letters.ts'
import { refuseStatement } from './refuse-statement.ts'

const replayMax = 1_000

type CarryOutDependencies = {
  readonly payments: Pick<Payments, 'input' | 'bookAgain'>
  readonly sagas: Pick<Sagas, 'decide' | 'resume'>
  readonly lanes: Pick<Lanes, 'replay' | 'discard'>
  /** Minor units by asset, up to which one person may write off. Others: none. */
  readonly writeOffLimits?: ReadonlyMap<string, bigint>
}

/** Carries out the actions of operators on the cases of payments. */
export function createCaseHandler(deps: CarryOutDependencies): CaseHandler {
  return {
    lockSubject,
    needsTwo: ({ about: { amount, asset = '' } }, { action }) =>
      action === 'write_off' && (amount === undefined || amount > (deps.writeOffLimits?.get(asset) ?? 0n)),
    refuse: async (tx, { subject: { kind, id }, ...acted }, action) => {
      if (action.action !== 'force') return undefined
      if (isKind(kind)) return refuseStatement(tx, { ...acted, subject: { kind, id } }, action)
      const isNamed = action.railReference !== undefined || action.attempt !== undefined
      return isNamed ? 'The case is about no attempt: leave `rail_reference` and `attempt` out.' : undefined
    },
    carryOut: (tx, acted, action, by) =>
      acted.reason === 'dead_letter' ? settleDeadLetters(deps, tx, acted, action, by) : act(deps, tx, acted, action),
  }
}

/** The case is locked, so no letter of the subject is added meanwhile. */
async function settleDeadLetters(
  deps: CarryOutDependencies,
  tx: Transaction,
  acted: ActedCase,
  action: SubjectAction,
  by: Uuid,
): Promise<CarriedOut> {
  const { book, subject, reason } = acted
  const { kind, id } = subject
  if (action.action === 'retry') return retryDeadLetters(deps, tx, acted, by)
  await deps.lanes.discard(tx, lettersOf(acted), by)
  // Without the dead letters, the subject continues from its current state.
  if (kind === 'saga') await deps.sagas.resume(tx, id)
  else if (isKind(kind)) {
    await deps.payments.input(tx, { kind, id, book }, { kind: 'decision', decision: action, about: known(reason) })
  }
  return 'done'
}

async function retryDeadLetters(
  { lanes }: Pick<CarryOutDependencies, 'lanes'>,
  tx: Transaction,
  acted: ActedCase,
  by: Uuid,
): Promise<CarriedOut> {
  const { id } = acted.subject
  const { count, hasMore } = await lanes.replay(tx, lettersOf(acted), { by, max: replayMax })
  if (!hasMore) return 'done'
  const detailOf = await describeOpenLetters(tx, [id])
  const left = detailOf(id)
  return left === undefined ? 'done' : { left: `${count} dead letters were replayed, the most at a time. ${left}` }
}

function lettersOf({ book, subject: { kind, id } }: ActedCase) {
  const messageKind = kind === 'saga' ? sagaMessageKind : kind === 'event' ? unmatchedKind : inputKind
  return { book, subject: id, kind: messageKind }
}

async function act(
  { payments, sagas }: CarryOutDependencies,
  tx: Transaction,
  { book, subject: { kind, id }, reason }: ActedCase,
  action: SubjectAction,
): Promise<'done' | 'started'> {
  if (kind === 'saga') {
    assert(action.action === 'retry' || action.action === 'force', 'a saga is retried, or was compensated by hand')
    const isOpen = await sagas.decide(tx, id, action.action)
    assert(isOpen, 'a saga stays stuck until an operator acts')
    return 'started'
  }
  if (!isKind(kind)) {
    assert(action.action === 'force', 'an event that matches nothing can only be put aside')
    if (ofCredits.has(reason)) assert(await settleCredit(tx, id), 'a credit is never deleted')
    return 'done'
  }
  // When the rail has reported otherwise since, the operation waits for more than the books. It is decided as usual.
  if (reason === 'unbooked' && (await payments.bookAgain(tx, { kind, id, book }))) return 'started'
  const input = { kind: 'decision', decision: action, about: known(reason) } as const
  const isThere = await payments.input(tx, { kind, id, book }, input)
  assert(isThere, 'the subject of a case is never deleted')
  return 'started'
}

const ofCredits: ReadonlySet<string> = new Set<CaseReason>(['incoming_credit', 'credit_retracted'])

function isKind(kind: string): kind is SubjectKind {
  return subjectKinds.some((known) => known === kind)
}

function known(reason: string): CaseReason {
  const found = caseReasons.find((each) => each === reason)
  assert(found, 'a case of payments has one of their reasons')
  return found
}

/** Locks the row of the payment or payout, as the engine does before it changes cases. */
async function lockSubject(tx: Transaction, { kind, id, book }: CaseSubject & { readonly book: number }) {
  const values = [book, id]
  if (kind === 'payout') {
    await tx.query({ text: 'select from payments.payouts where (book_id, id) = ($1, $2::uuid) for update', values })
    return
  }
  if (kind === 'event') {
    await tx.query({ text: 'select from payments.credits where id = $1::uuid for update', values: [id] })
    return
  }
  const payment = paymentOf[kind]
  if (payment === undefined) return
  await tx.query({ text: `select from payments.payments where (book_id, id) = ($1, (${payment})) for update`, values })
}

const paymentOf: Readonly<Record<string, string>> = {
  payment: 'select $2::uuid',
  capture: 'select payment_id from payments.captures where book_id = $1 and id = $2::uuid',
  refund: 'select payment_id from payments.refunds where book_id = $1 and id = $2::uuid',
}
