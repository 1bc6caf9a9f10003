import { Fault } from '#platform/faults'
import { type Answer, answerText, type RouteRequest, refuseAbandoned } from '#platform/http'
import { isInParts, partOf } from '#platform/idempotency'
import type { CreateTransfer, TransferOutcome } from '../commands.ts'
import type { Ledger } from '../ledger.ts'
import { renderNotBooked, renderTransferOutcomes } from './render-outcomes.ts'
import { createJoinedAnswer, type Slice } from './slices.ts'

type LedgerWriter = Pick<Ledger, 'submit' | 'submitOnce'>

/**
 * Books the slices of a large batch one after the other, so requests of others come in between. Each is stored under a
 * key of its own: a repetition gets the results of those that are booked, and books the rest. The request's own key is
 * taken first. What is stored for it has no results: an older program, which does not know the slices, answers that the
 * request is still running. Another answer is that of an older program, which booked all in one transaction.
 */
export async function submitInSlices(
  ledger: LedgerWriter,
  request: RouteRequest,
  slices: readonly Slice<CreateTransfer>[],
): Promise<Answer> {
  const { caller, signal, idempotency } = request
  const sender = { group: caller.book.number, sender: caller.keyId }
  const options = { isAbandoned: () => signal.aborted, sender }
  if (idempotency !== undefined) {
    const nothing = { commands: [], atomic: false }
    const begun = await ledger.submitOnce(nothing, { ...idempotency, answer: request.inUse }, options)
    if (begun.kind === 'mismatched' || (begun.kind === 'replayed' && !isInParts(begun.answer))) {
      return request.settle(begun)
    }
  }
  const render = (outcomes: readonly TransferOutcome[]) => answerText(200, renderTransferOutcomes(outcomes, false))
  const book = async (slice: Slice<CreateTransfer>) => {
    refuseAbandoned(request)
    const group = { commands: slice.commands, atomic: false }
    if (idempotency !== undefined) {
      return ledger.submitOnce(group, { ...partOf(idempotency, slice), answer: render }, options)
    }
    return { kind: 'done', answer: render(await ledger.submit(group, options)) } as const
  }
  const joined = createJoinedAnswer()
  let isReplay = true
  for (const slice of slices) {
    try {
      const booked = await book(slice)
      if (booked.kind === 'mismatched') return request.settle(booked)
      isReplay &&= booked.kind === 'replayed'
      joined.add(booked.answer.body)
    } catch (error) {
      const isNothingLost = slice.index === 0 || isRepeatable(request, slices)
      if (isNothingLost || !(error instanceof Fault && error.retryable)) throw error
      for (const { index, commands } of slices.slice(slice.index)) {
        joined.add(renderNotBooked(commands.length, index === slice.index))
      }
      break
    }
  }
  const whole = { status: 200, body: '', bytes: joined.bytes() }
  return isReplay ? request.settle({ kind: 'replayed', answer: whole }) : whole
}

/** Whether the client can repeat the request, and nothing is booked twice. Otherwise it needs the results so far. */
function isRepeatable({ idempotency }: RouteRequest, slices: readonly Slice<CreateTransfer>[]): boolean {
  return idempotency !== undefined || slices.every(({ commands }) => commands.every(({ idGiven }) => idGiven))
}
