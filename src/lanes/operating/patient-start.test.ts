import { expect, test } from 'vitest'
import { Fault } from '#platform/faults'
import { createPatientStart, type PatientStartOptions } from './patient-start.ts'

const away = new Fault({ code: 'away', message: 'No broker answers.', retryable: true })
const unfit = new Fault({ code: 'unfit', message: 'The topic is unfit.', retryable: false })

function patientStart(options: Partial<PatientStartOptions> = {}) {
  const faults: unknown[] = []
  const refused = Promise.withResolvers<unknown>()
  const created = createPatientStart({
    ...{ mayWait: true, onFault: (error) => faults.push(error), onRefused: refused.resolve, waitMs: 5, restMs: 1 },
    ...options,
  })
  return { ...created, faults, refused: refused.promise }
}

test('a start that may not wait throws whatever keeps it from beginning', async () => {
  const { start } = patientStart({ mayWait: false })
  await expect(start(() => Promise.reject(away))).rejects.toBe(away)
})

test('a start does not wait for servers that never answer', async () => {
  const { start, fault, stop } = patientStart()
  const answered = Promise.withResolvers<void>()
  await start(() => answered.promise)
  expect(fault()).toBeUndefined()
  answered.resolve()
  await stop()
})

test('the fault of the last try is known until the work has begun', async () => {
  const { start, fault, faults, stop } = patientStart()
  const back = Promise.withResolvers<void>()
  const begun = Promise.withResolvers<void>()
  let tries = 0
  await start(async () => {
    tries += 1
    if (tries === 1) throw away
    await back.promise
    begun.resolve()
  })
  expect(fault()).toBe(away)
  back.resolve()
  await begun.promise
  await stop()
  expect(fault()).toBeUndefined()
  expect(faults).toEqual([away])
})

test('what no time mends is thrown by the start, or given on when it is known later', async () => {
  const first = patientStart({ waitMs: 10_000 })
  await expect(first.start(() => Promise.reject(unfit))).rejects.toBe(unfit)
  const later = patientStart()
  const back = Promise.withResolvers<void>()
  let tries = 0
  await later.start(async () => {
    tries += 1
    if (tries === 1) throw away
    await back.promise
    throw unfit
  })
  back.resolve()
  expect(await later.refused).toBe(unfit)
  expect(tries).toBe(2)
})
