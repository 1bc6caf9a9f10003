import { setImmediate, setTimeout as sleep } from 'node:timers/promises'
import { Fault } from '#platform/faults'
import { type FoundKeys, findKeysStep, parseFoundKeys, storeKeysStep } from '#platform/idempotency'
import { type BurstStep, commitStep, type UnitLine } from '#platform/postgres'
import type { TransferOutcome } from '../commands.ts'
import type { Ledger } from '../ledger.ts'
import { KeyedRequests } from '../requests/keyed-requests.ts'
import { WaitingQueue } from '../requests/waiting-queue.ts'
import type { Waiting, WaitingRequests } from '../requests/waiting-requests.ts'
import { accountBusy, isCommitUnknown, isLockTimeout, isOfTheServer, isOvertaken } from './conflict.ts'

/**
 * Books requests on contended accounts under row locks, on a separate connection. A locked account delays only the
 * requests that need it. A batch that fails twice is halved, so that a request at fault fails alone.
 */
export type ApartLine = {
  readonly add: (requests: readonly Waiting[]) => void
  readonly drain: () => Promise<void>
}

export type ApartDependencies = {
  readonly line: UnitLine
  readonly waiting: WaitingRequests
  readonly postAll: Ledger['postAll']
  readonly onWritten: (commands: number) => void
  readonly onConflict: () => void
}

const batchCommandsMax = 1_024
const pauseMsMin = 50
const pauseMsMax = 1_000

type Later = { readonly request: Waiting; readonly fromMs: number; readonly isAlone: boolean }

type ApartState = ApartDependencies & {
  readonly queue: WaitingQueue
  /** Deferred requests. One that met a lock alone is retried alone. */
  later: Later[]
}

export function createApartLine(deps: ApartDependencies): ApartLine {
  const state: ApartState = { ...deps, queue: new WaitingQueue(), later: [] }
  let running: Promise<void> | undefined
  const wake = () => {
    running ??= run(state).finally(() => {
      running = undefined
      if (state.queue.length + state.later.length > 0) wake()
    })
  }
  return {
    add: (requests) => {
      for (const request of requests) state.queue.push(request)
      if (requests.length > 0) wake()
    },
    drain: async () => {
      while (running !== undefined) await running
    },
  }
}

async function run(state: ApartState): Promise<void> {
  await setImmediate()
  const { queue } = state
  while (queue.length + state.later.length > 0) {
    const now = performance.now()
    const due = state.later.filter(({ fromMs }) => fromMs <= now)
    state.later = state.later.filter(({ fromMs }) => fromMs > now)
    for (const { request, isAlone } of due) if (!isAlone) queue.push(request)
    if (queue.length > 0) await book(state, queue.take(batchCommandsMax))
    for (const { request } of due.filter(({ isAlone }) => isAlone))
      await book(state, [request], { ...hurried, failure: request.fault })
    if (queue.length + due.length === 0) await sleep(pauseMsMin / 2)
  }
}

/** Sorts by arrival. Defers a request that names a transfer whose creator is neither booked nor ahead in this list. */
function inOrder(state: ApartState, requests: readonly Waiting[]): readonly Waiting[] {
  const ordered = requests.toSorted((one, other) => one.arrivedMs - other.arrivedMs)
  const ahead = new Set<Waiting>()
  for (const request of ordered) {
    if (state.waiting.isBehind(request, (creator) => !ahead.has(creator))) defer(state, request, { isAlone: false })
    else ahead.add(request)
  }
  return [...ahead]
}

/** Requests that name a transfer of one of the `creators` or of another follower. */
function followersOf(waiting: WaitingRequests, requests: readonly Waiting[], creators: ReadonlySet<Waiting>) {
  const followers = new Set<Waiting>()
  for (const request of requests) {
    const isAhead = (creator: Waiting) => creators.has(creator) || followers.has(creator)
    if (!creators.has(request) && waiting.isBehind(request, isAhead)) followers.add(request)
  }
  return followers
}

/** `isSecond`: after `failure`. `isHurried`: with a short wait for locks, after meeting one. */
type Trying = { readonly isSecond: boolean; readonly isHurried: boolean; readonly failure?: unknown }

const first: Trying = { isSecond: false, isHurried: false }
const hurried = { isSecond: true, isHurried: true }

async function book(state: ApartState, given: readonly Waiting[], trying = first): Promise<void> {
  const requests = inOrder(
    state,
    given.filter((request) => !state.waiting.isOver(request)),
  )
  if (requests.length === 0) return
  try {
    const { again, left } = await bookTogether(state, requests, trying)
    for (const request of again) state.queue.push(request)
    for (const request of left) defer(state, request, { isAlone: false })
  } catch (error) {
    await mend(state, requests, { error, trying })
  }
}

type Failure = { readonly error: unknown; readonly trying: Trying }

async function mend(state: ApartState, requests: readonly Waiting[], { error, trying }: Failure): Promise<void> {
  const isWorthRetrying = isOvertaken(error) || (error instanceof Fault && error.retryable)
  if (isOvertaken(error)) state.onConflict()
  if (isCommitUnknown(error)) {
    for (const request of requests) state.waiting.fail(request, error)
  } else if (isOfTheServer(error)) {
    for (const request of requests) defer(state, request, { isAlone: false, error })
  } else if (isWorthRetrying && !trying.isSecond) {
    await book(state, requests, { ...trying, isSecond: true, failure: error })
  } else if (requests.length > 1) {
    const middle = Math.ceil(requests.length / 2)
    const halves = { isSecond: true, isHurried: isLockTimeout(error), failure: error }
    await book(state, requests.slice(0, middle), halves)
    await book(state, requests.slice(middle), halves)
  } else {
    for (const request of requests) {
      if (mayPassLater(error, trying.failure)) defer(state, request, { isAlone: true, error })
      else state.waiting.fail(request, error)
    }
  }
}

/** A request that was overtaken twice in a row has a cause that reading does not mend. */
function mayPassLater(error: unknown, before: unknown): boolean {
  if (isOvertaken(error)) return !isOvertaken(before)
  return error instanceof Fault && error.retryable
}

function defer(
  state: ApartState,
  request: Waiting,
  { isAlone, error = accountBusy() }: { readonly isAlone: boolean; readonly error?: unknown },
): void {
  request.failures += 1
  request.fault = error
  const pauseMs = Math.min(pauseMsMax, pauseMsMin * 2 ** Math.min(request.failures - 1, 8))
  state.later.push({ request, isAlone, fromMs: performance.now() + pauseMs })
}

/** Requests that met a lock must not delay others by waiting for it again. */
const hurryStep: BurstStep = { name: 'ledger-hurry', text: `set local lock_timeout = '50ms'` }

const noKeys: FoundKeys = () => undefined

/** Returns the requests left out for locked accounts: `again` to retry at once, `left` to defer. */
async function bookTogether(
  { line, waiting, postAll, onWritten }: ApartState,
  requests: readonly Waiting[],
  { isHurried }: Trying,
): Promise<{ readonly again: readonly Waiting[]; readonly left: readonly Waiting[] }> {
  const unit = line.begin()
  try {
    const idempotent = requests.flatMap(({ idempotency }) => idempotency ?? [])
    let keys = noKeys
    if (idempotent.length > 0) {
      const [found] = await unit.burst([findKeysStep(idempotent)])
      keys = parseFoundKeys(found ?? { rows: [], tag: '' })
    }
    const keyed = new KeyedRequests(requests, keys)
    const { fresh } = keyed
    let busy: ReadonlySet<number> = new Set()
    let ending: ReadonlySet<Waiting> = new Set()
    let { results } = keyed.results(new Map())
    const along = async (outcomes: readonly (readonly TransferOutcome[])[]) => {
      const decided = fresh.flatMap((request, index) =>
        busy.has(index) ? [] : [[request, outcomes[index] ?? []] as const],
      )
      const answered = keyed.results(new Map(decided))
      results = answered.results
      // The answer of a large group is rendered in one turn, and packed in another.
      if (outcomes.some(({ length }) => length > batchCommandsMax)) await setImmediate()
      const store = answered.answers.size > 0 ? [storeKeysStep([...answered.answers.values()])] : []
      return { steps: [...store, commitStep], commits: true }
    }
    if (fresh.length > 0) {
      const groups = fresh.map(({ group }) => group)
      const before = isHurried ? [hurryStep] : []
      const onBusy = (indexes: readonly number[], endingNow: readonly number[]) => {
        ending = new Set(endingNow.map((index) => fresh[index] as Waiting))
        const ahead = new Set(indexes.map((index) => fresh[index] as Waiting))
        const followers = followersOf(waiting, fresh, ahead)
        const left = fresh.flatMap((request, index) => (ahead.has(request) || followers.has(request) ? [index] : []))
        busy = new Set(left)
        return left
      }
      await postAll(unit, groups, { before, along, onBusy })
    }
    let commands = 0
    for (const [request, result] of results) {
      commands += request.group.commands.length
      waiting.answer(request, result)
    }
    if (commands > 0) onWritten(commands)
    const left = requests.filter((request) => !results.has(request))
    return {
      again: left.filter((request) => ending.has(request)),
      left: left.filter((request) => !ending.has(request)),
    }
  } finally {
    await unit.abandon()
  }
}
