import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newUuid } from '#platform/ids'
import { type RailSimulatorProcess, startRailSimulatorProcess } from '#testing'
import { testMandates } from '../../test/support/mandate-conformance.ts'
import { type Suite, unreachedCalls } from '../../test/support/rail-conformance.ts'
import { rails } from '../../test/support/rail-instruments.ts'
import { testReversals } from '../../test/support/reversal-conformance.ts'
import { createConfiguredRails } from './create-configured-rails.ts'
import { outcomeIn } from './guard-batches.ts'
import type { RailCall, RailOperation } from './rail.ts'
import type { RailAdapter } from './rail-adapter.ts'

// The promises of every adapter, tested with each rail of the simulator as a separate server. To test an adapter of
// another rail, add a row to `rails` of test/support/rail-instruments.ts.

/** For calls that should time out; all others may take as long as a busy machine needs. */
const hastyMs = 800
const timeoutMs = 60_000
let simulator: RailSimulatorProcess
const adapters: Record<string, RailAdapter> = {}
const hasty: Record<string, RailAdapter> = {}

beforeAll(async () => {
  const flags = ['--latency-ms', '0', '--day-ms', '0', '--callback-delay-ms', '0', '--late-ms', '100']
  simulator = await startRailSimulatorProcess(...flags, '--slow-ms', '1500', '--hang-ms', '3000')
  for (const [name] of rails) {
    adapters[name] = configured(name, { url: simulator.url, timeoutMs })
    hasty[name] = configured(name, { url: simulator.url, timeoutMs: hastyMs })
  }
})

afterAll(async () => {
  for (const adapter of [...Object.values(adapters), ...Object.values(hasty)]) await adapter.close()
  await simulator.kill()
})

function configured(rail: string, { url, timeoutMs: timeout_ms }: { url: string; timeoutMs: number }): RailAdapter {
  const adapter = rails.find(([name]) => name === rail)?.[1].adapter ?? ''
  const [made] = createConfiguredRails([{ name: rail, adapter, url, timeout_ms }])
  if (made === undefined) throw new Error(`there is no adapter of ${rail}`)
  return made
}

function adapterOf(rail: string, of = adapters): RailAdapter {
  const adapter = of[rail]
  if (adapter === undefined) throw new Error(`there is no adapter of ${rail}`)
  return adapter
}

function asking(operation: RailOperation, instrument: string, also: Partial<RailCall> = {}): RailCall {
  return { id: newUuid(), operation, amount: 2_500n, asset: 'INR', instrument, ...also }
}

/** The answer to an inquiry once the rail has finished the operation. */
async function endOf(adapter: RailAdapter, call: RailCall) {
  if (rails.some(([name, { endsByDay }]) => name === adapter.name && endsByDay))
    await simulator.control('close-day', {})
  for (;;) {
    const outcome = await adapter.inquire(call)
    if (outcome.kind !== 'pending') return outcome
  }
}

/** Submits a call that will succeed, and returns the rail's reference of it. */
async function done(adapter: RailAdapter, call: RailCall): Promise<string> {
  await adapter.submit(call)
  const outcome = await endOf(adapter, call)
  if (outcome.kind !== 'succeeded') throw new Error(`${call.operation} ended ${JSON.stringify(outcome)}`)
  return outcome.railReference
}

describe.each(rails)('the adapter of %s', (rail, instruments) => {
  const { accepts: atOnce } = instruments

  it.each(['charge', 'payout'] as const)(
    'does a %s once under its id, however often it is submitted',
    async (operation) => {
      const adapter = adapterOf(rail)
      const call = asking(operation, instruments.ok)
      const before = (await simulator.counts(rail))[`${operation} succeeded`] ?? 0
      const first = await adapter.submit(call)
      expect(first).toMatchObject({ kind: atOnce, railReference: expect.stringMatching(instruments.reference) })
      expect(await adapter.submit(call)).toEqual(first)
      const end = await endOf(adapter, call)
      expect(end).toEqual({
        kind: 'succeeded',
        railReference: 'railReference' in first && first.railReference,
        amount: 2_500n,
      })
      expect((await simulator.counts(rail))[`${operation} succeeded`]).toBe(before + 1)
    },
  )

  it.runIf(instruments.takesFiles)('does each call of a file once, in however many files', async () => {
    const { submitBatch, capabilities, ...adapter } = adapterOf(rail)
    if (submitBatch === undefined) throw new Error('it has no files')
    expect(capabilities.batches).toMatchObject({ max: expect.any(Number), waitMs: expect.any(Number) })
    const before = (await simulator.counts(rail))['payout succeeded'] ?? 0
    const [first, second, third] = [instruments.ok, instruments.ok, instruments.ok].map((one) => asking('payout', one))
    if (first === undefined || second === undefined || third === undefined) throw new Error('there are three')
    const kindsOf = async (...calls: readonly RailCall[]) => {
      const answered = await submitBatch(calls)
      return calls.map((call) => outcomeIn(answered, call).kind)
    }
    expect(await kindsOf(first, second)).toEqual([atOnce, atOnce])
    expect(await kindsOf(third, first)).toEqual([atOnce, atOnce])
    for (const call of [first, second, third]) {
      expect(await endOf({ ...adapter, capabilities }, call)).toMatchObject({ kind: 'succeeded', amount: 2_500n })
    }
    expect((await simulator.counts(rail))['payout succeeded']).toBe(before + 3)
  })

  it.each(instruments.declined)(
    'reports why %s was declined, and the remedy: %s, %s',
    async (instrument, code, remedy) => {
      const adapter = adapterOf(rail)
      const call = asking('charge', instrument)
      const answered = await adapter.submit(call)
      const end = answered.kind === 'pending' ? await endOf(adapter, call) : answered
      expect(end).toMatchObject({ kind: 'failed', decline: { code, remedy, message: expect.stringMatching(/\.$/) } })
      // A request that the rail rejects has no code of its own.
      if (/^no /.test(instrument)) return
      expect(end).toMatchObject({ decline: { raw: expect.stringMatching(/./), advice: { kind: expect.any(String) } } })
    },
  )

  it('reports the amount that the rail took when it is not the requested one', async () => {
    const adapter = adapterOf(rail)
    for (const [instrument, amount] of [
      [instruments.wrongAmount, 2_250n],
      [instruments.overAmount, 2_750n],
    ] as const) {
      const call = asking('charge', instrument)
      await adapter.submit(call)
      expect(await endOf(adapter, call)).toMatchObject({ kind: 'succeeded', amount })
    }
  })

  it.each([
    ['it did not answer in time', instruments.timeoutHappened],
    ['its connection broke', instruments.reset],
    ['it answered 500', instruments.errorHappened],
    ['it was slow', instruments.slow],
  ])('does not know the outcome of a call when %s, and finds out that it happened', async (_what, instrument) => {
    const adapter = adapterOf(rail)
    const call = asking('charge', instrument)
    expect(await adapterOf(rail, hasty).submit(call)).toMatchObject({ kind: 'unknown' })
    expect(await endOf(adapter, call)).toMatchObject({ kind: 'succeeded', amount: 2_500n })
  })

  it.each([
    ['it did not answer in time', instruments.timeoutNotHappened],
    ['it answered 500', instruments.error],
  ])('finds out that a call did not happen when %s, and submits it again', async (_what, instrument) => {
    const adapter = adapterOf(rail)
    const call = asking('charge', instrument)
    expect(await adapterOf(rail, hasty).submit(call)).toMatchObject({ kind: 'unknown' })
    expect(await adapter.inquire(call)).toEqual({ kind: 'not_found' })
    expect(await adapter.submit(call)).toMatchObject({ kind: atOnce })
    expect(await endOf(adapter, call)).toMatchObject({ kind: 'succeeded' })
  })

  it('refunds parts of a charge up to the whole, and no more', async () => {
    const adapter = adapterOf(rail)
    const originalReference = await done(adapter, asking('charge', instruments.ok))
    await done(adapter, asking('refund', instruments.ok, { originalReference, amount: 1_500n }))
    await done(adapter, asking('refund', instruments.ok, { originalReference, amount: 1_000n, descriptor: 'order 7' }))
    const beyond = await adapter.submit(asking('refund', instruments.ok, { originalReference, amount: 1n }))
    expect(beyond).toMatchObject({ kind: 'failed', decline: { code: 'already_refunded', remedy: 'never' } })
  })

  it.each(['', 'chg_../../control', 'chg_1?x=1', 'foo_1', undefined])(
    'fails a refund of %j without a request to the rail',
    async (originalReference) => {
      const call = asking('refund', instruments.ok, originalReference === undefined ? {} : { originalReference })
      expect(await adapterOf(rail).submit(call)).toMatchObject({ kind: 'failed', decline: { remedy: 'never' } })
    },
  )

  it('fails a refund of an operation that the rail has never made', async () => {
    const outcome = await adapterOf(rail).submit(
      asking('refund', instruments.ok, { originalReference: instruments.neverMade }),
    )
    expect(outcome).toMatchObject({ kind: 'failed', decline: { code: 'declined', remedy: 'never' } })
  })

  it('fails a call whose id was used for another call', async () => {
    const adapter = adapterOf(rail)
    const call = asking('charge', instruments.ok)
    await adapter.submit(call)
    const outcome = await adapter.submit({ ...call, amount: 1n })
    expect(outcome).toMatchObject({ kind: 'failed', decline: { code: 'duplicate', remedy: 'never' } })
  })

  it('reports a request that the rail rejects before it does anything', async () => {
    const outcome = await adapterOf(rail).submit(asking('charge', instruments.ok, { asset: 'not an asset' }))
    expect(outcome).toMatchObject({ kind: 'failed', decline: { code: 'declined', remedy: 'never' } })
  })

  it('says whether a call that the rail does not know may still happen', async () => {
    const adapter = adapterOf(rail)
    const call = asking('charge', instruments.error)
    await simulator.control('inquiry-rules', { rail, first_ms: 0, not_found_final_ms: 60_000 })
    try {
      await adapter.submit(call)
      expect(await adapter.inquire(call)).toEqual({ kind: 'not_found', finality: 'not_yet' })
    } finally {
      await simulator.control('inquiry-rules', { rail })
    }
    expect(await adapter.inquire(call)).toEqual({ kind: 'not_found' })
  })

  it('has a schedule of inquiries for every operation, which ends', () => {
    const { operations, inquiries } = adapterOf(rail).capabilities
    for (const operation of operations) {
      const { unanswered, accepted } = inquiries[operation] ?? inquiries.default
      for (const { firstMs, thenMs, atMost, giveUpAfterMs } of [unanswered, accepted]) {
        expect([firstMs, ...thenMs].every((pauseMs) => pauseMs > 0)).toBe(true)
        expect(atMost).toBeGreaterThan(0)
        expect(giveUpAfterMs).toBeGreaterThan(firstMs)
      }
    }
  })

  it('reports that the rail does not know a call', async () => {
    expect(await adapterOf(rail).inquire(asking('charge', instruments.ok))).toEqual({ kind: 'not_found' })
  })

  it.each([
    ['says that it is away', 'unavailable', 'unavailable', false],
    ['does not answer', 'hang', 'unknown', false],
    ['breaks its connections', 'reset', 'unknown', false],
  ])('in an outage, when the rail %s: submission and inquiry', async (_what, mode, kind) => {
    const adapter = adapterOf(rail, mode === 'hang' ? hasty : adapters)
    await simulator.control('outage', { rail, ms: 60_000, mode })
    try {
      const call = asking('charge', instruments.ok)
      expect(await adapter.submit(call)).toMatchObject({ kind })
      expect(await adapter.inquire(call)).toMatchObject({ kind: 'unknown' })
      expect(await adapter.probe()).toBe(false)
    } finally {
      await simulator.control('outage', { rail, ms: 0 })
    }
    expect(await adapterOf(rail).probe()).toBe(true)
  })

  const suite: Suite = {
    simulator: () => simulator,
    adapter: () => adapterOf(rail),
    hasty: () => adapterOf(rail, hasty),
    asking: (instrument, also) => asking('charge', instrument, also),
  }
  const { reversals, mandates } = instruments
  if (reversals !== undefined) testReversals(rail, reversals, suite)
  if (mandates !== undefined) testMandates(mandates, suite)

  it('handles two hundred calls at once', async () => {
    const adapter = adapterOf(rail)
    const outcomes = await Promise.all(
      Array.from({ length: 200 }, () => adapter.submit(asking('charge', instruments.ok))),
    )
    expect(new Set(outcomes.map(({ kind }) => kind))).toEqual(new Set([atOnce]))
  })
})

describe.each(rails)('an adapter of %s', (name, { ok }) => {
  it('knows that an unreachable server received nothing, and that an inquiry was not answered', async () => {
    const adapter = configured(name, { url: 'http://127.0.0.1:1', timeoutMs })
    const call = asking('charge', ok)
    expect(await adapter.submit(call)).toMatchObject({ kind: 'unavailable' })
    expect(await adapter.inquire(call)).toMatchObject({ kind: 'unknown' })
    expect(await adapter.probe()).toBe(false)
    const unreached = await unreachedCalls(adapter, call)
    expect(unreached.filter(({ kind }) => kind !== 'unavailable')).toEqual([])
    await adapter.close()
  })
})

it.each(['upi', 'bank', 'netbank'])('%s does not authorize, and another rail may', async (rail) => {
  for (const operation of ['authorize', 'capture', 'void'] as const) {
    expect(await adapterOf(rail).submit(asking(operation, 'any'))).toMatchObject({
      kind: 'failed',
      decline: { code: 'operation_not_supported', remedy: 'rail' },
    })
  }
})

describe('upi', () => {
  it.each([
    ['intent@upi', { kind: 'deep_link', url: expect.stringMatching(/^upi:\/\/pay\?.*&am=25\.00&cu=INR$/) }],
    ['qr@upi', { kind: 'qr', text: expect.stringMatching(/^upi:\/\/pay\?/) }],
  ])('asks the payer of %s by an action that expires', async (instrument, action) => {
    const upi = adapterOf('upi')
    const call = asking('charge', instrument)
    const expiresAt = expect.any(Number)
    expect(await upi.submit(call)).toMatchObject({ kind: 'pending', action: { ...action, expiresAt } })
    expect(await endOf(upi, call)).toMatchObject({ kind: 'succeeded', amount: 2_500n })
  })
})

describe('card', () => {
  it('authorizes, increments, captures parts and voids the rest', async () => {
    const card = adapterOf('card')
    const originalReference = await done(card, asking('authorize', 'card_ok'))
    await done(card, asking('authorize', 'card_ok', { originalReference, amount: 500n }))
    const captured = await done(card, asking('capture', 'card_ok', { originalReference, amount: 1_000n }))
    expect(captured).toMatch(/^capt_/)
    await done(card, asking('capture', 'card_ok', { originalReference, amount: 500n }))
    const voided = await card.submit(asking('void', 'card_ok', { originalReference, amount: 1_500n }))
    expect(voided).toMatchObject({ kind: 'succeeded', amount: 1_500n })
    const again = await card.submit(asking('void', 'card_ok', { originalReference, amount: 1_500n }))
    expect(again).toMatchObject({ kind: 'failed', decline: { code: 'duplicate', remedy: 'never' } })
    await done(card, asking('refund', 'card_ok', { originalReference: captured, amount: 400n }))
    await done(card, asking('refund', 'card_ok', { originalReference, amount: 1_100n }))
  })

  it('inquires captures, voids and refunds under their own ids', async () => {
    const card = adapterOf('card')
    const originalReference = await done(card, asking('authorize', 'card_capture_timeout_happened'))
    const capture = asking('capture', 'card_capture_timeout_happened', { originalReference, amount: 700n })
    expect(await adapterOf('card', hasty).submit(capture)).toMatchObject({ kind: 'unknown' })
    expect(await card.inquire(capture)).toMatchObject({ kind: 'succeeded', amount: 700n })
  })
})
