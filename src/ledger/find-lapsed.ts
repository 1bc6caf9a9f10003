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

/**
 * As many lapsed holds of accounts that have no more are ended by one batch, and as many of those that have: with the
 * largest request there are positions for all.
 */
const lapsedMax = 3_000
/** Lapsed holds are looked at up to about so many for a batch, but some of each account. */
const seenMax = 100_000
const seenMin = 16

type Known = BatchMoment & Pick<BatchKnowledge, 'busy'> & { readonly heads: Map<number, Head> }
type Found = Pick<BatchKnowledge, 'busy' | 'bound' | 'lapsed' | 'crowded'>

/**
 * The lapsed holds on the accounts of the batch, in the database and among what the batches before have
 * made, and the heads of the accounts on their other sides, which ending them moves as well. Those with an
 * account that somebody else keeps locked are left to a later batch, and bind their other account.
 *
 * Accounts with more of them than one batch ends are crowded. Without locks theirs are not looked for; under locks
 * the first ones come with the others.
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

/** How many lapsed holds of each of these accounts are looked at. */
function eachMax(accounts: readonly number[]): number {
  return Math.min(lapsedMax, Math.max(seenMin, Math.floor(seenMax / accounts.length)))
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
  const countMax = eachMax(due)
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

/** Accounts that are kept locked; and the moment of the batch again when heads were read, which it has to come after. */
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
