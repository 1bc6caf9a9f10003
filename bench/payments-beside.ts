import type { Ledger } from '#ledger'
import type { Payments } from '#payments'
import { groupTransfers, makeGroups, uniform } from './ledger-workload.ts'
import { newPayment } from './payment-workload.ts'

export type Beside = {
  readonly alone_per_s: number
  readonly beside_per_s: number
  readonly payments_per_s: number
  /** The median over the rounds of beside divided by alone. */
  readonly ratio: number
}

export type BesideOptions = {
  readonly ledger: Ledger
  readonly payments: Payments
  readonly accounts: number
  readonly paymentsPerSecond: number
  readonly secondsARound: number
  readonly rounds: number
}

/** Enough that the writer always has a full batch waiting. */
const inFlight = 64
/** The first accounts belong to the payments; transfers go between the others. */
const payingAccounts = 200
/** Groups made at once: each group ends the holds of the one before. */
const groupsAtOnce = 8

/** Rounds of the ledger alone alternate with rounds beside payments on other accounts. */
export async function measureBeside(options: BesideOptions): Promise<Beside> {
  const rounds: { alone: number; beside: number; payments: number }[] = []
  for (let round = 0; round < options.rounds; round += 1) {
    const alone = await keepTransferring(options)
    const paying = pay(options)
    const beside = await keepTransferring(options)
    rounds.push({ alone, beside, payments: (await paying) / options.secondsARound })
  }
  const of = (pick: (round: (typeof rounds)[number]) => number) => {
    const sorted = rounds.map(pick).sort((one, other) => one - other)
    return sorted[sorted.length >> 1] ?? 0
  }
  return {
    alone_per_s: Math.round(of(({ alone }) => alone)),
    beside_per_s: Math.round(of(({ beside }) => beside)),
    payments_per_s: Math.round(of(({ payments }) => payments)),
    ratio: Math.round(of(({ alone, beside }) => beside / alone) * 100) / 100,
  }
}

async function keepTransferring({ ledger, accounts, secondsARound }: BesideOptions): Promise<number> {
  const begin = performance.now()
  const end = begin + secondsARound * 1000
  let booked = 0
  const among = uniform(accounts - payingAccounts)
  const others = (): readonly [number, number] => {
    const [source, destination] = among()
    return [source + payingAccounts, destination + payingAccounts]
  }
  const submitter = async () => {
    while (performance.now() < end) {
      for (const group of makeGroups(groupTransfers * groupsAtOnce, others)) {
        const outcomes = await ledger.submit(group)
        if (outcomes.some(({ ok }) => !ok)) throw new Error('a transfer of the bench was refused')
        booked += groupTransfers
      }
    }
  }
  await Promise.all(Array.from({ length: inFlight }, submitter))
  return (booked * 1000) / (performance.now() - begin)
}

const endTimeoutMs = 30_000

async function pay(options: BesideOptions): Promise<number> {
  const { payments, paymentsPerSecond, secondsARound } = options
  const begin = performance.now()
  const each = async (number: number) => {
    const dueMs = begin + (number * 1000) / paymentsPerSecond
    await new Promise((resolve) => setTimeout(resolve, dueMs - performance.now()))
    const unique = Date.now() * 1_000 + number
    const accepted = await payments.createPayment(newPayment({ accounts: payingAccounts, from: 'wallet', unique }))
    if (accepted.kind !== 'done' || !accepted.value.ok) throw new Error('a payment of the bench was refused')
    const { id } = accepted.value.value
    const ended = await payments.waitForEnd({ kind: 'payment', id, book: 1 }, endTimeoutMs)
    if (ended?.row.state !== 'succeeded') throw new Error('a payment of the bench did not succeed')
  }
  const all = Array.from({ length: paymentsPerSecond * secondsARound }, (_, number) => each(number))
  await Promise.all(all)
  return all.length
}
