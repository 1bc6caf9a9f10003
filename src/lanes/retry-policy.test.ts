import { describe, expect, test } from 'vitest'
import { Fault } from '#platform/faults'
import { attemptsMax, describeFailure, judgeFailure } from './retry-policy.ts'

const away = new Fault({ code: 'away', message: 'not there', retryable: true })
const broken = new Fault({ code: 'broken', message: 'never', retryable: false })

describe('what becomes of a failure', () => {
  test.each([
    ['a retryable fault is tried again', away, 1, { kind: 'retry', delayMs: 100 }],
    ['later each time', away, 4, { kind: 'retry', delayMs: 800 }],
    ['until it was tried too often', away, attemptsMax, { kind: 'dead', cause: 'exhausted' }],
    ['a fault that no retry helps is dead', broken, 1, { kind: 'dead', cause: 'permanent' }],
    ['so is a defect', new TypeError('x is undefined'), 1, { kind: 'dead', cause: 'permanent' }],
    ['so is anything thrown', 'text', 1, { kind: 'dead', cause: 'permanent' }],
  ])('%s', (_title, error, attempts, verdict) => {
    expect(judgeFailure(error, attempts, 0.5)).toEqual(verdict)
  })

  test('the delay is drawn from the whole interval, which is bounded', () => {
    expect(judgeFailure(away, 3, 0)).toEqual({ kind: 'retry', delayMs: 0 })
    const last = judgeFailure(away, attemptsMax - 1, 0.999999)
    expect(last.kind === 'retry' && last.delayMs).toBeLessThanOrEqual(300_000)
  })

  test.each([
    [away, { code: 'away', reason: 'not there' }],
    [new RangeError('too far'), { code: 'RangeError', reason: 'too far' }],
    [42, { code: 'unknown', reason: '42' }],
  ])('%s is told of by code and reason', (error, told) => {
    expect(describeFailure(error)).toEqual(told)
  })
})
