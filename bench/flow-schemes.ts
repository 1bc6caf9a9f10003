import type { FlowTransfer } from '#risk'
import { day, hour, type Scheme, type Writing } from './flow-writing.ts'

type Planting = Writing & {
  /** A member of the public, or an account that was opened for the purpose. */
  readonly member: () => string
  readonly start: number
}

type Planter = (planting: Planting) => Omit<Scheme, 'kind' | 'accounts'>

/** As many of each kind, after 40 days of ordinary life. */
export function plantSchemes(writing: Writing, count: number): readonly Scheme[] {
  const schemes: Scheme[] = []
  let opened = 0
  for (const [kind, plant] of planters) {
    for (let number = 0; number < count; number += 1) {
      const member = () => {
        opened += 1
        return writing.random.chance(0.5) ? writing.random.pick(writing.people) : `opened-${opened}`
      }
      const start = (40 + writing.random.next() * (writing.days - 60)) * day
      const scheme = plant({ ...writing, member, start })
      const accounts = new Set(scheme.transfers.flatMap(({ source, destination }) => [source, destination]))
      schemes.push({ kind, ...scheme, accounts: [...accounts] })
    }
  }
  return schemes
}

const justUnder: Planter = ({ random, pay, member, start }) => {
  const [subject, others] = [member(), distinct(member, 3)]
  const isPaying = random.chance(0.5)
  const transfers = times(random.between({ least: 5, most: 9 }), (number) => {
    const cents = random.between({ least: 8_900_00, most: 9_990_00 })
    const at = start + (number + random.next()) * 14 * hour
    const other = random.pick(others)
    return isPaying ? pay([subject, other], { at, cents }) : pay([other, subject], { at, cents })
  })
  return { subjects: [subject], transfers }
}

const fan =
  (isIn: boolean): Planter =>
  ({ random, pay, member, start }) => {
    const subject = member()
    const transfers = distinct(member, random.between({ least: 12, most: 25 })).map((other) => {
      const spot = { at: start + random.next() * 36 * hour, cents: random.between({ least: 90_00, most: 900_00 }) }
      return isIn ? pay([other, subject], spot) : pay([subject, other], spot)
    })
    return { subjects: [subject], transfers }
  }

const cycle: Planter = ({ random, pay, member, start }) => {
  const accounts = distinct(member, random.between({ least: 3, most: 6 }))
  let cents = random.between({ least: 500_00, most: 20_000_00 })
  let at = start
  const transfers = accounts.map((account, number) => {
    const transfer = pay([account, accounts[(number + 1) % accounts.length] as string], { at, cents })
    cents *= 1 - random.next() * 0.02
    at += (1 + random.next() * 30) * hour
    return transfer
  })
  return { subjects: accounts, transfers }
}

const scattered: Planter = ({ random, pay, member, start }) => {
  const accounts = distinct(member, random.between({ least: 3, most: 6 }))
  const cents = random.between({ least: 100_01, most: 900_99 })
  const transfers = accounts.map((account, number) =>
    pay([account, accounts[(number + 1) % accounts.length] as string], { at: start + random.next() * 18 * day, cents }),
  )
  return { subjects: accounts, transfers }
}

const passing: Planter = ({ random, pay, member, start }) => {
  const subject = member()
  const cents = random.between({ least: 1_500_00, most: 9_000_00 })
  const left = cents * (0.93 + random.next() * 0.065)
  const ways = random.between({ least: 1, most: 3 })
  const came = pay([member(), subject], { at: start, cents })
  return {
    subjects: [subject],
    transfers: [
      came,
      ...times(ways, (number) => pay([subject, member()], { at: start + (number + 1) * 3 * hour, cents: left / ways })),
    ],
  }
}

const mules: Planter = ({ random, pay, member, start }) => {
  const [from, to, ...accounts] = distinct(member, random.between({ least: 5, most: 8 }))
  const isChain = random.chance(0.4)
  const transfers: FlowTransfer[] = []
  let at = start
  let cents = random.between({ least: 1_500_00, most: 8_000_00 })
  if (isChain) {
    for (const [number, account] of [...accounts, to as string].entries()) {
      transfers.push(pay([number === 0 ? (from as string) : (accounts[number - 1] as string), account], { at, cents }))
      cents *= 0.97
      at += (1 + random.next() * 8) * hour
    }
  } else {
    for (const account of accounts) {
      transfers.push(pay([from as string, account], { at, cents }))
      transfers.push(pay([account, to as string], { at: at + (1 + random.next() * 10) * hour, cents: cents * 0.96 }))
      at += random.next() * 5 * hour
    }
  }
  return { subjects: accounts, transfers }
}

const woken: Planter = ({ random, pay, member, days }) => {
  const subject = `sleeper-${random.below(1e9)}`
  const before = times(4, () =>
    pay([subject, 'merchant-3'], {
      at: random.next() * 10 * day,
      cents: random.between({ least: 10_00, most: 60_00 }),
    }),
  )
  const start = (105 + random.next() * (days - 125)) * day
  const cents = random.between({ least: 2_000_00, most: 9_000_00 })
  const after = [
    pay([member(), subject], { at: start, cents }),
    pay([subject, member()], { at: start + day, cents: cents * 0.5 }),
  ]
  return { subjects: [subject], transfers: [...before, ...after] }
}

const round: Planter = ({ random, pay, member, start }) => {
  const [subject, others] = [`opened-round-${random.below(1e9)}`, distinct(member, 3)]
  const transfers = times(random.between({ least: 5, most: 8 }), (number) =>
    pay([subject, random.pick(others)], {
      at: start + (number + random.next()) * day,
      cents: random.between({ least: 1, most: 5 }) * 1_000_00,
    }),
  )
  return { subjects: [subject], transfers }
}

const planters: readonly (readonly [string, Planter])[] = [
  ['structuring', justUnder],
  ['fan_in', fan(true)],
  ['fan_out', fan(false)],
  ['cycle', cycle],
  ['cycle of any order', scattered],
  ['pass_through', passing],
  ['mule_cluster', mules],
  ['dormant_woken', woken],
  ['round_amounts', round],
]

function times<Item>(count: number, make: (number: number) => Item): Item[] {
  return Array.from({ length: count }, (_, number) => make(number))
}

function distinct(member: () => string, count: number): string[] {
  const found = new Set<string>()
  while (found.size < count) found.add(member())
  return [...found]
}
