import { type Database, DatabaseFault, openSnapshotReader, type SnapshotReader } from '#platform/postgres'
import { journalTables } from '../sealing/journal.ts'
import { type ChainState, checkBlocks, type SealedHead } from './block-checks.ts'
import { createFindings, type VerificationCheck } from './findings.ts'
import { checkJournal } from './journal-checks.ts'
import { checkUniqueness } from './uniqueness-checks.ts'

export type Verification = {
  readonly ok: boolean
  readonly checks: readonly VerificationCheck[]
  /** Batches in no block yet; a few are normal while writes go on. */
  readonly unsealed: number
  readonly head: SealedHead | undefined
  readonly seconds: number
}

/** `journal` counts batches, `blocks` blocks, `once` steps. */
export type VerificationProgress = {
  readonly check: 'journal' | 'blocks' | 'once'
  readonly done: number
  readonly total: number
}

export type VerifyOptions = {
  readonly onProgress?: (progress: VerificationProgress) => void
  /** The `head` of an earlier verification. Store it where no writer of the database can change it. */
  readonly knownHead?: SealedHead
  readonly signal?: AbortSignal
}

/**
 * Checks all books in one snapshot, while writes go on. Memory grows with the number of accounts, not of transfers.
 * Throws a retryable Fault when the database is unreachable, and the signal's reason when aborted.
 */
export async function verifyLedger(database: Database, options: VerifyOptions = {}): Promise<Verification> {
  const { signal } = options
  signal?.throwIfAborted()
  const startedAt = performance.now()
  await summarizePositions(database)
  const readers: SnapshotReader[] = []
  const closeAll = () => Promise.all(readers.map((reader) => reader.close()))
  const onAbort = () => void closeAll()
  signal?.addEventListener('abort', onAbort)
  try {
    const journal = await openSnapshotReader(database.connection, { purpose: 'verify journal' })
    readers.push(journal)
    const facts = await openSnapshotReader(database.connection, {
      purpose: 'verify facts',
      snapshot: journal.snapshot,
    })
    readers.push(facts)
    await facts.set({ work_mem: '64MB' })
    signal?.throwIfAborted()
    const found = await runChecks(journal, facts, options)
    return { ...found, seconds: (performance.now() - startedAt) / 1_000 }
  } catch (error) {
    signal?.throwIfAborted()
    throw error
  } finally {
    signal?.removeEventListener('abort', onAbort)
    await closeAll()
  }
}

type Found = Omit<Verification, 'seconds'>

async function runChecks(journal: SnapshotReader, facts: SnapshotReader, options: VerifyOptions): Promise<Found> {
  const { onProgress } = options
  const findings = createFindings()
  const [counted] = await facts.query<{ batches: bigint }>({ text: 'select count(*) as batches from ledger.batches' })
  const total = Number(counted?.batches ?? 0n)
  const readJournal = () => checkJournal(journal, findings, (done) => onProgress?.({ check: 'journal', done, total }))
  const readFacts = async (): Promise<ChainState> => {
    const onBlocks = (blocks: Omit<VerificationProgress, 'check'>) => onProgress?.({ check: 'blocks', ...blocks })
    const chain = await checkBlocks(facts, findings, { knownHead: options.knownHead, onBlocks })
    await checkUniqueness(facts, findings, (steps) => onProgress?.({ check: 'once', ...steps }))
    return chain
  }
  const [, { head, unsealed }] = await Promise.all([readJournal(), readFacts()])
  const checks = await findings.conclude(facts)
  return { ok: checks.every(({ ok }) => ok), checks, unsealed, head }
}

/** Updates the BRIN summaries, which vacuum rarely does. Without the right to do so, the verification is slower. */
async function summarizePositions(database: Database): Promise<void> {
  for (const { table } of journalTables) {
    try {
      await database.query({ text: 'select brin_summarize_new_values($1::regclass)', values: [`${table}_in_order`] })
    } catch (error) {
      if (!(error instanceof DatabaseFault) || error.state === undefined) throw error
    }
  }
}
