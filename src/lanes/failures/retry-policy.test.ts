import { describe, expect, test } from 'vitest'
import { Fault } from '#platform/faults'
import { DatabaseFault } from '#platform/postgres'
import { attemptsMax, databaseAttemptsMax, describeFailure, judgeFailure } from './retry-policy.ts'

const away = new Fault({ code: 'away', message: 'not there', retryable: true })
const broken = new Fault({ code: 'broken', message: 'never', retryable: false })

const ofState = (code: string) => new DatabaseFault(Object.assign(new Error('no'), { code }))
const changed = new Fault({ code: 'changed', message: 'by another', retryable: true, cause: ofState('22012') })
const again = { kind: 'retry', delayMs: 100 }

describe('the verdict on an error of the database', () => {
  test.each([
    ['a CHECK that refuses', ofState('23514'), again],
    ['a key that is taken', ofState('23505'), again],
    ['a row that it refers to and that is not there', ofState('23503'), again],
    ['a guard that found a row changed', ofState('22012'), again],
    ['a column that is not there yet', ofState('42703'), again],
    ['a full disk', ofState('53100'), again],
    ['a server that does not write', ofState('25006'), again],
    ['a state that nobody has heard of', ofState('9Z999'), again],
    ['a value that cannot be read', ofState('22P02'), { kind: 'dead', cause: 'permanent' }],
    ['a number that is too large', ofState('22003'), { kind: 'dead', cause: 'permanent' }],
    ['a handler that goes on after an error', ofState('25P02'), { kind: 'dead', cause: 'permanent' }],
  ])('%s', (_title, error, verdict) => {
    expect(judgeFailure(error, { attempts: 1, random: 0.5 })).toEqual(verdict)
  })

  test('is to retry for hours, even if another fault wraps the error', () => {
    for (const error of [ofState('23514'), changed]) {
      expect(judgeFailure(error, { attempts: databaseAttemptsMax - 1, random: 0.5 })).toEqual({
        kind: 'retry',
        delayMs: 150_000,
      })
      expect(judgeFailure(error, { attempts: databaseAttemptsMax, random: 0.5 })).toEqual({
        kind: 'dead',
        cause: 'exhausted',
      })
    }
    let waitedMs = 0
    for (let attempts = 1; attempts < databaseAttemptsMax; attempts += 1) {
      const verdict = judgeFailure(ofState('23514'), { attempts, random: 0.5 })
      waitedMs += verdict.kind === 'retry' ? verdict.delayMs : 0
    }
    expect(waitedMs / 3_600_000).toBeGreaterThan(3)
  })
})

describe('the verdict on a failure', () => {
  test.each([
    ['a retryable fault is tried again', away, 1, { kind: 'retry', delayMs: 100 }],
    ['later each time', away, 4, { kind: 'retry', delayMs: 800 }],
    ['until it was tried too often', away, attemptsMax, { kind: 'dead', cause: 'exhausted' }],
    ['a fault that no retry helps is dead', broken, 1, { kind: 'dead', cause: 'permanent' }],
    ['so is a defect', new TypeError('x is undefined'), 1, { kind: 'dead', cause: 'permanent' }],
    ['so is anything thrown', 'text', 1, { kind: 'dead', cause: 'permanent' }],
  ])('%s', (_title, error, attempts, verdict) => {
    expect(judgeFailure(error, { attempts, random: 0.5 })).toEqual(verdict)
  })

  test('the delay is drawn from the whole interval, which is bounded', () => {
    expect(judgeFailure(away, { attempts: 3, random: 0 })).toEqual({ kind: 'retry', delayMs: 0 })
    const last = judgeFailure(away, { attempts: attemptsMax - 1, random: 0.999999 })
    expect(last.kind === 'retry' && last.delayMs).toBeLessThanOrEqual(300_000)
  })

  test.each([
    [away, { code: 'away', reason: 'not there' }],
    [new RangeError('too far'), { code: 'RangeError', reason: 'too far' }],
    [42, { code: 'unknown', reason: '42' }],
  ])('%s is reported by code and reason', (error, reported) => {
    expect(describeFailure(error)).toEqual(reported)
  })
})
