import { expect, test } from 'vitest'
import { DatabaseFault } from './database-fault.ts'

test.each([
  // A broken connection, as the operating system reports it: the outcome of the statement is unknown.
  ['EPIPE', undefined, true],
  ['ECONNRESET', undefined, true],
  ['ETIMEDOUT', undefined, true],
  [undefined, undefined, true],
  // Errors that the server itself reports.
  ['40001', '40001', true],
  ['57P01', '57P01', true],
  ['08006', '08006', true],
  ['23505', '23505', false],
  ['XX000', 'XX000', false],
])('a fault of code %s has the state %s, and is worth a retry: %s', (code, state, retryable) => {
  const fault = new DatabaseFault(Object.assign(new Error('broken'), code === undefined ? {} : { code }))
  expect({ state: fault.state, retryable: fault.retryable }).toEqual({ state, retryable })
})
