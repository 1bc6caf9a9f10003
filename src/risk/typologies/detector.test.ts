import { expect, it } from 'vitest'
import { createRandom, type Random } from '../../../scripts/random.ts'
import { createDetector, type DetectorSettings, defaultBounds, type Observation } from './detector.ts'
import type { DetectorState } from './detector-state.ts'
import type { Pattern } from './pattern.ts'
import { slowPatterns, starterPatterns } from './starter-patterns.ts'
import type { FlowTransfer } from './transfer.ts'

const hour = 3_600_000_000
const day = 24 * hour

const patterns: readonly Pattern[] = [
  ...starterPatterns({ asset: 'EUR', reportingLimit: 10_000_00n, notable: 1_000_00n }),
  ...slowPatterns({ asset: 'EUR' }),
].map((pattern) => {
  if (pattern.kind === 'dormant_woken') return { ...pattern, idleSeconds: 10 * 86_400 }
  if (pattern.kind === 'fan_in' || pattern.kind === 'fan_out')
    return { ...pattern, counterpartiesMin: 3, historySeconds: 86_400 }
  if (pattern.kind === 'round_amounts') return { ...pattern, countMin: 2, shareMinBps: 3_000 }
  return pattern.kind === 'mule_cluster' ? { ...pattern, accountsMin: 2 } : pattern
})

const settings: DetectorSettings = { patterns, lateSeconds: 2 * 86_400, bounds: defaultBounds }

const small: DetectorSettings = {
  ...settings,
  bounds: {
    ...defaultBounds,
    transfersMax: 150,
    transfersPerSideMax: 4,
    idleAccountsMax: 5,
    findingsMax: 20,
    alertsMax: 8,
  },
}

function randomCents(random: Random): number {
  return random.pick([
    random.between({ least: 9_000_00, most: 9_999_00 }),
    random.between({ least: 1, most: 9 }) * 1_000_00,
    random.between({ least: 1, most: 5_000_00 }),
    random.between({ least: 1_00, most: 1_40 }),
  ])
}

/** Months among few accounts, so that all patterns find something. */
function randomStream(random: Random, length: number): FlowTransfer[] {
  const accounts = Array.from({ length: 40 }, (_, number) => `account-${number}`)
  let at = 0
  const transfers: FlowTransfer[] = []
  while (transfers.length < length) {
    const last = transfers.at(-1)
    const isPassedOn = last !== undefined && random.chance(0.2)
    at += isPassedOn ? hour : random.next() * (random.chance(0.02) ? 12 * day : 12 * hour)
    const [source, destination] = [isPassedOn ? last.destination : random.pick(accounts), random.pick(accounts)]
    if (source === destination) continue
    const late = random.chance(0.1) ? random.next() * 3 * day : 0
    transfers.push({
      id: `t${transfers.length}`,
      at: Math.floor(Math.max(0, at - late)),
      source,
      destination,
      amount: isPassedOn ? (last.amount * 96n) / 100n : BigInt(randomCents(random)),
      asset: 'EUR',
    })
  }
  return transfers
}

function throughJson(state: DetectorState): DetectorState {
  return JSON.parse(JSON.stringify(state)) as DetectorState
}

it('finds with every pattern, and the same in every run', () => {
  const stream = randomStream(createRandom(1), 1_000)
  const run = () => {
    const detector = createDetector(settings)
    const observations = stream.map(detector.observe)
    return { observations, state: detector.state() }
  }
  const first = run()
  expect(run()).toEqual(first)
  const kinds = new Set(first.observations.flatMap(({ findings }) => findings.map(({ finding }) => finding.kind)))
  expect([...kinds].sort()).toEqual([
    'cycle',
    'dormant_woken',
    'fan_in',
    'fan_out',
    'mule_cluster',
    'pass_through',
    'round_amounts',
    'structuring',
  ])
  const ids = first.observations.flatMap(({ findings }) =>
    findings.map(({ finding }) => `${finding.id} ${finding.revision}`),
  )
  expect(new Set(ids).size).toBe(ids.length)
})

it('goes on after a restart at any place as if there had been none, also where it has dropped much', () => {
  for (const [seed, chosen] of [settings, small, settings, small].entries()) {
    const random = createRandom(seed + 10)
    const stream = randomStream(random, 350)
    const whole = createDetector(chosen)
    let restarted = createDetector(chosen)
    for (const [place, transfer] of stream.entries()) {
      const expected = whole.observe(transfer)
      if (random.chance(0.02)) restarted = createDetector(chosen, throughJson(restarted.state()))
      expect({ seed, place, observed: restarted.observe(transfer) }).toEqual({ seed, place, observed: expected })
    }
    expect(restarted.state()).toEqual(whole.state())
  }
})

it('finds nothing twice when transfers are repeated', () => {
  const random = createRandom(3)
  const stream = randomStream(random, 350)
  const once = createDetector(settings)
  const repeated = createDetector(settings)
  const seen: FlowTransfer[] = []
  for (const transfer of stream) {
    seen.push(transfer)
    expect(repeated.observe(transfer)).toEqual(once.observe(transfer))
    const again = repeated.observe({ ...random.pick(seen.slice(-50)) })
    expect(again.findings).toEqual([])
    expect(['repeated', 'too_late']).toContain(again.taking)
  }
  expect(repeated.state().alerts).toEqual(once.state().alerts)
})

it('makes the same findings of the same transfers when an earlier state is gone on from', () => {
  const stream = randomStream(createRandom(4), 600)
  const detector = createDetector(settings)
  for (const transfer of stream.slice(0, 300)) detector.observe(transfer)
  const saved = throughJson(detector.state())
  const findings = (observe: (transfer: FlowTransfer) => Observation) =>
    stream.slice(250).flatMap((transfer) => observe(transfer).findings)
  const first = findings(detector.observe)
  expect(first.length).toBeGreaterThan(20)
  expect(findings(createDetector(settings, saved).observe)).toEqual(first)
})

it('takes late transfers until they are too late, and counts those', () => {
  const detector = createDetector(settings)
  const transfer = (id: string, at: number) => ({ id, at, source: 'a', destination: 'b', amount: 1_00n, asset: 'EUR' })
  const takings = [
    transfer('first', 10 * day),
    transfer('late', 8 * day),
    transfer('too late', 8 * day - 1),
    transfer('first', 10 * day),
    { ...transfer('to itself', 10 * day), destination: 'a' },
  ].map((each) => detector.observe(each).taking)
  expect(takings).toEqual(['taken', 'taken', 'too_late', 'repeated', 'to_itself'])
  expect(detector.counts()).toMatchObject({ taken: 2, tooLate: 1, repeated: 1, toItself: 1 })
})

it('keeps no more than its bounds, and counts what it drops', () => {
  const stream = randomStream(createRandom(5), 500)
  const detector = createDetector(small)
  const busy = Array.from({ length: 40 }, (_, number) => ({
    id: `busy-${number}`,
    at: 2_000 * day + number,
    source: 'account-1',
    destination: `other-${number}`,
    amount: 5_00n,
    asset: 'EUR',
  }))
  for (const transfer of [...stream, ...busy]) detector.observe(transfer)
  const { transfers, accounts, open, alerts } = detector.state()
  expect(transfers.length).toBeLessThanOrEqual(150)
  expect(accounts.filter(({ account }) => account.startsWith('account')).length).toBeLessThanOrEqual(30)
  expect(open.length).toBeLessThanOrEqual(20)
  expect(alerts.length).toBeLessThanOrEqual(8)
  const { graph } = detector.counts()
  expect(graph.droppedTransfers).toBeGreaterThan(0)
  expect(graph.droppedFromSides).toBeGreaterThan(0)
  expect(graph.forgottenAccounts).toBeGreaterThan(0)
})

it('refuses patterns that make no sense', () => {
  const [pattern] = patterns as [Pattern]
  const broken = (change: object) => () =>
    createDetector({ ...settings, patterns: [{ ...pattern, ...change } as Pattern] })
  expect(broken({ withinSeconds: 0.5 })).toThrow('withinSeconds is not a whole number')
  expect(broken({ limit: '-5' })).toThrow('limit is not a positive amount')
  expect(broken({ asset: undefined })).toThrow('limit needs an asset')
  expect(broken({ score: 101 })).toThrow('score is more than 100')
  expect(() => createDetector({ ...settings, patterns: [pattern, pattern] })).toThrow('another pattern has this id')
})
