import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newUuid } from '#platform/ids'
import { type RailSimulatorProcess, startRailSimulatorProcess, until } from '#testing'
import type { RailAdapter } from './rail-adapter.ts'
import { createCardRail } from './simulator/card-rail.ts'
import { createUpiRail } from './simulator/upi-rail.ts'

// The promises of every adapter that answers disputes, tested with the rails of the simulator as a separate server.

const timeoutMs = 60_000
let simulator: RailSimulatorProcess
const adapters: Record<string, RailAdapter> = {}
const instruments: Readonly<Record<string, string>> = { card: 'card_ok', upi: 'asha@upi' }

beforeAll(async () => {
  simulator = await startRailSimulatorProcess('--latency-ms', '0', '--day-ms', '0', '--callback-delay-ms', '0')
  const options = { url: simulator.url, callbackSecrets: () => [], timeoutMs }
  adapters.card = createCardRail({ ...options, name: 'card' })
  adapters.upi = createUpiRail({ ...options, name: 'upi' })
})
afterAll(async () => {
  for (const adapter of Object.values(adapters)) await adapter.close()
  await simulator.kill()
})

function adapterOf(rail: string): RailAdapter {
  const adapter = adapters[rail]
  if (adapter === undefined) throw new Error(`there is no adapter of ${rail}`)
  return adapter
}

/** The rail's reference of a charge that it has done. */
async function charged(rail: string): Promise<string> {
  const call = {
    id: newUuid(),
    operation: 'charge',
    amount: 2_500n,
    asset: 'INR',
    instrument: instruments[rail] ?? '',
  } as const
  await adapterOf(rail).submit(call)
  let reference = ''
  await until(async () => {
    const outcome = await adapterOf(rail).inquire(call)
    if (outcome.kind === 'succeeded') reference = outcome.railReference
    return reference !== ''
  })
  return reference
}

describe.each(['card', 'upi'])('disputes of %s', (rail) => {
  const evidence = [{ mediaType: 'text/plain', bytes: Buffer.from('It was delivered.') }]
  const dispute = async () => {
    const operation = await charged(rail)
    const { id } = await simulator.control('disputes', { operation, stage: 'opened' })
    const { disputes } = adapterOf(rail)
    if (disputes === undefined) throw new Error('it takes answers')
    const call = { id: newUuid(), reference: String(id), amount: 2_500n, asset: 'INR' }
    return { call, disputes }
  }

  it('are challenged once under an id, however often the answer is sent', async () => {
    const { call, disputes } = await dispute()
    const reported = { kind: 'reported', report: { stage: 'challenged', amount: 2_500n } }
    const first = await disputes.challenge(call, evidence)
    expect(first).toMatchObject(reported)
    expect(await disputes.challenge(call, evidence)).toEqual(first)
    expect(await disputes.accept({ ...call, id: newUuid() })).toMatchObject({ kind: 'refused' })
  })

  it('are accepted; in an outage, the answer is not taken for one', async () => {
    const { call, disputes } = await dispute()
    for (const [mode, kind] of [
      ['unavailable', 'unavailable'],
      ['reset', 'unknown'],
    ] as const) {
      await simulator.control('outage', { rail, ms: 60_000, mode })
      expect(await disputes.accept(call)).toMatchObject({ kind })
      await simulator.control('outage', { rail, ms: 0 })
    }
    expect(await disputes.accept(call)).toMatchObject({ kind: 'reported', report: { stage: 'accepted' } })
  })
})
