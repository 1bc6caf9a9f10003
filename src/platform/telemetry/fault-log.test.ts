import { afterEach, expect, test, vi } from 'vitest'
import { Fault } from '../faults/index.ts'
import { createFaultLog } from './fault-log.ts'

afterEach(() => vi.useRealTimers())

test('a fault that lasts is logged when it begins, once a minute without its stack, and when it is over', () => {
  vi.useFakeTimers()
  const lines: unknown[] = []
  const log = createFaultLog({ warn: (line: object) => lines.push(line) } as never, ({ code }) => code === 'away')
  const away = new Fault({ code: 'away', message: 'No broker answers.', retryable: true })
  for (let second = 0; second < 125; second += 1) {
    log(away)
    vi.advanceTimersByTime(1_000)
  }
  const fault = { code: 'away', message: 'No broker answers.' }
  expect(lines).toEqual([{ fault }, { fault: { ...fault, more: 59 } }, { fault: { ...fault, more: 59 } }])
  // Some report once a minute.
  for (let minute = 0; minute < 3; minute += 1) {
    vi.advanceTimersByTime(66_000)
    log(away)
  }
  expect(lines.slice(3)).toEqual(
    Array.from({ length: 3 }, (_, minute) => ({ fault: minute > 0 ? fault : { ...fault, more: 4 } })),
  )
  lines.splice(3, 3)
  vi.advanceTimersByTime(90_000)
  expect(lines.slice(3)).toEqual([{ code: 'away' }])
  log(away)
  const other = new Error('other')
  log(other)
  expect(lines.slice(4)).toEqual([{ fault }, { err: other }])
})
