import { expect, it } from 'vitest'
import { newUuid } from '#platform/ids'
import { createOrderWaiters } from './order-waiters.ts'

it('queries all waiting orders at once, notifies the ended ones, and forgets abandoned waits', async () => {
  const [ending, going] = [newUuid(), newUuid()]
  let looks = 0
  const waiters = createOrderWaiters({
    query: async <Row extends object>() => {
      looks += 1
      return (looks < 3 ? [] : [{ id: ending }]) as unknown as Row[]
    },
  })
  const patient = { ms: 60_000, signal: { aborted: false } }
  await Promise.all(Array.from({ length: 200 }, () => waiters.wait(ending, patient)))
  expect(looks).toBe(3)

  const left = { ms: 60_000, signal: { aborted: false } }
  const leaving = Array.from({ length: 200 }, () => waiters.wait(going, left))
  left.signal.aborted = true
  await Promise.all(leaving)
  await waiters.wait(going, { ms: 1, signal: { aborted: false } })
  expect(looks).toBeLessThanOrEqual(6)
})

it('goes on when the database does not answer a query', async () => {
  const order = newUuid()
  let looks = 0
  const waiters = createOrderWaiters({
    query: async <Row extends object>() => {
      looks += 1
      if (looks === 1) throw new Error('away')
      return [{ id: order }] as unknown as Row[]
    },
  })
  await waiters.wait(order, { ms: 60_000, signal: { aborted: false } })
  expect(looks).toBe(2)
})
