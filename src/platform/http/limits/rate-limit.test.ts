import { describe, expect, it } from 'vitest'
import { createRateLimit } from './rate-limit.ts'

describe('createRateLimit', () => {
  it('allows a burst, then one call for each that has come due', () => {
    let nowMs = 0
    const limit = createRateLimit({ requests: 10, windowSeconds: 1, burst: 3 }, () => nowMs)
    const take = () => limit.take('key').allowed
    expect([take(), take(), take(), take()]).toEqual([true, true, true, false])
    nowMs += 100
    expect([take(), take()]).toEqual([true, false])
    nowMs += 60_000
    expect([take(), take(), take(), take()]).toEqual([true, true, true, false])
  })

  it('counts each key separately', () => {
    const limit = createRateLimit({ requests: 1, windowSeconds: 1, burst: 1 }, () => 0)
    expect([limit.take('a').allowed, limit.take('b').allowed, limit.take('a').allowed]).toEqual([true, true, false])
  })

  it('reports the rate, the remaining calls, and when to retry', () => {
    const limit = createRateLimit({ requests: 1, windowSeconds: 10, burst: 2 }, () => 0)
    expect(limit.take('a').headers).toEqual({
      'ratelimit-policy': '"default";q=1;w=10',
      ratelimit: '"default";r=1;t=0',
    })
    limit.take('a')
    expect(limit.take('a').headers).toEqual({
      'ratelimit-policy': '"default";q=1;w=10',
      ratelimit: '"default";r=0;t=10',
      'retry-after': '10',
    })
  })
})
