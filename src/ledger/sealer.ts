import { createPeriodic } from '#platform/background'
import type { Database, Transaction } from '#platform/postgres'
import { chainStart, hashBlock } from './batch-hash.ts'
import { positionsPerBatch } from './journal.ts'
import {
  forgetForeignTransactions,
  insertBlock,
  readChainHead,
  readUnsealedBatches,
  takeSealTurn,
} from './seal-store.ts'

/** How the sealing goes, for metrics and readiness. */
export type SealerStatus = {
  /**
   * For how long the oldest unsealed batch has been seen waiting, or since when nobody could look.
   * About the interval when all is well; it grows while sealing fails.
   */
  readonly unsealedSeconds: number
  /** What this process has sealed since it started. */
  readonly blocks: number
  readonly batches: number
  /** Rounds that failed, and were tried again. */
  readonly faults: number
}

/** Chains committed batches into hashed blocks, in the background. */
export type Sealer = {
  readonly start: () => void
  /** Ends after the round under way. */
  readonly stop: () => Promise<void>
  /** Seals everything that can be sealed now and says how many batches that was; 0 when it is another process's turn. */
  readonly seal: () => Promise<number>
  readonly status: () => SealerStatus
}

export type SealerOptions = {
  readonly database: Database
  /** Told of every round that failed; the next one tries again. */
  readonly onFault: (fault: Error) => void
  readonly intervalMs?: number
  /** The most batches in one block. */
  readonly batchesPerBlockMax?: number
}

/** Rows of a restored database that are put right in one step. */
const forgottenPerStepMax = 10_000

/**
 * Between two looks at everything, only batches from about where the last ones were sealed are looked for: those
 * sealed long ago leave dead entries in the index for as long as somebody reads in an old snapshot.
 */
const everythingMs = 60_000
const behindMax = BigInt(4_096 * positionsPerBatch)

type Round = { readonly sealed: number; readonly full: boolean; readonly last?: bigint }

/**
 * A sealer rests for `intervalMs`, then appends blocks until nothing is left to seal. Several
 * processes may run one each: an advisory lock makes them take turns, and the block's number, a
 * primary key, is the guard that remains should the lock ever not hold. A batch gets its place in the
 * chain when it is found committed: blocks list their batches, so the order is fixed by nothing else.
 */
export function createSealer(options: SealerOptions): Sealer {
  const { database, onFault, intervalMs = 500, batchesPerBlockMax = 4_096 } = options
  let blocks = 0
  let batches = 0
  let waiting: { readonly position: bigint; readonly since: number } | undefined
  let lookedAt = performance.now()
  let from = 0n
  let everythingAt = Number.NEGATIVE_INFINITY

  const seal = async (): Promise<number> => {
    let total = 0
    const everything = performance.now() - everythingAt > everythingMs
    if (everything) everythingAt = performance.now()
    const start = everything ? 0n : from
    while ((await forgetForeignTransactions(database, forgottenPerStepMax)) === forgottenPerStepMax);
    for (;;) {
      const round = await database.transaction((tx) => sealRound(tx, { from: start, limit: batchesPerBlockMax }))
      if (round.sealed > 0) blocks += 1
      batches += round.sealed
      if (round.last !== undefined && round.last - behindMax > from) from = round.last - behindMax
      total += round.sealed
      if (!round.full) return total
    }
  }

  const work = async () => {
    const startedAt = performance.now()
    await seal()
    const first = (await readUnsealedBatches(database, { from, limit: 1 }))[0]?.position
    if (first === undefined) waiting = undefined
    else if (waiting?.position !== first) waiting = { position: first, since: startedAt }
    lookedAt = startedAt
    return undefined
  }
  const periodic = createPeriodic({ name: 'sealing', restMs: intervalMs, work, onFault })

  return {
    start: () => {
      lookedAt = performance.now()
      periodic.start()
    },
    stop: periodic.stop,
    seal,
    status: () => ({
      unsealedSeconds: Math.max(0, performance.now() - (waiting?.since ?? lookedAt)) / 1_000,
      blocks,
      batches,
      faults: periodic.status().faults,
    }),
  }
}

/** Appends one block, if it is our turn and there is something to seal. */
async function sealRound(tx: Transaction, range: { readonly from: bigint; readonly limit: number }): Promise<Round> {
  if (!(await takeSealTurn(tx))) return { sealed: 0, full: false }
  const head = await readChainHead(tx)
  const batches = await readUnsealedBatches(tx, range)
  const last = batches.at(-1)
  if (last === undefined) return { sealed: 0, full: false }
  const previous = head?.hash ?? chainStart
  const number = (head?.number ?? 0n) + 1n
  await insertBlock(tx, { number, previous, hash: hashBlock(previous, batches), batches })
  return { sealed: batches.length, full: batches.length === range.limit, last: last.position }
}
