import type { FlowTransfer } from '#risk'
import { createRandom, type Random } from '../scripts/random.ts'
import { plantSchemes } from './flow-schemes.ts'
import { day, hour, type Traffic, type Writing } from './flow-writing.ts'
import { zipf } from './zipf.ts'

const peopleCount = 4_000
const merchantCount = 250
const employerCount = 40

/**
 * Months of ordinary life: wages from employers, purchases at merchants by popularity, rents over letting agents,
 * subscriptions of equal prices, debts among friends, savings, suppliers, people who are away for months. And schemes.
 */
export function ordinaryTraffic(
  seed: number,
  { days, schemes }: { readonly days: number; readonly schemes: number },
): Traffic {
  const random = createRandom(seed)
  const people = names('person', peopleCount)
  const drafts: FlowTransfer[] = []
  const pay: Writing['pay'] = ([source, destination], { at, cents }) => {
    const amount = BigInt(Math.max(1, Math.round(cents)))
    const transfer = { id: `${drafts.length}`, at: Math.floor(at), source, destination, amount, asset: 'USD' }
    drafts.push(transfer)
    return transfer
  }
  const writing: Writing = { random, days, people, pay }
  for (const [index, person] of people.entries()) live(person, index, writing)
  trade(writing)
  rent(writing)
  const planted = plantSchemes(writing, schemes)
  const transfers = drafts.filter(({ at }) => at < days * day).sort((one, other) => one.at - other.at)
  return { transfers, schemes: planted }
}

export function names(kind: string, count: number): string[] {
  return Array.from({ length: count }, (_, number) => `${kind}-${number}`)
}

/** Most amounts are near the middle, a few much larger. */
export function amountAround(random: Random, middle: number): number {
  const normal = random.next() + random.next() + random.next() - 1.5
  return middle * Math.exp(normal * 1.4)
}

function live(person: string, index: number, writing: Writing): void {
  const { random, days, people, pay } = writing
  const merchants = zipf(merchantCount, random.next)
  const wage = Math.round(amountAround(random, 2_600_00))
  const friends = [1, 8, 15, 22, 29, 36].map((step) => people[(index + step) % people.length] as string)
  const away = random.chance(0.05) ? { from: random.below(20), days: 60 + random.below(80) } : { from: 0, days: 0 }
  const subscriptions = [0, 1].map(() => ({ number: random.below(12), due: random.below(28) }))
  for (let on = 0; on < days; on += 1) {
    if (on >= away.from && on < away.from + away.days) continue
    const at = () => on * day + (8 + random.next() * 14) * hour
    if (on % 30 === 25) {
      pay([`employer-${index % employerCount}`, person], { at: on * day + (6 + random.next()) * hour, cents: wage })
    }
    if (random.chance(0.22)) {
      const merchant = merchants()
      pay([person, `merchant-${merchant}`], { at: at(), cents: amountAround(random, 800 + ((merchant * 733) % 6_000)) })
    }
    for (const { number, due } of subscriptions) {
      if (on % 30 === due) pay([person, `subscription-${number}`], { at: at(), cents: 999 + number * 100 })
    }
    if (random.chance(0.02)) {
      pay([person, random.pick(friends)], { at: at(), cents: debt(random) })
    }
    save(person, { on, at: at(), share: index % 3 === 0 ? wage / 15 : 0 }, writing)
  }
}

/** Among friends, mostly in whole tens. */
function debt(random: Random): number {
  return random.chance(0.6) ? random.between({ least: 1, most: 12 }) * 1_000 : amountAround(random, 3_000)
}

function save(
  person: string,
  { on, at, share }: { readonly on: number; readonly at: number; readonly share: number },
  { random, pay }: Writing,
): void {
  const account = `savings-of-${person}`
  if (on % 30 === 27 && share > 0) pay([person, account], { at, cents: Math.round(share / 100) * 100 })
  if (random.chance(0.001)) pay([account, person], { at, cents: random.between({ least: 2, most: 30 }) * 10_000 })
}

function trade({ random, days, pay }: Writing): void {
  for (let merchant = 1; merchant <= merchantCount; merchant += 1) {
    for (let on = merchant % 7; on < days; on += 7) {
      const at = on * day + (9 + random.next() * 8) * hour
      const cents = amountAround(random, (4_000_00 * 20) / (merchant + 20))
      pay([`merchant-${merchant}`, `supplier-${merchant % 60}`], { at, cents })
      if (on % 30 < 7)
        pay([`supplier-${merchant % 60}`, `employer-${merchant % employerCount}`], { at: at + day, cents: cents * 2.5 })
    }
  }
}

/** Letting agents collect rents early in the month and pay them on to owners, less a fee: fans and passing that are honest. */
function rent({ random, days, people, pay }: Writing): void {
  for (const [index, person] of people.entries()) {
    if (index % 2 === 1) continue
    const agent = index % 20 === 0 ? `agent-${index % 400}` : undefined
    const owner = `owner-${index % 700}`
    const cents = random.between({ least: 12, most: 40 }) * 50_00
    for (let on = 1; on < days; on += 30) {
      const at = on * day + random.next() * 2 * day
      pay([person, agent ?? owner], { at, cents })
      if (agent !== undefined) pay([agent, owner], { at: at + 5 * day, cents: cents * 0.92 })
    }
  }
}
