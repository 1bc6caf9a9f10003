import type { Scenario, StoredArrival } from '#risk'
import { createRandom, type Random } from '../../scripts/random.ts'
import { rule, scenarioOf, start, subjectOf } from './risk-scenarios.ts'

const second = 1_000_000
const hour = 3600 * second

/** Windows of every statistic, with a condition and another key, and an earlier decision. `strictness` moves thresholds. */
export function windowedScenario(version: number, strictness = 0): Scenario {
  const most = (count: number) => count - strictness
  return scenarioOf({
    id: 'payments',
    version,
    onError: 'step_up',
    thresholds: [
      { from: 30, outcome: 'step_up' },
      { from: 60, outcome: 'review' },
    ],
    rules: [
      rule('often', `window("payment", "10m").by(payer.id).count() >= ${most(4)}`, { score: 20 }),
      rule('much', 'window("payment", "1h").by(payer.id).sum(amount) > money("1200.00 INR")', { score: 20 }),
      rule('unusual', 'window("payment", "1d").by(payer.id).average(amount) * 2 < amount', { score: 30 }),
      rule('devices', `window("payment", "1h").by(payer.id).distinct(device.id) >= ${most(4)}`, { score: 20 }),
      rule('level', 'window("payment", "1h").by(payee.id).average(payer.kycLevel) < 2.5', { score: 5 }),
      rule('spread', 'window("payment", "1d").by(payer.id).deviation(amount) > money("150.00 INR")', { score: 5 }),
      rule('high', 'window("payment", "1d").by(payee.id).percentile(amount, 90) < amount', { score: 5 }),
      rule('to-payer', 'window("payment", "1h").by(payee.id == payer.id).max(amount) >= amount', { outcome: 'review' }),
      rule('failed', 'window("payment", "1h").by(payer.id).where(status == "failed").count() >= 2', { score: 30 }),
      rule('again', 'earlierOutcome(payer.id) == "review" && earlierAge(payer.id) < duration("5m")', { score: 15 }),
    ],
  })
}

function fieldsOf(random: Random) {
  return {
    amount: { minor: String(random.below(40_000)), asset: random.chance(0.9) ? 'INR' : 'USD' },
    'payer.id': `p${random.below(5)}`,
    'payee.id': `p${random.below(8)}`,
    'device.id': random.chance(0.9) ? `d${random.below(6)}` : null,
    'payer.kycLevel': random.chance(0.9) ? random.below(6) : null,
  }
}

/** Payments that are decided, some late, some given twice, and some again with their status, which are only counted. */
export function randomStream(seed: number, count: number): StoredArrival[] {
  const random = createRandom(seed)
  const stream: StoredArrival[] = []
  let arrivedAt = start
  for (let position = 0; position < count; position += 1) {
    arrivedAt += random.below(random.chance(0.05) ? hour : 60 * second)
    const known = stream.length > 0 && random.chance(0.3) ? random.pick(stream.slice(-30)) : undefined
    if (known !== undefined && random.chance(0.5)) {
      stream.push({ ...known, position, arrivedAt })
      continue
    }
    const late = random.chance(0.2) ? random.below(random.chance(0.1) ? 3 * hour : hour / 2) : 0
    const fields = fieldsOf(random)
    const subject = known
      ? subjectOf(known.subject.id, { ...fields, status: random.pick(['failed', 'succeeded']) }, known.subject.at)
      : subjectOf(`pay_${position}`, fields, arrivedAt - late)
    stream.push({ subject, position, arrivedAt, isDecided: known === undefined })
  }
  return stream
}

/** The stream in pages, as a store gives it. */
export async function* pagesOf(
  stream: readonly StoredArrival[],
  length: () => number,
): AsyncGenerator<readonly StoredArrival[]> {
  for (let from = 0; from < stream.length; ) {
    const to = from + length()
    yield stream.slice(from, to)
    from = to
  }
}
