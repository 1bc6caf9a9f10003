import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CrashPlace, type PlaceKind, startCrashPlace } from './support/crash-place.ts'
import { findFaultPoints } from './support/fault-points.ts'
import { type FlowEnd, type PaymentFlow, paymentFlows, runFlow } from './support/payment-flows.ts'

// A process is killed at every fault point that a flow passes, for every flow, and started again: the
// flow ends as it does undisturbed, the rails did each thing once, and the books are in order. The list
// of fault points is made from the sources, so that one that no flow passes fails the test.

const points = findFaultPoints().map(({ name }) => name)

/** How each flow ends undisturbed, and the fault points that it passes. */
const undisturbed = new Map<string, { readonly end: FlowEnd; readonly passed: ReadonlySet<string> }>()

/** A flow with a kill at a point. */
type Cell = { readonly flow: PaymentFlow; readonly point: string }

describe('payments in a process that dies', () => {
  let places: CrashPlace[]
  beforeAll(async () => {
    const kinds: PlaceKind[] = ['together', 'apart', 'together', 'apart']
    places = await Promise.all(kinds.map(startCrashPlace))
  })
  afterAll(async () => {
    await Promise.all(places.map((place) => place.stop()))
  })

  it('flows pass every fault point', { timeout: 120_000 }, async () => {
    const waiting = [...paymentFlows]
    await Promise.all(
      places.map(async (place) => {
        for (let flow = waiting.shift(); flow !== undefined; flow = waiting.shift()) {
          place.passed()
          const started = performance.now()
          const end = await runFlow(place, flow)
          console.log(flow.name, Math.round(performance.now() - started), JSON.stringify(end))
          undisturbed.set(flow.name, { end, passed: place.passed() })
        }
      }),
    )
    const passed = new Set([...undisturbed.values()].flatMap((one) => [...one.passed]))
    expect(points.filter((point) => !passed.has(point))).toEqual([])
    console.log([...undisturbed].map(([name, one]) => `${name} ${one.passed.size}`).join('\n'))
  })
})
