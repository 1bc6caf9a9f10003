import { expect, it } from 'vitest'
import { newUuid } from '#platform/ids'
import type { MandateCall, MandateOutcome, MandateTerms, RailAdapter, RailMandates } from '#rails'
import type { Suite } from './rail-conformance.ts'
import type { rails } from './rail-instruments.ts'

type Instruments = NonNullable<(typeof rails)[number][1]['mandates']>

const terms: MandateTerms = { amountRule: 'max', amount: 5_000n, asset: 'INR', frequency: 'monthly', debitsMax: 12 }

function mandatesOf(adapter: RailAdapter): Required<RailMandates> {
  const { createMandate, inquireMandate, amendMandate, cancelMandate, notifyDebit } = adapter
  if (!(createMandate && inquireMandate && amendMandate && cancelMandate && notifyDebit)) {
    throw new Error('it keeps no mandates')
  }
  return { createMandate, inquireMandate, amendMandate, cancelMandate, notifyDebit }
}

export function testMandates({ ok, asked, declined, lost }: Instruments, suite: Suite): void {
  const { simulator, adapter, hasty, asking } = suite
  const creation = (instrument: string, also: Partial<MandateTerms> = {}): MandateCall => {
    const id = newUuid()
    return { id, mandate: id, instrument, terms: { ...terms, ...also } }
  }
  /** The mandate once the payer, or the rail, has answered. */
  const end = async (call: MandateCall) => {
    for (;;) {
      const outcome = await mandatesOf(adapter()).inquireMandate(call)
      if (outcome.kind !== 'pending') return outcome
    }
  }
  const referenceOf = (outcome: MandateOutcome) => (outcome.kind === 'reported' ? outcome.mandate.reference : '')
  const approved = async (call: MandateCall): Promise<MandateCall> => {
    await mandatesOf(adapter()).createMandate(call)
    const outcome = await end(call)
    expect(outcome).toMatchObject({ kind: 'reported', mandate: { state: 'active' } })
    return { ...call, reference: referenceOf(outcome) }
  }
  const next = (call: MandateCall) => ({ ...call, id: newUuid() })

  it('creates a mandate once under its id, and says what the payer has to do', async () => {
    const mandates = mandatesOf(adapter())
    const call = creation(asked)
    expect(await mandates.inquireMandate(call)).toEqual({ kind: 'not_found' })
    const first = await mandates.createMandate(call)
    const action = { kind: 'deep_link', url: expect.stringMatching(/^upi:\/\/mandate/), expiresAt: expect.any(Number) }
    expect(first).toMatchObject({ kind: 'pending', reference: expect.any(String), action })
    const created = await end(call)
    expect(created).toMatchObject({ kind: 'reported', mandate: { state: 'active', terms } })
    expect(await mandates.createMandate(call)).toEqual(created)
    expect(await mandates.createMandate({ ...call, terms: { ...terms, amount: 1n } })).toMatchObject({
      kind: 'failed',
      decline: { code: 'duplicate' },
    })
  })

  it('finds out that a mandate was created when the answer is lost, and that a payer declines one', async () => {
    const call = creation(lost)
    expect(await mandatesOf(hasty()).createMandate(call)).toMatchObject({ kind: 'unknown' })
    expect(await end(call)).toMatchObject({ kind: 'reported', mandate: { state: 'active' } })
    const refused = creation(declined)
    await mandatesOf(adapter()).createMandate(refused)
    expect(await end(refused)).toMatchObject({ kind: 'reported', mandate: { state: 'declined' } })
  })

  it('amends, pauses, resumes and cancels a mandate', async () => {
    const mandates = mandatesOf(adapter())
    const call = await approved(creation(ok))
    const larger = { ...terms, amount: 9_000n }
    expect(await mandates.amendMandate(next(call), { kind: 'terms', terms: larger })).toMatchObject({ kind: 'pending' })
    expect(await end(call)).toMatchObject({ kind: 'reported', mandate: { terms: larger } })
    const paused = { kind: 'reported', mandate: { state: 'paused', pausedUntilOn: '2027-01-31' } }
    expect(await mandates.amendMandate(next(call), { kind: 'pause', untilOn: '2027-01-31' })).toMatchObject(paused)
    expect(await adapter().submit(debit(call))).toMatchObject({ kind: 'failed', decline: { code: 'mandate_inactive' } })
    const resumed = await mandates.amendMandate(next(call), { kind: 'resume' })
    expect(resumed).toMatchObject({ kind: 'reported', mandate: { state: 'active' } })
    const end1 = next(call)
    const revoked = { kind: 'reported', mandate: { state: 'revoked' } }
    expect(await mandates.cancelMandate(end1)).toMatchObject(revoked)
    expect(await mandates.cancelMandate(end1)).toMatchObject(revoked)
    expect(await mandates.amendMandate(next(call), { kind: 'resume' })).toMatchObject({ kind: 'failed' })
  })

  const debit = ({ reference = '', instrument }: MandateCall, also: Partial<Parameters<typeof asking>[1]> = {}) =>
    asking(instrument, { mandate: { reference, sequence: 'first' }, ...also })
  const ended = async (call: ReturnType<typeof asking>) => {
    const answer = await adapter().submit(call)
    if (answer.kind !== 'pending') return answer
    for (;;) {
      const outcome = await adapter().inquire(call)
      if (outcome.kind !== 'pending') return outcome
    }
  }

  it('debits by a mandate without the payer, as its terms and the notice to the payer allow', async () => {
    const call = await approved(creation(ok))
    expect(await ended(debit(call))).toMatchObject({ kind: 'succeeded', amount: 2_500n })
    const beyond = await ended(debit(call, { amount: 6_000n }))
    expect(beyond).toMatchObject({ kind: 'failed', decline: { code: 'mandate_exceeded', remedy: 'never' } })
    const { preNotification } = adapter().capabilities.mandates ?? {}
    expect(preNotification).toMatchObject({ by: 'rail', atLeastMs: 86_400_000 })
    const by = (notice?: string) =>
      debit(call, {
        mandate: {
          reference: call.reference ?? '',
          sequence: 'recurring',
          ...(notice !== undefined && { notice: { at: 0, reference: notice } }),
        },
      })
    expect(await ended(by())).toMatchObject({
      kind: 'failed',
      decline: { code: 'payer_not_notified', remedy: 'later' },
    })
    const notice = { amount: 2_500n, asset: 'INR', debitAt: 1_800_000_000_000_000, number: 2 }
    const notified = next(call)
    const sent = await mandatesOf(adapter()).notifyDebit(notified, notice)
    expect(sent).toMatchObject({ kind: 'accepted', reference: expect.any(String) })
    expect(await mandatesOf(adapter()).notifyDebit(notified, notice)).toEqual(sent)
    const reference = sent.kind === 'accepted' ? sent.reference : ''
    expect(await ended(by(reference))).toMatchObject({ kind: 'failed', decline: { code: 'payer_not_notified' } })
    await simulator().control('timings', { notice_ms: 0 })
    try {
      expect(await ended(by(reference))).toMatchObject({ kind: 'succeeded' })
    } finally {
      await simulator().control('timings', { notice_ms: 86_400_000 })
    }
  })
}
