import { expect, test } from 'vitest'
import { readRedlineOptions } from './options.ts'
import { shareByStage } from './profile.ts'
import { renderReport } from './report.ts'
import { adviceOn, breachesOf, type RedlineResult, type StepResult } from './result.ts'

const held: StepResult = {
  ...{ multiple: 10, perSecond: 400, seconds: 20, sent: 8_000, failed: 0, p50Ms: 8, p99Ms: 90, maxMs: 300 },
  samples: [1, 2, 3].map((second) => ({ second, lagMs: { rollback: 20, instant: 30 }, depth: { instant: 4 } })),
  attainment: { rollback: 1, instant: 0.999, standard: 1 },
  handled: { rollback: 400, instant: 800, standard: 6_000, bulk: 0 },
  cores: { api: 0.6, 'worker-1': 0.5, postgres: 0.4, rails: 0.1, load: 0.2 },
}
const lateAt = (second: number, lane: string, ms: number) => ({ second, lagMs: { [lane]: ms }, depth: {} })

test.each<[string, Partial<StepResult>, readonly string[]]>([
  ['everything within its bounds', {}, []],
  ['one look that finds a lane late', { samples: [lateAt(1, 'instant', 1_500), lateAt(2, 'instant', 0)] }, []],
  [
    'a lane that stays late',
    { samples: [lateAt(4, 'instant', 1_500), lateAt(5, 'instant', 1_600)] },
    ['lane instant is beyond its SLA of 1000 ms'],
  ],
  [
    'a lane that began its work too late',
    { attainment: { instant: 0.97 } },
    ['only 97.0% of lane instant began within its SLA of 1000 ms'],
  ],
  [
    'slow answers and failures, after a lane',
    {
      ...{ p99Ms: 2_400, failed: 9, samples: [lateAt(4, 'rollback', 300), lateAt(5, 'rollback', 300)] },
    },
    ['lane rollback is beyond its SLA of 100 ms', '9 of 8000 requests failed', 'answers take 2400 ms (p99)'],
  ],
])('of a step with %s', (_with, given, expected) => {
  expect(breachesOf({ ...held, ...given }).map(({ what }) => what)).toEqual(expected)
})

test('the advice follows what was used up', () => {
  const stages = { 'worker-1': [{ stage: 'package pg', seconds: 8, share: 0.4 }] }
  expect(adviceOn({ ...held, cores: { ...held.cores, 'worker-1': 0.97 } }, { cores: 8, stages, top: [] })).toEqual([
    'worker-1 uses its processor fully: run another process of its role. Most of its time goes to package pg (40.0%).',
  ])
  expect(adviceOn(held, { cores: 2, stages: {}, top: [] })[0]).toContain(
    'The machine is full: 1.8 of 2 processors. api uses most of it (0.60)',
  )
  expect(adviceOn(held, { cores: 8, stages: {}, top: [] })[0]).toContain('look at the waits of the database')
})

test('the advice names accounts at which processes take turns', () => {
  const text = 'select number from ledger.accounts where number = any ($1::bigint[]) order by number for no key upda'
  const top = [
    { text, calls: 2_068, seconds: 7.8, meanMs: 3.8 },
    { text: 'update payments.payments', calls: 2_696, seconds: 0.7, meanMs: 0.3 },
  ]
  expect(adviceOn(held, { cores: 8, stages: {}, top })).toEqual([expect.stringContaining('3.8 ms each of 2068 times')])
})

test('a profile is summed by parts of the program, without idle time', () => {
  const urls = {
    1: ['', '(idle)'],
    2: ['file:///x/src/platform/postgres/burst.ts', 'send'],
    3: ['file:///x/node_modules/fastify/lib/reply.js', 'reply'],
    4: ['file:///x/src/payments/machines/step.ts', 'step'],
    5: ['', '(garbage collector)'],
  } as const
  const nodes = Object.entries(urls).map(([id, [url, functionName]]) => ({
    id: Number(id),
    callFrame: { url, functionName },
  }))
  const shares = shareByStage({ nodes, samples: [1, 2, 2, 3, 4, 5], timeDeltas: [9e6, 2e6, 2e6, 3e6, 2e6, 1e6] })
  expect(shares.map(({ stage, seconds }) => [stage, seconds])).toEqual([
    ['platform/postgres', 4],
    ['package fastify', 3],
    ['payments', 2],
    ['garbage collection', 1],
  ])
  expect(shares[0]?.share).toBe(0.4)
})

test('the report is one page that says what broke first, and fetches nothing', () => {
  const result: RedlineResult = {
    ...{ engine: 'postgres', begunAt: '2026-01-31T09:30:00Z', machine: '2 × <model>', cores: 2, normal: 40 },
    ...{ secondsAStep: 20, railLatencyMs: 50, steps: [held, { ...held, perSecond: 600 }], heldPerSecond: 400 },
    breaches: [{ what: 'lane instant is beyond its SLA of 1000 ms', second: 7.2 }],
    ...{ drainedSeconds: 3, findings: [], advice: ['run another process'] },
    stages: { api: [{ stage: 'ledger', seconds: 3, share: 1 }] },
    top: [{ text: 'copy ledger.entries', calls: 9, seconds: 1.5, meanMs: 166 }],
    statements: [{ what: 'munim lanes, on a processor: delete', connections: 1.2 }],
  }
  const page = renderReport(result)
  expect(page).toContain('<strong>Held: 400 requests a second</strong>, 10 times the ordinary day')
  expect(page).toContain('after 7.2 s: <strong>lane instant is beyond its SLA of 1000 ms</strong>')
  expect(page.match(/<svg /g)).toHaveLength(3)
  expect(page).not.toMatch(/(src|href)=|https?:\/\/|NaN|undefined|<model>/)
})

test('the load of ten times an ordinary day is in every run', () => {
  for (const given of [[], ['--quick']]) expect(readRedlineOptions(given).steps).toContain(10)
  expect(
    readRedlineOptions(['--normal', '5', '--steps', '1,3', '--engine', 'kafka', '--kafka-brokers', 'b:9092']),
  ).toMatchObject({
    ...{ normal: 5, steps: [1, 3], settings: ['--lanes', 'kafka', '--kafka-brokers', 'b:9092'] },
  })
})
