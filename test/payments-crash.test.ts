import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createRandom, newSeed, patience, rounds } from '#testing'
import { type CrashPlace, compileOnce, type PlaceKind, startCrashPlace } from './support/crash-place.ts'
import { findFaultPoints } from './support/fault-points.ts'
import { type FlowEnd, type PaymentFlow, paymentFlows, runFlow } from './support/payment-flows.ts'

// A process is killed at a fault point that a flow passes, and restarted. The flow ends as it does undisturbed, the rails
// did each thing once, and the books are in order. The list of fault points comes from the sources, so that a point that
// no flow passes fails the test. A point that many flows pass is tried in a few of them, by the seed.
// `MUNIM_CRASH_FLOWS=all` tries it in every flow; `MUNIM_CRASH_FLOWS=upi,bank` only in flows whose names begin so.

/** Those of the lanes on Kafka are tried in the tests of that engine. */
const points = findFaultPoints().flatMap(({ name, file }) => (file.includes('kafka') ? [] : [name]))

/** One place is one process, the others are two, either of which may be killed: a worker alone restarts faster. */
const kinds: readonly PlaceKind[] = ['together', 'apart', 'apart', 'apart']

/** How each flow ends undisturbed, and the fault points that it passes. */
const undisturbed = new Map<string, { readonly end: FlowEnd; readonly passed: ReadonlySet<string> }>()

type Cell = { readonly flow: PaymentFlow; readonly point: string }

const chosen = process.env.MUNIM_CRASH_FLOWS?.split(',')

/** The time until a statement of the day, which is 300 ms, has been collected: the collector polls every 2 s. */
const statementMs = 2_500

/** How long a process that has not passed the armed point when the flow ends may take to pass it. */
const lateMs = patience(2_500)

const seed = Number(process.env.MUNIM_SEED ?? newSeed())
const flowsMax = rounds({ few: 3, all: 10 })

function cells(max: number): Cell[] {
  const random = createRandom(seed)
  const flows = chosen === undefined || chosen.includes('all') ? paymentFlows : paymentFlows.filter(isChosen)
  const all = points.flatMap((point) => {
    const passing = flows.filter(({ name }) => undisturbed.get(name)?.passed.has(point))
    while (chosen === undefined && passing.length > max) passing.splice(random.below(passing.length), 1)
    return passing.map((flow) => ({ flow, point }))
  })
  // Flow by flow, so that places that work at the same time are at different points.
  return flows.flatMap((flow) => all.filter((cell) => cell.flow === flow))
}

function isChosen({ name }: PaymentFlow): boolean {
  return chosen?.some((begin) => name.startsWith(begin)) === true
}

/** Does all of the work, one at a time in each place. */
async function share<Work>(
  places: readonly CrashPlace[],
  works: readonly Work[],
  work: (place: CrashPlace, one: Work) => Promise<void>,
): Promise<void> {
  const waiting = [...works]
  await Promise.all(
    places.map(async (place) => {
      for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) await work(place, one)
    }),
  )
}

type Net = { readonly rail: string; readonly net: string }

/** The amounts that the rails have taken and given, by their own records and by the books. */
async function railsAndBooks(place: CrashPlace) {
  const records = (await place.askRails('GET', '/records')).body.net
  const rails = records.map(({ rail, net }: Net) => `${rail} ${net}`)
  const { body } = await place.ask('GET', '/v1/accounts?code_prefix=rails:&limit=100')
  const books = body.data.map(({ code, posted }: { code: string; posted: string }) => {
    return `${code.split(':')[1]} ${-BigInt(posted)}`
  })
  const isSomething = (line: string) => !line.endsWith(' 0')
  return { rails: rails.filter(isSomething).sort(), books: books.filter(isSomething).sort() }
}

async function verify(place: CrashPlace): Promise<string[]> {
  const { body } = await place.ask('GET', '/v1/verification')
  const { result } = JSON.parse(body.trim().split('\n').at(-1))
  return result.checks.flatMap(({ findings }: { findings: string[] }) => findings)
}

describe('payments in a process that dies', () => {
  let places: readonly CrashPlace[] = []
  beforeAll(async () => {
    await compileOnce()
    places = await Promise.all(kinds.map((kind) => startCrashPlace(kind)))
  })
  afterAll(async () => {
    await Promise.all(places.map((place) => place.stop()))
  })

  it('every fault point of the sources is passed by a flow', { timeout: patience(60_000) }, async () => {
    await share(places, paymentFlows, async (place, flow) => {
      place.passed()
      const end = await runFlow(place, flow)
      // A statement's effects may come after the end, and still belong to this flow.
      await sleep(statementMs)
      undisturbed.set(flow.name, { end, passed: place.passed() })
    })
    const passed = new Set([...undisturbed.values()].flatMap((one) => [...one.passed]))
    expect(points.filter((point) => !passed.has(point))).toEqual([])
  })

  it(`every flow ends as it does undisturbed, killed at points it passes (MUNIM_SEED=${seed})`, {
    timeout: patience(240_000),
  }, async () => {
    const wrong: object[] = []
    const killed = new Set<string>()
    const kill = async (place: CrashPlace, { flow, point }: Cell, patienceMs = 0) => {
      place.arm(point)
      const end = await runFlow(place, flow).catch((error: Error) => error.message)
      const where = { flow: flow.name, killedAt: point, place: place.kind }
      for (const until = performance.now() + patienceMs; place.isArmed() && performance.now() < until; ) await sleep(20)
      if (place.disarm()) killed.add(point)
      const expected = undisturbed.get(flow.name)?.end
      if (JSON.stringify(end) !== JSON.stringify(expected)) wrong.push({ ...where, end, expected })
    }
    await share(places, cells(flowsMax), kill)
    // The points that a flow passes before it ends may depend on a statement or a timer meanwhile. For a point without
    // a kill so far, the test waits until a process passes it, in any flow.
    const left = cells(paymentFlows.length).filter(({ point }) => !killed.has(point))
    await share(places, left, async (place, cell) => {
      if (!killed.has(cell.point)) await kill(place, cell, lateMs)
    })
    expect(wrong).toEqual([])
    if (chosen === undefined || chosen.includes('all')) expect(points.filter((point) => !killed.has(point))).toEqual([])
  })

  it.each(kinds.map((kind, index) => [index, kind] as const))(
    'the books of place %i (%s) are in order, and agree with the records of the rails',
    async (index) => {
      const place = places[index]
      if (place === undefined) throw new Error('there is a place of every kind')
      expect(place.complaints()).toEqual([])
      expect(await verify(place)).toEqual([])
      const { rails, books } = await railsAndBooks(place)
      expect(books).toEqual(rails)
    },
  )
})
