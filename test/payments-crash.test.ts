import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CrashPlace, compileOnce, type PlaceKind, startCrashPlace } from './support/crash-place.ts'
import { findFaultPoints } from './support/fault-points.ts'
import { type FlowEnd, type PaymentFlow, paymentFlows, runFlow } from './support/payment-flows.ts'

// A process is killed at every fault point that a flow passes, for every flow, and started again: the
// flow ends as it does undisturbed, the rails did each thing once, and the books are in order. The list
// of fault points is made from the sources, so that one that no flow passes fails the test.
// `MUNIM_CRASH_FLOWS=card` kills only in flows whose names have that in them.

const points = findFaultPoints().map(({ name }) => name)

/** Half of them are one process, and half are two, of which either dies. */
const kinds: readonly PlaceKind[] = ['together', 'apart', 'together', 'apart']

/** How each flow ends undisturbed, and the fault points that it passes. */
const undisturbed = new Map<string, { readonly end: FlowEnd; readonly passed: ReadonlySet<string> }>()

/** A flow with a kill at a point. */
type Cell = { readonly flow: PaymentFlow; readonly point: string }

const chosen = process.env.MUNIM_CRASH_FLOWS ?? ''

/** Every flow with every point that it passes. */
function cells(): Cell[] {
  return paymentFlows.flatMap((flow) => {
    if (!flow.name.includes(chosen)) return []
    const passed = undisturbed.get(flow.name)?.passed ?? new Set()
    return points.filter((point) => passed.has(point)).map((point) => ({ flow, point }))
  })
}

/** Does all of the work, each place one at a time. */
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

/** The amounts that the rails have taken and given, by their own records and by the books. */
async function railsAndBooks(place: CrashPlace) {
  const records = (await place.askRails('GET', '/records')).body.net
  const rails = records.map(({ rail, net }: { rail: string; net: string }) => `${rail} ${net}`)
  const { body } = await place.ask('GET', '/v1/accounts?code_prefix=rails:&limit=100')
  const books = body.data.map(({ code, posted }: { code: string; posted: string }) => {
    return `${code.split(':')[1]} ${-BigInt(posted)}`
  })
  return { rails: rails.sort(), books: books.sort() }
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
    places = await Promise.all(kinds.map(startCrashPlace))
  }, 60_000)
  afterAll(async () => {
    await Promise.all(places.map((place) => place.stop()))
  })

  it('every fault point of the sources is passed by a flow', { timeout: 120_000 }, async () => {
    await share(places, paymentFlows, async (place, flow) => {
      place.passed()
      const end = await runFlow(place, flow)
      undisturbed.set(flow.name, { end, passed: place.passed() })
    })
    const passed = new Set([...undisturbed.values()].flatMap((one) => [...one.passed]))
    expect(points.filter((point) => !passed.has(point))).toEqual([])
  })

  it('every flow ends as it does undisturbed, killed at each point it passes', { timeout: 600_000 }, async () => {
    const wrong: object[] = []
    const killed = new Set<string>()
    console.log(cells().length)
    await share(places, cells(), async (place, { flow, point }) => {
      place.arm(point)
      const end = await runFlow(place, flow).catch((error: Error) => error.message)
      const where = { flow: flow.name, killedAt: point, place: place.kind }
      // What a flow passes may depend on what a statement or a timer does meanwhile.
      if (place.disarm()) killed.add(point)
      const expected = undisturbed.get(flow.name)?.end
      if (JSON.stringify(end) !== JSON.stringify(expected)) wrong.push({ ...where, end, expected })
    })
    expect(wrong).toEqual([])
    if (chosen === '') expect(points.filter((point) => !killed.has(point))).toEqual([])
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
