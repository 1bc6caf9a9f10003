import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createPeriodic } from './periodic.ts'

beforeEach(() => {
  vi.useFakeTimers()
  vi.spyOn(Math, 'random').mockReturnValue(0.5)
})
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

const nobody = () => undefined
const after = (ms: number) => vi.advanceTimersByTimeAsync(ms)

it('rests between the end of a round and the next, for as long as the round requests', async () => {
  const begun: number[] = []
  const work = async () => {
    begun.push(Date.now())
    await new Promise((resolve) => setTimeout(resolve, 30))
    return begun.length === 2 ? 0 : undefined
  }
  const start = Date.now()
  const periodic = createPeriodic({ name: 'working', restMs: 100, work, onFault: nobody })
  periodic.start()
  periodic.start()
  await after(1_000)
  expect(begun.slice(0, 4).map((at) => at - start)).toEqual([100, 230, 261, 391])
  const stopped = periodic.stop()
  await after(1_000)
  await stopped
  expect(begun.length).toBe(periodic.status().rounds)
  periodic.start({ isAtOnce: true })
  await after(1)
  expect(periodic.status().rounds).toBe(begun.length)
  expect(begun.at(-1)).toBe(Date.now() - 1)
  await Promise.all([periodic.stop(), after(100)])
})

it('runs one round at a time, also on request, and ends after the one under way', async () => {
  let [running, most, ended] = [0, 0, 0]
  const work = async (isStopping: () => boolean) => {
    running += 1
    most = Math.max(most, running)
    for (let step = 0; step < 10 && !isStopping(); step += 1) await new Promise((resolve) => setTimeout(resolve, 10))
    running -= 1
    ended += 1
    return undefined
  }
  const periodic = createPeriodic({ name: 'working', restMs: 5, work, onFault: nobody })
  periodic.start({ isAtOnce: true })
  const asked = [periodic.round(), periodic.round()]
  await after(400)
  await Promise.all(asked)
  expect([most, ended > 3]).toEqual([1, true])
  const stopped = periodic.stop()
  await after(20)
  await stopped
  expect(running).toBe(0)
  const before = ended
  await after(1_000)
  expect(ended).toBe(before)
})

it('reports failures and goes on, ever more rarely while they last', async () => {
  const reported: [string, number][] = []
  const at: number[] = []
  const start = Date.now()
  let fails = true
  const periodic = createPeriodic({
    ...{ name: 'working', restMs: 10, restAfterFaultMs: 100, restMaxMs: 400 },
    work: async () => {
      at.push(Date.now() - start)
      // A library may throw a value that is not an Error.
      return fails ? Promise.reject(at.length === 1 ? new Error('no') : 'nothing') : undefined
    },
    onFault: (fault, inARow) => reported.push([fault.message, inARow]),
  })
  periodic.start()
  await after(1_200)
  expect(at).toEqual([10, 110, 310, 710, 1_110])
  expect(reported).toEqual([
    ['no', 1],
    ['working failed', 2],
    ['working failed', 3],
    ['working failed', 4],
    ['working failed', 5],
  ])
  expect(periodic.status()).toMatchObject({ rounds: 5, faults: 5, faultsInARow: 5 })
  fails = false
  await after(420)
  expect(at.slice(5)).toEqual([1_510, 1_520, 1_530, 1_540, 1_550, 1_560, 1_570, 1_580, 1_590, 1_600, 1_610, 1_620])
  expect(periodic.status()).toMatchObject({ faults: 5, faultsInARow: 0 })
  await periodic.stop()
})

it('varies its rests by a tenth', async () => {
  vi.mocked(Math.random).mockReturnValueOnce(0).mockReturnValueOnce(1)
  const at: number[] = []
  const start = Date.now()
  const work = async () => {
    at.push(Date.now() - start)
    return undefined
  }
  const periodic = createPeriodic({ name: 'working', restMs: 100, work, onFault: nobody })
  periodic.start()
  await after(320)
  expect(at).toEqual([90, 200, 300])
  await periodic.stop()
})
