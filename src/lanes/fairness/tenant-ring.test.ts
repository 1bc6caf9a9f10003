import { describe, expect, test } from 'vitest'
import { type Claim, TenantRing } from './tenant-ring.ts'

const unlimited = () => 1_000_000

/** Claims as if each tenant had the given number of messages, and subtracts what it took. */
function claim(
  ring: TenantRing,
  waiting: Map<number, number>,
  options: { limit: number; nowMs?: number; ceiling?: (tenant: number) => number },
) {
  const { limit, ceiling = unlimited, nowMs = 0 } = options
  const claimed = ring.plan({ limit, ceilingOf: ceiling, nowMs })
  const found = new Map<number, { count: number; lastId: bigint }>()
  let left = limit
  for (const { tenant, quota } of claimed.tenants) {
    const count = Math.min(quota, left, waiting.get(tenant) ?? 0)
    left -= count
    waiting.set(tenant, (waiting.get(tenant) ?? 0) - count)
    if (count > 0) found.set(tenant, { count, lastId: 1n })
  }
  ring.claimed(claimed, found)
  return new Map([...found].map(([tenant, { count }]) => [tenant, count]))
}

const tenants = (claim: Claim) => claim.tenants.map(({ tenant }) => tenant)

describe('the ring of tenants', () => {
  test('a tenant at its ceiling is served again when the ceiling was raised', () => {
    const ring = new TenantRing({ floors: true })
    ring.found({ tenant: 1 })
    const waiting = new Map([[1, 100]])
    const claimUpTo = (ceiling: number) => claim(ring, waiting, { limit: 10, ceiling: () => ceiling }).get(1)
    expect([claimUpTo(1), claimUpTo(1), claimUpTo(5)]).toEqual([1, undefined, undefined])
    ring.retryFull()
    expect(claimUpTo(5)).toBe(4)
  })

  test('messages of a tenant that was not asked for count, so that their end leaves nothing', () => {
    const ring = new TenantRing({ floors: false })
    ring.found({ tenant: 1 })
    const first = ring.plan({ limit: 10, ceilingOf: unlimited, nowMs: 0 })
    ring.claimed(first, new Map([1, 2].map((tenant) => [tenant, { count: 1, lastId: 1n }])))
    for (const tenant of [1, 2]) ring.released({ tenant, count: 1 })
    ring.found({ tenant: 2 })
    expect(ring.plan({ limit: 10, ceilingOf: () => 3, nowMs: 0 }).tenants).toEqual([{ tenant: 2, floor: 0n, quota: 3 }])
  })

  test('a tenant with a million messages gets no more of a claim than one with a hundred', () => {
    const ring = new TenantRing({ floors: true })
    const waiting = new Map([
      [1, 1_000_000],
      [2, 100],
    ])
    for (const tenant of waiting.keys()) ring.found({ tenant })
    expect(claim(ring, waiting, { limit: 64 })).toEqual(
      new Map([
        [1, 32],
        [2, 32],
      ]),
    )
    expect(claim(ring, waiting, { limit: 64 })).toEqual(
      new Map([
        [1, 32],
        [2, 32],
      ]),
    )
  })

  test('a book with thousands of tenants gets no more of a claim than a book with one', () => {
    const ring = new TenantRing({ floors: true })
    const waiting = new Map([...Array.from({ length: 5_000 }, (_, at) => [at + 1, 100] as const), [9_999, 1_000]])
    for (const tenant of waiting.keys()) ring.found({ tenant, book: tenant === 9_999 ? 2 : 1 })
    for (let claims = 0; claims < 3; claims += 1) {
      expect(claim(ring, waiting, { limit: 64 }).get(9_999)).toBeGreaterThanOrEqual(31)
    }
    // When a claim has room for one message only, they take turns.
    const taken = Array.from({ length: 6 }, () => claim(ring, waiting, { limit: 1 }).has(9_999))
    expect(taken.filter((isOther) => isOther)).toHaveLength(3)
  })

  test('tenants that did not fit into a claim come first in the next', () => {
    const ring = new TenantRing({ floors: true })
    for (let tenant = 1; tenant <= 40; tenant += 1) ring.found({ tenant })
    const first = ring.plan({ limit: 256, ceilingOf: unlimited, nowMs: 0 })
    ring.claimed(first, new Map(first.tenants.map(({ tenant, quota }) => [tenant, { count: quota, lastId: 1n }])))
    expect(tenants(first)).toEqual(Array.from({ length: 32 }, (_, index) => index + 1))
    const second = ring.plan({ limit: 256, ceilingOf: unlimited, nowMs: 0 })
    expect(tenants(second).slice(0, 9)).toEqual([33, 34, 35, 36, 37, 38, 39, 40, 1])
  })

  test('capacity that a tenant with few messages leaves goes to the others in the same claim', () => {
    const ring = new TenantRing({ floors: true })
    const waiting = new Map([
      [1, 1_000],
      [2, 3],
    ])
    for (const tenant of waiting.keys()) ring.found({ tenant })
    expect(claim(ring, waiting, { limit: 64 }).get(1)).toBe(32)
    waiting.set(2, 5)
    ring.found({ tenant: 2 })
    expect(claim(ring, waiting, { limit: 64 })).toEqual(
      new Map([
        [2, 5],
        [1, 59],
      ]),
    )
  })

  test('a tenant that the limit of a claim cut off is first in the next', () => {
    const ring = new TenantRing({ floors: true })
    const waiting = new Map([1, 2, 3].map((tenant) => [tenant, 1_000]))
    for (const tenant of waiting.keys()) ring.found({ tenant })
    expect(claim(ring, waiting, { limit: 4 })).toEqual(
      new Map([
        [1, 2],
        [2, 2],
      ]),
    )
    expect([...claim(ring, waiting, { limit: 4 }).keys()]).toEqual([3, 1])
  })

  test('a tenant that gave fewer messages than its quota has no more work, until some is found', () => {
    const ring = new TenantRing({ floors: true })
    ring.found({ tenant: 1 })
    claim(ring, new Map([[1, 5]]), { limit: 10 })
    expect(ring.hasWork).toBe(false)
    ring.found({ tenant: 1 })
    expect(ring.hasWork).toBe(true)
  })

  test('work that comes while a tenant is being claimed is not overlooked', () => {
    const ring = new TenantRing({ floors: true })
    ring.found({ tenant: 1 })
    const claims = ring.plan({ limit: 10, ceilingOf: unlimited, nowMs: 0 })
    ring.found({ tenant: 1 })
    ring.claimed(claims, new Map())
    expect(ring.hasWork).toBe(true)
  })

  test('a tenant at its ceiling waits until some of its messages are no longer in flight', () => {
    const ring = new TenantRing({ floors: true })
    const waiting = new Map([
      [1, 100],
      [2, 100],
    ])
    for (const tenant of waiting.keys()) ring.found({ tenant })
    const ceiling = (tenant: number) => (tenant === 1 ? 3 : 1_000)
    expect(claim(ring, waiting, { limit: 20, ceiling }).get(1)).toBe(3)
    expect(claim(ring, waiting, { limit: 20, ceiling }).get(1)).toBeUndefined()
    ring.released({ tenant: 1, count: 2 })
    expect(claim(ring, waiting, { limit: 20, ceiling }).get(1)).toBe(2)
  })

  test('enqueued work is looked for at every wake until it is seen', () => {
    const ring = new TenantRing({ floors: true })
    ring.expect({ tenant: 7, nowMs: 0 })
    expect(ring.hasWork).toBe(false)
    ring.wake(1)
    expect(claim(ring, new Map(), { limit: 10 })).toEqual(new Map())
    ring.wake(2)
    expect(claim(ring, new Map([[7, 1]]), { limit: 10 })).toEqual(new Map([[7, 1]]))
    ring.wake(3)
    expect(ring.hasWork).toBe(false)
  })

  test('enqueued work that was rolled back is not looked for forever', () => {
    const ring = new TenantRing({ floors: true })
    ring.expect({ tenant: 7, nowMs: 0 })
    ring.wake(2_000)
    claim(ring, new Map(), { limit: 10 })
    ring.wake(2_001)
    expect(ring.hasWork).toBe(false)
  })

  describe('floors', () => {
    /** Makes one claim at a time that finds messages up to the given id, and returns its floor. */
    const floorAt = (ring: TenantRing, nowMs: number, lastId: bigint) => {
      const claims = ring.plan({ limit: 1, ceilingOf: unlimited, nowMs })
      ring.claimed(claims, new Map([[1, { count: 1, lastId }]]))
      return claims.tenants[0]?.floor
    }

    test('rise to the position of earlier claims, and are reset now and then', () => {
      const ring = new TenantRing({ floors: true })
      ring.found({ tenant: 1 })
      expect(floorAt(ring, 0, 10n)).toBe(0n)
      expect(floorAt(ring, 1, 20n)).toBe(0n)
      expect(floorAt(ring, 100, 30n)).toBe(0n)
      expect(floorAt(ring, 300, 40n)).toBe(10n)
      expect(floorAt(ring, 600, 50n)).toBe(30n)
      expect(floorAt(ring, 2_100, 60n)).toBe(0n)
      expect(floorAt(ring, 2_101, 70n)).toBe(40n)
    })

    test('fall to messages that were committed late', () => {
      const ring = new TenantRing({ floors: true })
      ring.found({ tenant: 1 })
      for (const [nowMs, id] of [
        [0, 100n],
        [1, 200n],
        [300, 300n],
      ] as const)
        floorAt(ring, nowMs, id)
      // The reset finds message 5, below everything taken: there may be more such messages.
      expect(floorAt(ring, 2_100, 5n)).toBe(0n)
      expect(floorAt(ring, 2_101, 6n)).toBeLessThanOrEqual(5n)
    })

    test('are dropped after a batch was rolled back, and when an idle tenant is found to have work', () => {
      for (const event of ['returned', 'found'] as const) {
        const ring = new TenantRing({ floors: true })
        ring.found({ tenant: 1 })
        for (const nowMs of [0, 1, 300, 600]) floorAt(ring, nowMs, 100n)
        ring.claimed(ring.plan({ limit: 1, ceilingOf: unlimited, nowMs: 700 }), new Map())
        if (event === 'returned') ring.returned(1)
        else ring.found({ tenant: 1 })
        expect(ring.plan({ limit: 1, ceilingOf: unlimited, nowMs: 701 }).tenants[0]?.floor).toBe(0n)
      }
    })

    test('are not used when turned off', () => {
      const ring = new TenantRing({ floors: false })
      ring.found({ tenant: 1 })
      for (const nowMs of [0, 1, 300, 600, 900]) expect(floorAt(ring, nowMs, 100n)).toBe(0n)
    })
  })
})
