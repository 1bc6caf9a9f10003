import { createPeriodic } from '#platform/background'
import type { Database, Transaction } from '#platform/postgres'
import { chainStart, hashBlock } from './batch-hash.ts'
import { positionsPerBatch } from './journal.ts'
import {
  forgetForeignTransactions,
  insertBlock,
  readChainHead,
  readUnsealedBatches,
  takeSealLock,
} from './seal-store.ts'

export type SealerStatus = {
  /** Age of the oldest unsealed batch, or the time since the last search. It grows while sealing fails. */
  readonly unsealedSeconds: number
  readonly blocks: number
  readonly batches: number
  readonly faults: number
}

/** Chains committed batches into hashed blocks, in the background. */
export type Sealer = {
  readonly start: () => void
  readonly stop: () => Promise<void>
  /** Seals all that can be sealed and returns the number of batches; 0 while another process has the lock. */
  readonly seal: () => Promise<number>
  readonly status: () => SealerStatus
}

export type SealerOptions = {
  readonly database: Database
  /** Called for every failed round; the next round retries. */
  readonly onFault: (fault: Error) => void
  readonly intervalMs?: number
  readonly batchesPerBlockMax?: number
}

const forgottenPerStepMax = 10_000

/** Full searches are rare: batches sealed long ago leave dead index entries while an old snapshot is in use. */
const everythingMs = 60_000
const behindMax = BigInt(4_096 * positionsPerBatch)

type Round = { readonly sealed: number; readonly full: boolean; readonly last?: bigint }

/**
 * Several processes may run a sealer: an advisory lock makes them take turns. The primary key of block numbers is a
 * second guard. A batch gets its place in the chain when it is found committed; only the block's list fixes the order.
 */
export function createSealer(options: SealerOptions): Sealer {
  const { database, onFault, intervalMs = 500, batchesPerBlockMax = 4_096 } = options
  let blocks = 0
  let batches = 0
  let waiting: { readonly position: bigint; readonly since: number } | undefined
  let lookedAt = performance.now()
  let from = 0n
  let everythingAt = Number.NEGATIVE_INFINITY

  const seal = async (isStopping: () => boolean = () => false): Promise<number> => {
    let total = 0
    const everything = performance.now() - everythingAt > everythingMs
    if (everything) everythingAt = performance.now()
    const start = everything ? 0n : from
    while (!isStopping() && (await forgetForeignTransactions(database, forgottenPerStepMax)) === forgottenPerStepMax);
    while (!isStopping()) {
      const round = await database.transaction((tx) => sealRound(tx, { from: start, limit: batchesPerBlockMax }))
      if (round.sealed > 0) blocks += 1
      batches += round.sealed
      if (round.last !== undefined && round.last - behindMax > from) from = round.last - behindMax
      total += round.sealed
      if (!round.full) break
    }
    return total
  }

  const work = async (isStopping: () => boolean) => {
    const startedAt = performance.now()
    await seal(isStopping)
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
    seal: () => seal(),
    status: () => ({
      unsealedSeconds: Math.max(0, performance.now() - (waiting?.since ?? lookedAt)) / 1_000,
      blocks,
      batches,
      faults: periodic.status().faults,
    }),
  }
}

async function sealRound(tx: Transaction, range: { readonly from: bigint; readonly limit: number }): Promise<Round> {
  if (!(await takeSealLock(tx))) return { sealed: 0, full: false }
  const head = await readChainHead(tx)
  const batches = await readUnsealedBatches(tx, range)
  const last = batches.at(-1)
  if (last === undefined) return { sealed: 0, full: false }
  const previous = head?.hash ?? chainStart
  const number = (head?.number ?? 0n) + 1n
  await insertBlock(tx, { number, previous, hash: hashBlock(previous, batches), batches })
  return { sealed: batches.length, full: batches.length === range.limit, last: last.position }
}
