import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { startTestLanes, testKind, testMessages, until } from '#testing'
import { scaleSteps } from './scaling.ts'

test('a lane with more than its process can do takes larger batches', async () => {
  let [largest, handled] = [0, 0]
  const { lanes, enqueue } = await startTestLanes(
    [
      {
        kind: testKind,
        handle: async (_tx, messages) => {
          largest = Math.max(largest, messages.length)
          await sleep(250)
          handled += messages.length
        },
      },
    ],
    { capacity: { sessions: 1 } },
  )
  let sent = 0
  // While the database is slow, as on a busy machine, the step up waits.
  const hasGrown = async () => {
    if (sent - handled < 15_000) {
      await enqueue(testMessages(30_000, { lane: 'rollback' }))
      sent += 30_000
    }
    return largest > scaleSteps[0].batch
  }
  await until(hasGrown, 60_000)
  const rollback = lanes.metrics.scaling()?.lanes.find(({ lane }) => lane === 'rollback')
  expect(rollback?.batch).toBeGreaterThan(scaleSteps[0].batch)
  expect(rollback?.backlog).toBeGreaterThan(0)
})
