import type { BurstAnswer, BurstStep, Transaction } from '#platform/postgres'
import type { BatchKnowledge, GatherOptions } from '../booking/batch-knowledge.ts'
import {
  type BatchMoment,
  beginBatchStep,
  findLapsedHoldsStep,
  lockAccountsStep,
  lockFreeAccountsStep,
  readHeadsStep,
  toBatchMoment,
  toHeads,
  toTransferRecords,
} from '../booking/batch-store.ts'
import type { BookedTransfer, TransferRecord } from '../transfers/transfer-record.ts'
import { type Head, previousHead } from '../transfers/working-set.ts'
import { type Lapses, readLapsesStep, toLapses } from './lapse-store.ts'

/** Maximum on whole accounts, and again on crowded ones. With the largest request, they fit a batch's positions. */
const lapsedMax = 3_000
/** A batch looks at about this many lapsed holds, but at least `seenMin` per account. */
const seenMax = 100_000
const seenMin = 16

type Known = BatchMoment & Pick<BatchKnowledge, 'busy'> & { readonly heads: Map<number, Head> }
type Found = Pick<BatchKnowledge, 'busy' | 'bound' | 'lapsed' | 'crowded'>

/**
 * Finds lapsed holds on the batch's accounts, in the database and in earlier batches. Also loads the heads of their
 * other accounts, as ending a hold moves both. Holds on an account that another transaction keeps locked are left to a
 * later batch, and bind their other account. Holds on crowded accounts are searched only under locks, up to a limit.
 */
export async function findLapsed(
  tx: Transaction,
  knowledge: Known,
  options: GatherOptions,
): Promise<BatchMoment & Found> {
  const { heads, number, now, clock } = knowledge
  const { locking, previous = [] } = options
  const { whole, crowded } = chosen(await readLapses(tx, knowledge, options))
  const steps = whole.length > 0 ? [findLapsedHoldsStep(whole)] : []
  if (locking !== undefined && crowded.length > 0) {
    steps.push(findLapsedHoldsStep(crowded, { ofEach: eachMax(crowded), ofAll: lapsedMax }))
  }
  const records: TransferRecord[] = []
  if (steps.length > 0) for (const answer of await tx.burst(steps)) records.push(...toTransferRecords(answer))
  for (const hold of previous.flatMap((set) => set.timedHolds())) {
    if (heads.has(hold.source.number) || heads.has(hold.destination.number)) records.push(hold)
  }
  const lapsed = records.flatMap((record) => {
    if (record.refusal !== undefined || record.resolution !== undefined) return []
    return record.expiresAt !== undefined && record.expiresAt <= clock ? [record] : []
  })
  const loaded = await loadOtherSides(tx, lapsed, heads, options)
  const busy = new Set([...knowledge.busy, ...loaded.busy])
  const moment = loaded.moment ?? { number, now, clock }
  const ended = lapsed.filter(({ source, destination }) => !busy.has(source.number) && !busy.has(destination.number))
  const isEnded = new Set(ended)
  const left = lapsed.filter((hold) => !isEnded.has(hold))
  const bound = new Set(left.flatMap(({ source, destination }) => [source.number, destination.number]))
  return { ...moment, busy, bound, lapsed: ended, crowded: new Set(crowded) }
}

function eachMax(accounts: readonly number[]): number {
  return Math.min(lapsedMax, Math.max(seenMin, Math.floor(seenMax / accounts.length)))
}

async function readLapses(
  tx: Transaction,
  { heads, busy, clock }: Known,
  { previous = [] }: GatherOptions,
): Promise<Lapses[]> {
  const due: number[] = []
  for (const head of heads.values()) if (head.lapsesAt <= clock && !busy.has(head.number)) due.push(head.number)
  if (due.length === 0) return []
  const countMax = eachMax(due)
  const [answer = nothing] = await tx.burst([readLapsesStep(due, countMax)])
  const lapses = toLapses(answer, countMax)
  // The database lacks the holds of earlier batches, so the heads of those batches are more accurate.
  for (const { account, lapsesAt } of lapses) {
    const head = heads.get(account)
    if (head !== undefined && previousHead(previous, account) === undefined) head.lapsesAt = lapsesAt
  }
  return lapses
}

/** `whole`: one batch can end all their lapsed holds. `crowded`: the others. Both fewest first. */
function chosen(lapses: readonly Lapses[]): { readonly whole: readonly number[]; readonly crowded: readonly number[] } {
  const whole: number[] = []
  const crowded: number[] = []
  let left = lapsedMax
  for (const { account, lapsed } of lapses.toSorted((one, other) => one.lapsed - other.lapsed)) {
    left -= lapsed
    if (left < 0) crowded.push(account)
    else if (lapsed > 0) whole.push(account)
  }
  return { whole, crowded }
}

/** `moment`: the batch's new moment when heads were read, as it must follow that read. */
type OtherSides = { readonly busy: readonly number[]; readonly moment?: BatchMoment }

/** Reads the heads, as a cached head may include bookings made after the batch took its number. */
async function loadOtherSides(
  tx: Transaction,
  holds: readonly BookedTransfer[],
  heads: Map<number, Head>,
  { locking, previous = [] }: GatherOptions,
): Promise<OtherSides> {
  const missing = new Set(holds.flatMap(({ source, destination }) => [source.number, destination.number]))
  for (const number of missing) {
    const head = heads.get(number) ?? previousHead(previous, number)
    if (head === undefined) continue
    heads.set(number, head)
    missing.delete(number)
  }
  if (missing.size === 0) return { busy: [] }
  const toRead = [...missing]
  // These accounts are written too.
  locking?.announce([...heads.keys(), ...toRead])
  await locking?.landed(toRead)
  const keptLocked = locking === undefined ? [] : toRead.filter(locking.isKeptLocked)
  const steps: BurstStep[] = keptLocked.length > 0 ? [lockFreeAccountsStep(keptLocked)] : []
  const kept = new Set(keptLocked)
  const waited = locking === undefined ? [] : toRead.filter((number) => !kept.has(number))
  if (waited.length > 0) steps.push(lockAccountsStep(waited))
  const answers = await tx.burst([...steps, readHeadsStep(toRead), beginBatchStep])
  const [read = nothing, moment = nothing] = answers.slice(-2)
  for (const head of toHeads(read)) heads.set(head.number, head)
  const free = new Set(keptLocked.length === 0 ? [] : answers[0]?.rows.map(([number]) => Number(number)))
  return { busy: keptLocked.filter((number) => !free.has(number)), moment: toBatchMoment(moment) }
}

const nothing: BurstAnswer = { rows: [], tag: '' }
