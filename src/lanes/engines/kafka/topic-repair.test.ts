import { expect, test } from 'vitest'
import { Fault } from '#platform/faults'
import { createTopicRepair } from './topic-repair.ts'

const missing = new Fault({ code: 'kafka_topic_missing', message: 'The topic is missing.', retryable: true })
const away = new Fault({ code: 'kafka_unreachable', message: 'No broker answers.', retryable: true })
const settled = () => new Promise((resolve) => setImmediate(resolve))

test('topics are made again when one is missing, one try at a time, and after growing rests while that fails', async () => {
  let nowMs = 0
  let tries = 0
  let isRefused = true
  const faults: unknown[] = []
  const make = async () => {
    tries += 1
    if (isRefused) throw away
  }
  const repair = createTopicRepair({ make, onFault: (error) => faults.push(error), nowMs: () => nowMs })
  const meet = async (fault: Fault) => {
    for (let times = 0; times < 3; times += 1) repair(fault)
    await settled()
    return tries
  }
  expect(await meet(away)).toBe(0)
  expect(await meet(missing)).toBe(1)
  expect(await meet(missing)).toBe(1)
  nowMs += 2_000
  expect(await meet(missing)).toBe(2)
  nowMs += 2_000
  expect(await meet(missing)).toBe(2)
  isRefused = false
  nowMs += 2_000
  expect(await meet(missing)).toBe(3)
  expect(faults).toEqual([away, away])
  nowMs += 1_000
  expect(await meet(missing)).toBe(4)
})
