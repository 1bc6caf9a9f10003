import { expect, it } from 'vitest'
import { reversalOf, type Suite } from './rail-conformance.ts'
import type { rails } from './rail-instruments.ts'

type Instruments = NonNullable<(typeof rails)[number][1]['reversals']>

/** The rail's own count of successes shows what was undone. */
export function testReversals(
  rail: string,
  instruments: Instruments,
  { simulator, adapter, hasty, asking }: Suite,
): void {
  const reverse = (reversal: ReturnType<typeof reversalOf>) => {
    const made = adapter().reverse?.(reversal)
    if (made === undefined) throw new Error('it takes no reversals')
    return made
  }
  const charged = async () => (await simulator().counts(rail))['charge succeeded'] ?? 0

  it('undoes a call whose outcome is unknown, once, and acknowledges that as often as it is asked', async () => {
    const call = asking(instruments.happened)
    const before = await charged()
    expect(await hasty().submit(call)).toMatchObject({ kind: 'unknown' })
    expect(await charged()).toBe(before + 1)
    const reversal = reversalOf(call)
    expect(await reverse(reversal)).toEqual({ kind: 'reversed' })
    expect(await reverse({ ...reversal, isRepeated: true })).toEqual({ kind: 'reversed' })
    expect(await charged()).toBe(before)
    expect(await adapter().inquire(call)).toMatchObject({ kind: 'failed', decline: { code: 'reversed' } })
  })

  it('says that there was nothing to reverse, and does not do it any more', async () => {
    const call = asking(instruments.notHappened)
    const before = await charged()
    expect(await hasty().submit(call)).toMatchObject({ kind: 'unknown' })
    expect(await reverse(reversalOf(call))).toEqual({ kind: 'nothing_to_reverse' })
    expect(await adapter().submit(call)).toMatchObject({ kind: 'failed', decline: { code: 'reversed' } })
    expect(await charged()).toBe(before)
  })

  it('says that it is too late, and how much the original moved', async () => {
    const call = asking(instruments.tooLate)
    expect(await hasty().submit(call)).toMatchObject({ kind: 'unknown' })
    const stands = { kind: 'too_late', amount: 2_500n, railReference: expect.any(String) }
    expect(await reverse(reversalOf(call))).toEqual(stands)
    expect(await adapter().inquire(call)).toMatchObject({ kind: 'succeeded', amount: 2_500n })
  })
}
