import { describe, expect, it } from 'vitest'
import { isRetryable, parseRetryAfter, retryDelayMs } from './retry.ts'

const policy = { retries: 4, baseMs: 100, ceilingMs: 2_000 }

describe('the wait before a retry', () => {
  it.each([
    { retry: 1, random: 0.999, most: 99 },
    { retry: 2, random: 0.999, most: 199 },
    { retry: 5, random: 0.999, most: 1_598 },
    { retry: 9, random: 0.999, most: 1_998 },
    { retry: 1_000, random: 0.999, most: 1_998 },
    { retry: 3, random: 0, most: 0 },
  ])('grows by doubling up to a ceiling and is random below it: retry $retry', ({ retry, random, most }) => {
    expect(retryDelayMs(policy, { retry, retryAfterMs: undefined }, () => random)).toBe(most)
  })

  it('is at least as long as the server requests', () => {
    expect(retryDelayMs(policy, { retry: 1, retryAfterMs: 7_000 }, () => 0.5)).toBe(7_000)
    expect(retryDelayMs(policy, { retry: 5, retryAfterMs: 10 }, () => 0.5)).toBe(800)
  })
})

describe('an answer', () => {
  it.each([
    [408, 'request_timeout', true],
    [429, 'rate_limited', true],
    [500, 'internal', true],
    [503, 'unavailable', true],
    [409, 'idempotency_key_in_use', true],
    [409, 'reference_taken', false],
    [400, 'invalid_request', false],
    [401, 'unauthenticated', false],
    [422, 'insufficient_funds', false],
  ])('of status %i and code %s is worth a retry: %s', (status, code, retryable) => {
    expect(isRetryable(status, code)).toBe(retryable)
  })
})

describe('Retry-After', () => {
  const nowMs = Date.UTC(2026, 0, 1)
  it.each([
    ['3', 3_000],
    ['0', 0],
    ['Thu, 01 Jan 2026 00:00:05 GMT', 5_000],
    ['Wed, 31 Dec 2025 23:59:59 GMT', 0],
    ['soon', undefined],
    [null, undefined],
  ])('%s is read as %s ms', (header, ms) => {
    expect(parseRetryAfter(header, nowMs)).toBe(ms)
  })
})
