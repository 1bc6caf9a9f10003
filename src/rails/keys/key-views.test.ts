import { expect, it } from 'vitest'
import { healthPolicy, healthyRow } from '../health-rules.ts'
import type { Verdict } from '../rail-view.ts'
import { KeyViews, keysMax } from './key-views.ts'

const now = 1_000_000_000
const book = 1
const { refusedMax, callsMin } = healthPolicy
const newViews = () => new KeyViews('upi', { policy: healthPolicy, now: () => now })
const down = { ...healthyRow(now), state: 'down' as const, retryAt: now + 60_000_000, openings: 1 }

/** Submits for a key, and returns whether the calls count for the key alone. */
function submit(views: KeyViews, key: string, ...verdicts: readonly Verdict[]): boolean[] {
  return verdicts.map((verdict) => {
    const admission = views.admit({ key, book })
    if (!admission.ok) throw new Error(admission.why)
    return admission.record(verdict).isOwn
  })
}

it('knows a key from its first failure on', () => {
  const views = newViews()
  submit(views, 'HDFC', 'answered', 'answered')
  expect(views.withNews()).toEqual([])
  submit(views, 'HDFC', 'lost', 'answered')
  expect(views.withNews().map(({ key }) => key)).toEqual(['HDFC'])
  expect(views.entry('HDFC')?.view.take().counts).toMatchObject({ calls: 2, failures: 1 })
})

it('stops submissions for a key that refuses several in a row, and for no other', () => {
  const views = newViews()
  submit(views, 'HDFC', ...Array.from({ length: refusedMax }, () => 'refused' as const))
  expect(views.admit({ key: 'HDFC', book })).toMatchObject({ ok: false, why: 'HDFC behind the rail does not answer' })
  expect(views.admit({ key: 'SBIN', book }).ok).toBe(true)
})

it('counts calls that were admitted before the key had failed', () => {
  const views = newViews()
  const admitted = Array.from({ length: callsMin }, () => views.admit({ key: 'HDFC', book }))
  for (const admission of admitted) if (admission.ok) admission.record('lost')
  expect(views.entry('HDFC')?.view.take().counts).toMatchObject({ calls: callsMin, failures: callsMin })
})

it('holds the failures of one key against that key, and those of a second one against the rail', () => {
  const views = newViews()
  expect(submit(views, 'HDFC', 'lost', 'lost', 'answered')).toEqual([true, true, true])
  expect(submit(views, 'SBIN', 'answered', 'lost', 'lost')).toEqual([false, false, false])
  expect(submit(views, 'HDFC', 'lost')).toEqual([true])
})

it('shows what other processes have learned, and forgets what is not stored any more', () => {
  const views = newViews()
  views.learn([{ rail: 'upi', key: 'HDFC', row: down, now }])
  expect(views.health()).toEqual([{ key: 'HDFC', state: 'down', since: now, retryAt: down.retryAt }])
  expect(views.admit({ key: 'HDFC', book })).toMatchObject({ ok: false, retryAt: down.retryAt })
  submit(views, 'SBIN', 'lost')
  views.learn([])
  expect(views.admit({ key: 'HDFC', book }).ok).toBe(true)
  expect(views.entry('SBIN')).toBeDefined()
})

it('gives a permit back that was not used', () => {
  const views = newViews()
  views.learn([{ rail: 'upi', key: 'HDFC', row: { ...down, state: 'probing' }, now }])
  const row = { ...down, state: 'probing' as const }
  views.entry('HDFC')?.view.learn({ row, now }, new Map([[book, 1]]))
  const first = views.admit({ key: 'HDFC', book })
  expect([first.ok, views.admit({ key: 'HDFC', book }).ok]).toEqual([true, false])
  if (first.ok) first.giveBack()
  expect(views.admit({ key: 'HDFC', book }).ok).toBe(true)
})

it('has a bounded number of keys', () => {
  const views = newViews()
  for (let bank = 0; bank < keysMax + 50; bank += 1) submit(views, `B${bank}`, 'lost')
  expect(views.withNews()).toHaveLength(keysMax)
})
