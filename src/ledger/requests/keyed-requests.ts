import type { FoundKeys, Idempotent, StoredAnswer } from '#platform/idempotency'
import type { BatchRequest } from '../booking/batch-knowledge.ts'
import type { TransferOutcome } from '../commands.ts'
import type { IdempotentSubmission } from '../ledger.ts'

export type RequestResult = Idempotent<readonly TransferOutcome[]>

export type KeyedAnswer = { readonly idempotency: IdempotentSubmission; readonly answer: StoredAnswer }

export type KeyedAnswers = ReadonlyMap<string, KeyedAnswer>

type Known = Exclude<RequestResult, { kind: 'done' }>

/** `fresh` requests are the first of their key, and no answer is stored for it or decided in a batch in flight. */
export class KeyedRequests<Request extends BatchRequest> {
  readonly fresh: readonly Request[]
  readonly #requests: readonly Request[]
  readonly #answered = new Map<Request, RequestResult>()

  constructor(requests: readonly Request[], keys: FoundKeys, previous: readonly KeyedAnswers[] = []) {
    this.#requests = requests
    const first = new Set<string>()
    this.fresh = requests.filter((request) => {
      const { idempotency } = request
      if (idempotency === undefined) return true
      const known = answeredBefore(idempotency, previous) ?? keys(idempotency)
      const isFirst = !first.has(keyOf(idempotency))
      first.add(keyOf(idempotency))
      if (known !== undefined) this.#answered.set(request, known)
      return known === undefined && isFirst
    })
  }

  /** A fresh request without an outcome has no result and no answer to store. */
  results(outcomes: ReadonlyMap<Request, readonly TransferOutcome[]>): {
    readonly results: ReadonlyMap<Request, RequestResult>
    readonly answers: KeyedAnswers
  } {
    const results = new Map(this.#answered)
    const answers = new Map<string, KeyedAnswer>()
    for (const [request, value] of outcomes) {
      const { idempotency } = request
      const answer = idempotency === undefined ? noAnswer : idempotency.answer(value)
      if (idempotency !== undefined) answers.set(keyOf(idempotency), { idempotency, answer })
      results.set(request, { kind: 'done', value, answer })
    }
    for (const request of this.#requests) {
      const first = request.idempotency && answers.get(keyOf(request.idempotency))
      if (request.idempotency !== undefined && first !== undefined && !results.has(request)) {
        results.set(request, replayOf(first, request.idempotency))
      }
    }
    return { results, answers }
  }
}

const noAnswer: StoredAnswer = { status: 0, body: '' }

function keyOf(idempotency: IdempotentSubmission): string {
  return `${idempotency.book} ${idempotency.key}`
}

function answeredBefore(idempotency: IdempotentSubmission, previous: readonly KeyedAnswers[]): Known | undefined {
  for (const answers of previous) {
    const before = answers.get(keyOf(idempotency))
    if (before !== undefined) return replayOf(before, idempotency)
  }
  return undefined
}

function replayOf(first: KeyedAnswer, idempotency: IdempotentSubmission): Known {
  return first.idempotency.fingerprint.equals(idempotency.fingerprint)
    ? { kind: 'replayed', answer: first.answer }
    : { kind: 'mismatched' }
}
