import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { startTestLanes, testKind, testMessages, until } from '#testing'
import { scaleSteps } from './scaling.ts'

test('a lane with more than its process can do takes larger batches', async () => {
  let largest = 0
  const { lanes, enqueue } = await startTestLanes(
    [
      {
        kind: testKind,
        handle: async (_tx, messages) => {
          largest = Math.max(largest, messages.length)
          await sleep(250)
        },
      },
    ],
    { capacity: { sessions: 1 } },
  )
  await enqueue(testMessages(30_000, { lane: 'rollback' }))
  await until(() => lanes.metrics.scaling()?.because === 'lane_up', 20_000)
  await until(() => largest > scaleSteps[0].batch)
  const [rollback] = lanes.metrics.scaling()?.lanes ?? []
  expect(rollback).toMatchObject({ lane: 'rollback', batch: scaleSteps[1]?.batch, backlog: expect.any(Number) })
  expect(rollback?.load).toBeGreaterThan(1)
})
