import type { FoundKeys, Idempotent, StoredAnswer } from '#platform/idempotency'
import type { BatchRequest } from '../booking/batch-knowledge.ts'
import type { TransferOutcome } from '../commands.ts'
import type { Claim } from '../ledger.ts'

export type RequestResult = Idempotent<readonly TransferOutcome[]>

export type KeyedAnswer = { readonly claim: Claim; readonly answer: StoredAnswer }

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
      const { claim } = request
      if (claim === undefined) return true
      const known = answeredBefore(claim, previous) ?? keys(claim)
      const isFirst = !first.has(keyOf(claim))
      first.add(keyOf(claim))
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
      const { claim } = request
      const answer = claim === undefined ? noAnswer : claim.answer(value)
      if (claim !== undefined) answers.set(keyOf(claim), { claim, answer })
      results.set(request, { kind: 'done', value, answer })
    }
    for (const request of this.#requests) {
      const first = request.claim && answers.get(keyOf(request.claim))
      if (request.claim !== undefined && first !== undefined && !results.has(request)) {
        results.set(request, replayOf(first, request.claim))
      }
    }
    return { results, answers }
  }
}

const noAnswer: StoredAnswer = { status: 0, body: '' }

function keyOf(claim: Claim): string {
  return `${claim.book} ${claim.key}`
}

function answeredBefore(claim: Claim, previous: readonly KeyedAnswers[]): Known | undefined {
  for (const answers of previous) {
    const before = answers.get(keyOf(claim))
    if (before !== undefined) return replayOf(before, claim)
  }
  return undefined
}

function replayOf(first: KeyedAnswer, claim: Claim): Known {
  return first.claim.fingerprint.equals(claim.fingerprint)
    ? { kind: 'replayed', answer: first.answer }
    : { kind: 'mismatched' }
}
