import type { BurstAnswer, BurstStep, Transaction } from '#platform/postgres'
import type { BatchKnowledge, GatherOptions } from './batch-knowledge.ts'
import {
  type BatchMoment,
  beginBatchStep,
  findLapsedHoldsStep,
  type Lapses,
  lockAccountsStep,
  lockFreeAccountsStep,
  readHeadsStep,
  readLapsesStep,
  toBatchMoment,
  toHeads,
  toLapses,
  toTransferRecords,
} from './batch-store.ts'
import type { BookedTransfer, TransferRecord } from './transfer-record.ts'
import { type Head, previousHead } from './working-set.ts'

/** About as many lapsed holds as one batch ends beside its own commands: with them it has positions for all. */
const lapsedMax = 3_000
/** Lapsed holds are counted up to about so many for a batch, but some of each account. */
const countedMax = 100_000
const countedMin = 16

type Known = BatchMoment & Pick<BatchKnowledge, 'busy'> & { readonly heads: Map<number, Head> }
type Found = Pick<BatchKnowledge, 'lapsed' | 'crowded'>

/**
 * The lapsed holds on the accounts of the batch, in the database and among what the batches before have
 * made, and the heads of the accounts on their other sides, which ending them moves as well. Those with an
 * account that somebody else keeps locked are left to a later batch.
 *
 * Accounts with more of them than one batch ends are crowded. Without locks theirs are not looked for; under locks
 * the first ones of one such account come with the others.
 */
export async function findLapsed(
  tx: Transaction,
  knowledge: Known,
  options: GatherOptions,
): Promise<BatchMoment & Found> {
  const { heads, number, now, clock } = knowledge
  const { locking, previous = [] } = options
  const { whole, crowded } = chosen(await readLapses(tx, knowledge, options))
  const [first] = locking === undefined ? [] : crowded
  const steps = whole.length > 0 ? [findLapsedHoldsStep(whole)] : []
  if (first !== undefined) steps.push(findLapsedHoldsStep([first], lapsedMax))
  const records: TransferRecord[] = []
  if (steps.length > 0) for (const answer of await tx.burst(steps)) records.push(...toTransferRecords(answer))
  for (const hold of previous.flatMap((set) => set.timedHolds())) {
    if (heads.has(hold.source.number) || heads.has(hold.destination.number)) records.push(hold)
  }
  const lapsed = records.flatMap((record) => {
    if (record.refusal !== undefined || record.resolution !== undefined) return []
    return record.expiresAt !== undefined && record.expiresAt <= clock ? [record] : []
  })
  const busy = new Set(knowledge.busy)
  const loaded = await loadOtherSides(tx, lapsed, heads, options)
  for (const account of loaded.busy) busy.add(account)
  const moment = loaded.moment ?? { number, now, clock }
  const isFree = ({ source, destination }: BookedTransfer) => !busy.has(source.number) && !busy.has(destination.number)
  const free = busy.size === 0 ? lapsed : lapsed.filter(isFree)
  const isOfFirst = ({ source, destination }: BookedTransfer) => source.number === first || destination.number === first
  // When none of its first can be ended, it is as with fewer: the account does not wait for them.
  const isHeldUp = first !== undefined && !free.some(isOfFirst)
  return { ...moment, lapsed: free, crowded: new Set(isHeldUp ? crowded.slice(1) : crowded) }
}

/** Of the accounts on which holds may have lapsed, how many have. What is known of when the next one lapses is renewed. */
async function readLapses(
  tx: Transaction,
  { heads, busy, clock }: Known,
  { previous = [] }: GatherOptions,
): Promise<Lapses[]> {
  const due: number[] = []
  for (const head of heads.values()) if (head.lapsesAt <= clock && !busy.has(head.number)) due.push(head.number)
  if (due.length === 0) return []
  const countMax = Math.min(lapsedMax, Math.max(countedMin, Math.floor(countedMax / due.length)))
  const [answer = nothing] = await tx.burst([readLapsesStep(due, countMax)])
  const lapses = toLapses(answer, countMax)
  // What batches before have made is not in the database yet: their heads know better.
  for (const { account, lapsesAt } of lapses) {
    const head = heads.get(account)
    if (head !== undefined && previousHead(previous, account) === undefined) head.lapsesAt = lapsesAt
  }
  return lapses
}

/** The accounts all of whose lapsed holds one batch ends, and those that have too many for that, the fewest first. */
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

/** Accounts that are kept locked; and the moment of the batch anew when heads were read, which it has to come after. */
type OtherSides = { readonly busy: readonly number[]; readonly moment?: BatchMoment }

/**
 * Finds the heads of the holds' accounts that are not among `heads`. They are read: what this process remembers of them
 * by now may have been booked after the batch took its number.
 */
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
  // They are written like the batch's own.
  locking?.announce([...heads.keys(), ...toRead])
  await locking?.landed(toRead)
  const stuck = locking === undefined ? [] : toRead.filter(locking.isStuck)
  const steps: BurstStep[] = stuck.length > 0 ? [lockFreeAccountsStep(stuck)] : []
  const waited = locking === undefined ? [] : toRead.filter((number) => !stuck.includes(number))
  if (waited.length > 0) steps.push(lockAccountsStep(waited))
  const answers = await tx.burst([...steps, readHeadsStep(toRead), beginBatchStep])
  const [read = nothing, moment = nothing] = answers.slice(-2)
  for (const head of toHeads(read)) heads.set(head.number, head)
  const free = new Set(stuck.length === 0 ? [] : answers[0]?.rows.map(([number]) => Number(number)))
  return { busy: stuck.filter((number) => !free.has(number)), moment: toBatchMoment(moment) }
}

const nothing: BurstAnswer = { rows: [], tag: '' }
