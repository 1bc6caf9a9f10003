import { formatAmount, idOf, type Transfer } from '@munim/sdk'
import { poll } from '../scripts/poll.ts'
import { showRefusals } from './show-refusals.ts'
import type { Stage } from './stage.ts'
import { Surprise } from './tally.ts'
import { bankAccount, dayAssets, feeAccount, hotel, metro, type PlannedHold } from './trading-day.ts'

const batchSize = 500
const requestsAtOnce = 64
/** Long enough for any machine to send what is held until then. */
const holdMs = 15_000
const expiryPatienceMs = 10_000

/** Throws a {@link Surprise} when an answer differs from the plan. */
export async function playDay(stage: Stage): Promise<void> {
  const { say } = stage
  say('Morning: accounts are opened and funded')
  const openedAt = await openBooks(stage)
  say('The hotel holds deposits')
  const holds = await holdDeposits(stage)
  say('The stalls sell: payments in batches')
  await payInBatches(stage)
  say('Rush hour at the metro: one payment a request')
  await payOneByOne(stage)
  say('Guests leave: deposits are posted, in part, or released')
  await endHolds(stage, holds)
  say('Mishaps: what must be refused, is')
  await showGroups(stage)
  await showReplay(stage)
  await showRefusals(stage)
  say('Evening: fees are taken, merchants are swept to the bank')
  await closeDay(stage)
  await lookBack(stage, openedAt)
  await awaitExpiry(stage, holds)
}

async function openBooks({ munim, day, tally }: Stage): Promise<string> {
  await munim.assets.create({ code: 'BAZAAR-PT', scale: 0, name: 'Points of the bazaar' })
  for (const { account, error } of await munim.accounts.createBatch(day.accounts)) {
    if (account === undefined) throw new Surprise(`an account was refused with ${error.code}`)
  }
  const openings = tally.bookAll(await munim.transfers.createBatch(day.openings))
  return openings.at(-1)?.recorded_at ?? ''
}

type OpenHold = PlannedHold & { readonly id: string }

async function holdDeposits({ munim, day, tally }: Stage): Promise<OpenHold[]> {
  const expiresAt = new Date(Date.now() + holdMs).toISOString()
  const transfers = day.holds.map(({ transfer, ending }) =>
    ending === 'expired' ? { ...transfer, expires_at: expiresAt } : transfer,
  )
  const held = tally.bookAll(await munim.transfers.createBatch(transfers))
  return day.holds.map((hold, index) => ({ ...hold, id: held[index]?.id ?? '' }))
}

async function payInBatches({ munim, day, tally }: Stage): Promise<void> {
  const startedAt = performance.now()
  for (let from = 0; from < day.payments.length; from += batchSize) {
    const planned = day.payments.slice(from, from + batchSize)
    const { results } = await munim.transfers.createBatch(planned.map((payment) => payment.transfer))
    for (const [index, { transfer, error }] of results.entries()) {
      const became = transfer === undefined ? error.code : 'booked'
      const expected = planned[index]?.expected
      if (became !== expected) throw new Surprise(`payment ${from + index} was ${became} instead of ${expected}`)
      if (transfer === undefined) tally.refuse({ code: error.code, example: 'customers whose wallet ran dry' })
      else tally.book(transfer)
    }
  }
  const seconds = (performance.now() - startedAt) / 1000
  tally.pace({ name: `batches of ${batchSize}, one after another`, transfers: day.payments.length, seconds })
}

async function payOneByOne({ munim, day, tally }: Stage): Promise<void> {
  const latenciesMs: number[] = []
  const queue = day.fares.values()
  const startedAt = performance.now()
  const ride = async () => {
    for (const fare of queue) {
      const sentAt = performance.now()
      tally.book(await munim.transfers.create(fare))
      latenciesMs.push(performance.now() - sentAt)
    }
  }
  await Promise.all(Array.from({ length: requestsAtOnce }, ride))
  const seconds = (performance.now() - startedAt) / 1000
  tally.pace({ name: `one a request, ${requestsAtOnce} at once`, transfers: day.fares.length, seconds, latenciesMs })
}

async function endHolds({ munim, tally }: Stage, holds: readonly OpenHold[]): Promise<void> {
  const end = async ({ id, ending, posted }: OpenHold): Promise<Transfer | undefined> => {
    if (ending === 'whole') return munim.transfers.post(id)
    if (ending === 'part') return munim.transfers.post(id, { amount: posted })
    return ending === 'voided' ? munim.transfers.void(id) : undefined
  }
  for (const hold of holds) {
    const transfer = await end(hold)
    if (transfer === undefined) continue
    if (transfer.amount_posted !== hold.posted) throw new Surprise(`a hold posted ${transfer.amount_posted}`)
    if (transfer.state === 'posted') tally.book(transfer)
  }
}

async function showGroups({ munim, tally }: Stage): Promise<void> {
  const leg = (destination: string, amount: bigint) => ({ source: hotel, destination, amount, asset: 'EUR' })
  const split = [
    leg('merchants:antiques:eur', 4_000n),
    leg('merchants:jeweller:eur', 6_000n),
    leg(feeAccount('EUR'), 150n),
  ]
  tally.bookAll(await munim.transfers.createBatch(split, { atomic: true }))
  tally.tell({ title: 'all or nothing', text: 'an order split among three was booked as one group' })
  const [possible, impossible] = ['merchants:antiques:eur', 'merchants:jeweller:eur'] as const
  const tooMuch = [leg(possible, 100n), leg(impossible, 10n ** 12n)]
  // Without the hotel's versions: the holds of its guests expire meanwhile.
  const traces = async () => [
    (await munim.accounts.balance(hotel)).posted,
    (await munim.accounts.balance(possible)).version,
    (await munim.accounts.balance(impossible)).version,
  ]
  const before = await traces()
  const refusal = { code: 'group_refused', example: 'one leg of two was too large, so neither was booked' }
  const error = await tally.expectRefusal(refusal, () => munim.transfers.createBatch(tooMuch, { atomic: true }))
  const reasons = error.problem.errors?.map((part) => part.code) ?? []
  if (!reasons.includes('insufficient_funds')) throw new Surprise(`the group's reasons were ${reasons.join(', ')}`)
  if (String(await traces()) !== String(before)) throw new Surprise('a refused group left a trace')
}

async function showReplay({ munim, tally }: Stage): Promise<void> {
  const ticket = { source: 'commuters:000:inr', destination: metro, amount: 1n, asset: 'INR' }
  const idempotencyKey = 'demo-replay'
  const first = await munim.transfers.create(ticket, { idempotencyKey })
  tally.book(first)
  const again = await munim.transfers.create(ticket, { idempotencyKey })
  if (again.id !== first.id) throw new Surprise('a replay booked another transfer')
  const refusal = { code: 'idempotency_key_reused', example: 'the same idempotency key with another amount' }
  await tally.expectRefusal(refusal, () => munim.transfers.create({ ...ticket, amount: 2n }, { idempotencyKey }))
  const id = idOf('trf', '0198c0de-0000-7000-8000-000000000000')
  const { version } = await munim.accounts.balance(ticket.source)
  const clients = Array.from({ length: 20 }, () => munim.transfers.create({ ...ticket, id }, { idempotencyKey: null }))
  const [one] = await Promise.all(clients)
  if (one !== undefined) tally.book(one)
  const after = await munim.accounts.balance(ticket.source)
  if (after.version !== version + 1) throw new Surprise(`one id left ${after.version - version} entries`)
  tally.tell({ title: 'exactly once', text: 'one transfer was sent 20 times at once under one id, and booked once' })
}

async function closeDay({ munim, day, tally }: Stage): Promise<void> {
  tally.bookAll(await munim.transfers.createBatch(day.fees))
  const swept = tally.bookAll(await munim.transfers.createBatch(day.sweeps))
  tally.tell({
    title: 'balancing',
    text: `${swept.length} merchants were swept to the bank, each of exactly what it had`,
  })
  const again = day.sweeps[0]
  if (again === undefined) return
  await tally.expectRefusal({ code: 'nothing_to_move', example: 'a merchant swept a second time' }, () =>
    munim.transfers.create(again),
  )
  for (const { code } of dayAssets) {
    const expected = swept
      .filter((transfer) => transfer.asset === code)
      .reduce((sum, one) => sum + one.amount_posted, 0n)
    const { posted } = await munim.accounts.balance(bankAccount(code))
    if (posted !== expected) throw new Surprise(`the bank has ${posted} of ${code} instead of ${expected}`)
  }
}

async function lookBack({ munim, day, tally }: Stage, openedAt: string): Promise<void> {
  const opening = day.openings[0]
  if (opening === undefined) return
  const then = await munim.accounts.balance(opening.destination, { at: openedAt })
  const now = await munim.accounts.balance(opening.destination)
  if (then.posted !== BigInt(opening.amount)) throw new Surprise(`the balance at opening was ${then.posted}`)
  const rupees = (minor: bigint) => `${formatAmount(minor, 2)} INR`
  tally.tell({
    title: 'a look back',
    text: `${then.code} had ${rupees(then.posted)} at opening, and has ${rupees(now.posted)} now`,
  })
}

async function awaitExpiry({ munim, day, tally }: Stage, holds: readonly OpenHold[]): Promise<void> {
  const expiring = holds.filter((hold) => hold.ending === 'expired')
  for (const { id } of expiring) {
    const isExpired = async () => (await munim.transfers.get(id)).state === 'expired'
    const isSo = await poll(isExpired, Boolean, { withinMs: holdMs + expiryPatienceMs, everyMs: 100 })
    if (!isSo) throw new Surprise('a hold did not expire')
  }
  const count = (ending: string) => day.holds.filter((hold) => hold.ending === ending).length
  tally.tell({
    title: 'holds',
    text: `${count('whole')} posted whole, ${count('part')} in part, ${count('voided')} voided, ${count('expired')} expired by themselves`,
  })
}
