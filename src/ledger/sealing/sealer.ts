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

/** The progress of sealing, for metrics and readiness. */
export type SealerStatus = {
  /**
   * How long the oldest unsealed batch has been waiting, or how long no round could look for one. About the interval
   * when all is well; it grows while sealing fails.
   */
  readonly unsealedSeconds: number
  /** Blocks and batches that this process has sealed since it started. */
  readonly blocks: number
  readonly batches: number
  /** Rounds that failed and were repeated. */
  readonly faults: number
}

/** Chains committed batches into hashed blocks, in the background. */
export type Sealer = {
  readonly start: () => void
  /** Resolves after the round in progress. */
  readonly stop: () => Promise<void>
  /**
   * Seals everything that can be sealed now and returns the number of batches; 0 while another process has the lock.
   */
  readonly seal: () => Promise<number>
  readonly status: () => SealerStatus
}

export type SealerOptions = {
  readonly database: Database
  /** Called with the fault of every failed round; the next round tries again. */
  readonly onFault: (fault: Error) => void
  readonly intervalMs?: number
  readonly batchesPerBlockMax?: number
}

/** Rows of a restored database that are corrected in one step. */
const forgottenPerStepMax = 10_000

/**
 * How often a round looks for all batches. The rounds between look only near the last sealed batches. Batches that were
 * sealed long ago leave dead entries in the index for as long as an old snapshot is in use.
 */
const everythingMs = 60_000
const behindMax = BigInt(4_096 * positionsPerBatch)

type Round = { readonly sealed: number; readonly full: boolean; readonly last?: bigint }

/**
 * A sealer rests for `intervalMs`, then appends blocks until nothing is left to seal. Several processes may run one
 * each: an advisory lock makes them take turns. If the lock should ever fail, the block's number, a primary key, is the
 * remaining guard. A batch gets its place in the chain when it is found committed. Blocks list their batches, so
 * nothing else fixes the order.
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

/** Appends one block, if this process gets the lock and there is something to seal. */
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
