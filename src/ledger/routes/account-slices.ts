import { type Answer, answerText, type RouteRequest, refuseAbandoned } from '#platform/http'
import { once, partOf, takeKey } from '#platform/idempotency'
import { type Database, epochChanged, repeatDeadlocked, type Transaction } from '#platform/postgres'
import type { CreateAccount } from '../commands.ts'
import type { Ledger } from '../ledger.ts'
import { openingsOf } from './audited-accounts.ts'
import { renderAccountOutcomes } from './render-outcomes.ts'
import { createJoinedAnswer, slicesOf } from './slices.ts'

type Opening = { readonly ledger: Pick<Ledger, 'createAccounts'>; readonly database: Database }

/**
 * Opens the slices of a batch, each in a transaction of its own and, if there are several, under a key of its own. So a
 * large batch holds no connection that others wait for, and a repetition opens only what is left.
 */
export async function openInSlices(
  { ledger, database }: Opening,
  request: RouteRequest,
  commands: readonly CreateAccount[],
): Promise<Answer> {
  const { idempotency } = request
  const slices = slicesOf(commands)
  const settled = idempotency && slices.length > 1 ? await takeKey(database, idempotency, request.inUse()) : undefined
  if (settled !== undefined) return request.settle(settled)
  const epoch = database.epoch()
  const joined = createJoinedAnswer()
  let isReplay = idempotency !== undefined
  for (const slice of slices) {
    if (slice.index > 0) await request.nextTurn()
    const work = async (tx: Transaction) => {
      refuseAbandoned(request)
      const outcomes = await ledger.createAccounts(tx, slice.commands)
      const opened = outcomes.flatMap((outcome) => (outcome.ok && !outcome.replayed ? [outcome.account] : []))
      await request.record(tx, openingsOf(opened))
      return answerText(200, renderAccountOutcomes(outcomes))
    }
    const part = idempotency && (slices.length > 1 ? partOf(idempotency, slice) : idempotency)
    if (part === undefined) {
      joined.add((await repeatDeadlocked(() => database.unit(work))).body)
      continue
    }
    const opened = await repeatDeadlocked(() => once(database, part, work))
    if (opened.kind === 'mismatched') return request.settle(opened)
    isReplay &&= opened.kind === 'replayed'
    joined.add(opened.answer.body)
  }
  // A server that has taken over in between may lack what is opened. The same request opens that.
  if (slices.length > 1 && database.epoch() !== epoch) throw epochChanged()
  const whole = { status: 200, body: '', bytes: joined.bytes() }
  return isReplay ? request.settle({ kind: 'replayed', answer: whole }) : whole
}
