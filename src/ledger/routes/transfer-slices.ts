import { Fault } from '#platform/faults'
import { type Answer, answerText, type RouteRequest, refuseAbandoned } from '#platform/http'
import { isInParts, partOf, type StoredAnswer } from '#platform/idempotency'
import { type Database, epochChanged } from '#platform/postgres'
import type { CreateTransfer, TransferOutcome } from '../commands.ts'
import type { Ledger } from '../ledger.ts'
import { renderNotBooked, renderTransferOutcomes } from './render-outcomes.ts'
import { createJoinedAnswer, type JoinedAnswer, type Slice } from './slices.ts'

export type Booking = {
  readonly ledger: Pick<Ledger, 'submit' | 'submitOnce'>
  readonly database: Pick<Database, 'epoch'>
}

/** After another server has taken over so often, the client repeats the request. */
const passesMax = 3

/**
 * Books the slices of a large batch one after the other, so requests of others come in between. Each is stored under a
 * key of its own: a repetition gets the results of those that are booked, and books the rest. The request's own key is
 * taken first. What is stored for it has no results: an older program, which does not know the slices, answers that the
 * request is still running. Another answer is that of an older program, which booked all in one transaction.
 *
 * A server that takes over in between may lack slices that are booked. All are then submitted to it again, under their
 * keys and ids, so that it books what it lacks.
 */
export async function submitInSlices(
  { ledger, database }: Booking,
  request: RouteRequest,
  slices: readonly Slice<CreateTransfer>[],
): Promise<Answer> {
  const { caller, signal, idempotency } = request
  const sender = { group: caller.book.number, sender: caller.principal.id }
  const options = { isAbandoned: () => signal.aborted, sender }
  if (idempotency !== undefined) {
    const nothing = { commands: [], atomic: false }
    const begun = await ledger.submitOnce(nothing, { ...idempotency, answer: request.inUse }, options)
    if (begun.kind === 'mismatched' || (begun.kind === 'replayed' && !isInParts(begun.answer))) {
      return request.settle(begun)
    }
  }
  const render = (outcomes: readonly TransferOutcome[]) => answerText(200, renderTransferOutcomes(outcomes, false))
  const book = async (slice: Slice<CreateTransfer>, isAgain: boolean): Promise<Booked> => {
    refuseAbandoned(request)
    const { commands } = slice
    if (idempotency !== undefined) {
      return ledger.submitOnce({ commands, atomic: false }, { ...partOf(idempotency, slice), answer: render }, options)
    }
    if (!isAgain)
      return { kind: 'done', answer: render(await ledger.submit({ commands, atomic: false }, options)) } as const
    const known = commands.map((command) => ({ ...command, idGiven: true }))
    const outcomes = await ledger.submit({ commands: known, atomic: false }, options)
    // The client did not give the id, and so has not repeated it.
    const first = outcomes.map((outcome, index) =>
      commands[index]?.idGiven ? outcome : { ...outcome, replayed: false },
    )
    return { kind: 'done', answer: render(first) } as const
  }
  let isReplay = true
  for (let pass = 1; pass <= passesMax; pass += 1) {
    const epoch = database.epoch()
    const known: Known = {
      isRepeatable: isRepeatable(request, slices),
      areSure: () => pass === 1 && database.epoch() === epoch,
    }
    const booked = await bookAll(slices, (slice) => book(slice, pass > 1), known)
    if (booked.kind === 'mismatched') return request.settle(booked)
    if (booked.kind === 'stopped') return booked.answer
    isReplay &&= booked.isReplay
    if (database.epoch() !== epoch) continue
    return isReplay ? request.settle({ kind: 'replayed', answer: booked.answer }) : booked.answer
  }
  throw epochChanged()
}

type Known = {
  readonly isRepeatable: boolean
  /** Whether the slices so far are booked for certain. */
  readonly areSure: () => boolean
}

type Booked = { readonly kind: 'mismatched' } | { readonly kind: 'replayed' | 'done'; readonly answer: StoredAnswer }

type AllBooked =
  | { readonly kind: 'mismatched' }
  | { readonly kind: 'booked'; readonly answer: WholeAnswer; readonly isReplay: boolean }
  /** In between, and the client cannot repeat the request. */
  | { readonly kind: 'stopped'; readonly answer: WholeAnswer }

type WholeAnswer = { readonly status: 200; readonly body: ''; readonly bytes: Buffer }

const wholeOf = (joined: JoinedAnswer): WholeAnswer => ({ status: 200, body: '', bytes: joined.bytes() })

async function bookAll(
  slices: readonly Slice<CreateTransfer>[],
  book: (slice: Slice<CreateTransfer>) => Promise<Booked>,
  known: Known,
): Promise<AllBooked> {
  const joined = createJoinedAnswer()
  let isReplay = true
  for (const slice of slices) {
    try {
      const booked = await book(slice)
      if (booked.kind === 'mismatched') return booked
      isReplay &&= booked.kind === 'replayed'
      joined.add(booked.answer.body)
    } catch (error) {
      const isSure = known.areSure()
      const isNothingBooked = slice.index === 0 && isSure
      if (isNothingBooked || known.isRepeatable || !(error instanceof Fault && error.retryable)) throw error
      return { kind: 'stopped', answer: wholeOf(isSure ? withoutRest(joined, slices, slice.index) : unknown(slices)) }
    }
  }
  return { kind: 'booked', answer: wholeOf(joined), isReplay }
}

/** Of the slice that failed, it is not known whether it is booked. */
function withoutRest(joined: JoinedAnswer, slices: readonly Slice<CreateTransfer>[], failed: number): JoinedAnswer {
  for (const { index, commands } of slices.slice(failed)) {
    joined.add(renderNotBooked(commands.length, index === failed))
  }
  return joined
}

function unknown(slices: readonly Slice<CreateTransfer>[]): JoinedAnswer {
  const joined = createJoinedAnswer()
  for (const { commands } of slices) joined.add(renderNotBooked(commands.length, true))
  return joined
}

/** Whether the client can repeat the request, and nothing is booked twice. Otherwise it needs the results so far. */
function isRepeatable({ idempotency }: RouteRequest, slices: readonly Slice<CreateTransfer>[]): boolean {
  return idempotency !== undefined || slices.every(({ commands }) => commands.every(({ idGiven }) => idGiven))
}
