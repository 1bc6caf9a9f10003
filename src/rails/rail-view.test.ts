import { expect, it } from 'vitest'
import { type HealthRow, healthyRow } from './health-rules.ts'
import { type Admission, RailView, type Verdict } from './rail-view.ts'

const up = healthyRow(1)
const down: HealthRow = { ...up, state: 'down', since: 2, retryAt: 60_000_000, openings: 1 }
const probing: HealthRow = { ...down, state: 'probing' }
const refusedMax = 3
const book = 1

function viewOf(row: HealthRow, permits = 0): RailView {
  const view = new RailView('card', refusedMax)
  view.learn({ row, now: 1_000_000 }, new Map([[book, permits]]))
  return view
}

function ticketOf(admission: Admission): number {
  if (!admission.ok) throw new Error(admission.why)
  return admission.ticket
}

/** Submits with these verdicts, one after the other; returns whether the last one is reported at once. */
function submit(view: RailView, ...verdicts: readonly Verdict[]): boolean {
  let hurried = false
  for (const verdict of verdicts) hurried = view.record({ ticket: ticketOf(view.admit(book)), book }, verdict)
  return hurried
}

it('counts the calls that it let through, and reports them once', () => {
  const view = viewOf(up)
  submit(view, 'answered', 'lost', 'refused', 'refused')
  expect(view.take().counts).toEqual({
    ...{ calls: 4, failures: 3, refusedLast: 2, answered: true },
    books: new Map([[book, { calls: 4, failures: 3, refused: 2, answered: true }]]),
  })
  expect(view.take().counts.calls).toBe(0)
})

it('counts unreported calls together with later ones', () => {
  const view = viewOf(up)
  submit(view, 'answered', 'refused')
  const { giveBack } = view.take()
  submit(view, 'refused')
  giveBack()
  expect(view.take().counts).toEqual({
    ...{ calls: 3, failures: 2, refusedLast: 2, answered: true },
    books: new Map([[book, { calls: 3, failures: 2, refused: 2, answered: true }]]),
  })
})

it('stops, and reports at once, after a number of refusals in a row, reported before or not', () => {
  const view = viewOf(up)
  expect(submit(view, 'refused', 'refused')).toBe(false)
  view.take()
  view.learn({ row: { ...up, refused: 2 }, now: 1_000_000 })
  expect(submit(view, 'refused')).toBe(true)
  expect(view.admit(book)).toMatchObject({ ok: false, why: 'the rail cannot be reached' })
})

it('goes on when the others know of the refusals and the rail is up all the same', () => {
  const view = viewOf(up)
  submit(view, 'refused', 'refused', 'refused')
  view.learn({ row: up, now: 1_000_000 })
  expect(view.admit(book).ok).toBe(false)
  view.take()
  view.learn({ row: up, now: 1_000_000 })
  expect(view.admit(book).ok).toBe(true)
})

it('does not stop while answers come between refusals', () => {
  const view = viewOf(up)
  expect(submit(view, 'refused', 'refused', 'answered', 'refused', 'refused')).toBe(false)
  expect(view.admit(book).ok).toBe(true)
})

it('ignores calls of an earlier state in the counts of the next', () => {
  const view = viewOf(up)
  const early = ticketOf(view.admit(book))
  view.learn({ row: down, now: 1_000_000 })
  view.learn({ row: probing, now: 1_000_000 }, new Map([[book, 1]]))
  view.record({ ticket: early, book }, 'lost')
  expect(view.take().counts.calls).toBe(0)
  submit(view, 'answered')
  expect(view.take().counts.calls).toBe(1)
})

it('lets nothing through while the rail is down, and says when to retry', () => {
  expect(viewOf(down).admit(book)).toMatchObject({ ok: false, retryAt: 60_000_000 })
})

it('lets as many calls through as it has permits for while probing, and requests more', () => {
  const view = viewOf(probing, 2)
  expect([view.admit(book).ok, view.admit(book).ok, view.admit(book).ok]).toEqual([true, true, false])
  expect(view.hasNews()).toBe(true)
  expect(view.take().demand).toEqual(new Map([[book, 1]]))
})

it('lets nothing through while it is paused, whatever its health', () => {
  for (const row of [up, probing]) expect(viewOf({ ...row, paused: true }, 1).admit(book).ok).toBe(false)
  expect(viewOf({ ...up, paused: true }).health()).toEqual({ rail: 'card', state: 'down', since: 1 })
})

it('gives the permits of a book to no other, and remembers who asked while the rail was down', () => {
  const view = viewOf(down)
  view.admit(2)
  view.learn({ row: probing, now: 1_000_000 }, new Map([[book, 2]]))
  expect([view.admit(2).ok, view.admit(book).ok]).toEqual([false, true])
  view.admit(3)
  expect(view.take().demand).toEqual(
    new Map([
      [2, 1],
      [3, 1],
    ]),
  )
})

it('stops the calls of a book that is refused, and no others', () => {
  const view = viewOf(up)
  expect(submit(view, 'refused', 'refused', 'refused')).toBe(true)
  expect([view.admit(book).ok, view.admit(2).ok]).toEqual([false, true])
})
