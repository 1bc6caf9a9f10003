import { describe, expect, it } from 'vitest'
import type { Asked, Granted, Meter } from './lease.ts'
import { createLeases, type Entered } from './leases.ts'

/** A bucket of the database, and processes that share it. Time stands still unless the test moves it. */
function world({ processes = 1 }: { readonly processes?: number } = {}) {
  const clock = { nowMs: 0, drops: 0 }
  const database = {
    isAway: false,
    exchanges: 0,
    tokens: new Map<string, number>(),
    slots: new Map<string, number[]>(),
  }
  const at = new Map<string, number>()
  const exchangeOf = (process: number) => async (asked: readonly Asked[]) => {
    database.exchanges += 1
    if (database.isAway) throw new Error('away')
    if (new Set(asked.map(({ key }) => key)).size < asked.length) throw new Error('a bucket is asked for twice')
    return asked.map((one): Granted => {
      if (one.kind === 'slots') {
        const held = database.slots.get(one.key) ?? Array.from({ length: processes }, () => 0)
        const others = held.reduce((sum, slots, index) => sum + (index === process ? 0 : slots), 0)
        held[process] = Math.max(0, Math.min(one.wanted, one.max - others))
        database.slots.set(one.key, held)
        return { granted: held[process] ?? 0, left: 0 }
      }
      const { burst, requests, windowSeconds } = one.rate
      const refilled = ((clock.nowMs - (at.get(one.key) ?? 0)) * requests) / (windowSeconds * 1000)
      const available = Math.min(burst, (database.tokens.get(one.key) ?? burst) + one.returned + refilled)
      const granted = Math.min(one.wanted, Math.floor(available))
      database.tokens.set(one.key, available - granted)
      at.set(one.key, clock.nowMs)
      return { granted, left: available - granted }
    })
  }
  const faults: unknown[] = []
  const all = Array.from({ length: processes }, (_, process) =>
    createLeases({
      exchange: exchangeOf(process),
      processes: () => processes,
      onDropped: () => {
        clock.drops += 1
      },
      onFault: (error) => faults.push(error),
      nowMs: () => clock.nowMs,
    }),
  )
  const enter = async (process: number, meters: readonly Meter[]): Promise<Entered> => {
    const leases = all[process]
    if (leases === undefined) throw new Error('there is such a process')
    return leases.enter(leases.of(meters))
  }
  return { clock, database, all, enter, faults }
}

const perMinute = (requests: number, burst = requests): Meter => ({
  ...{ key: 'rate client', name: 'client' },
  rate: { requests, windowSeconds: 60, burst },
})
const atOnce = (concurrency: number): Meter => ({ key: 'slots client', name: 'client-at-once', concurrency })

const allowed = (entered: readonly Entered[]) => entered.filter(({ ok }) => ok).length

describe('a rate', () => {
  it('is shared by processes: all its requests pass, wherever they come, and no more', async () => {
    const { enter, database } = world({ processes: 3 })
    const first = await Promise.all(Array.from({ length: 60 }, () => enter(0, [perMinute(100)])))
    expect(allowed(first)).toBe(60)
    const rest = await Promise.all(Array.from({ length: 200 }, (_, each) => enter(each % 3, [perMinute(100)])))
    const total = allowed(first) + allowed(rest)
    // What a process still holds is less than a lease: a tenth of the limit for all.
    expect(total).toBeGreaterThanOrEqual(100 - 10)
    expect(total).toBeLessThanOrEqual(100)
    expect(database.exchanges).toBeLessThan(60)
  })

  it('is refused without a look at the database until it can have been refilled', async () => {
    const { enter, database, clock } = world()
    await Promise.all(Array.from({ length: 20 }, () => enter(0, [perMinute(10)])))
    const before = database.exchanges
    const refused = await enter(0, [perMinute(10)])
    expect(refused).toMatchObject({ ok: false, headers: { 'retry-after': '6', ratelimit: '"client";r=0;t=6' } })
    expect(database.exchanges).toBe(before)
    clock.nowMs += 6_000
    expect((await enter(0, [perMinute(10)])).ok).toBe(true)
    expect((await enter(0, [perMinute(10)])).ok).toBe(false)
  })

  it('goes on from what is held, a lease, and an equal part while the database is away', async () => {
    const { enter, database, clock, faults } = world({ processes: 2 })
    expect((await enter(0, [perMinute(120, 40)])).ok).toBe(true)
    database.isAway = true
    const held = await Promise.all(Array.from({ length: 30 }, () => enter(0, [perMinute(120, 40)])))
    expect(allowed(held)).toBeLessThanOrEqual(2 + 2 + 2)
    clock.nowMs += 10_000
    // A half of 120 a minute.
    const part = await Promise.all(Array.from({ length: 30 }, () => enter(0, [perMinute(120, 40)])))
    expect(allowed(part)).toBe(10)
    expect(faults.length).toBeGreaterThan(0)
  })

  it('is whole again once the database is back, and unused leases go back to it', async () => {
    const { enter, database, clock, all } = world()
    await enter(0, [perMinute(100)])
    database.isAway = true
    clock.nowMs += 1
    await all[0]?.renew()
    for (let each = 0; each < 30; each += 1) await enter(0, [perMinute(100)])
    database.isAway = false
    await all[0]?.renew()
    clock.nowMs += 60_000
    await all[0]?.renew()
    expect(allowed(await Promise.all(Array.from({ length: 150 }, () => enter(0, [perMinute(100)]))))).toBe(100)
  })

  it('of several is taken from all, or from none', async () => {
    const { enter } = world()
    const book: Meter = { key: 'rate book', name: 'book', rate: { requests: 2, windowSeconds: 60, burst: 2 } }
    const tries = await Promise.all(Array.from({ length: 5 }, () => enter(0, [perMinute(4), book])))
    expect(allowed(tries)).toBe(2)
    expect(tries.at(-1)).toMatchObject({ ok: false, policy: '"book";q=2;w=60' })
    expect(allowed(await Promise.all(Array.from({ length: 5 }, () => enter(0, [perMinute(4)]))))).toBe(2)
  })
})

describe('requests at once', () => {
  it('are never more than the limit over all processes, and a place that is left can be taken', async () => {
    const { enter, all, clock } = world({ processes: 2 })
    const entered = await Promise.all(Array.from({ length: 10 }, (_, each) => enter(each % 2, [atOnce(3)])))
    expect(allowed(entered)).toBe(3)
    for (const one of entered) if (one.ok) one.leave?.()
    clock.nowMs += 3_000
    await Promise.all(all.map((one) => one.renew()))
    expect(allowed(await Promise.all(Array.from({ length: 10 }, () => enter(1, [atOnce(3)]))))).toBe(3)
  })

  it('are stated in the unit of the draft', async () => {
    const { enter } = world()
    expect((await enter(0, [perMinute(10), atOnce(5)])).headers).toEqual({
      'ratelimit-policy': '"client";q=10;w=60, "client-at-once";q=5;qu="concurrent-requests"',
      ratelimit: expect.stringMatching(/^"client";r=\d+;t=0, "client-at-once";r=\d+$/),
    })
  })
})

describe('one bucket has one lease', () => {
  it('whatever its limit becomes: the leases of all go on', async () => {
    const { enter, all, clock, faults } = world()
    const meters = (atMost: number, requests: number) => [perMinute(requests), atOnce(atMost)]
    const running = await Promise.all(Array.from({ length: 3 }, () => enter(0, meters(2, 10))))
    expect(allowed(running)).toBe(2)
    clock.nowMs += 1_100
    expect(allowed(await Promise.all(Array.from({ length: 5 }, () => enter(0, meters(5, 100)))))).toBe(3)
    await all[0]?.renew()
    expect(allowed(await Promise.all(Array.from({ length: 5 }, () => enter(0, meters(1, 100)))))).toBe(0)
    for (const one of running) if (one.ok) one.leave?.()
    clock.nowMs += 1_100
    await all[0]?.renew()
    expect(await enter(0, meters(5, 100))).toMatchObject({
      headers: { 'ratelimit-policy': expect.stringContaining('"client";q=100;w=60, "client-at-once";q=5') },
    })
    expect(faults).toEqual([])
  })

  it('however many others come, as long as it is used', async () => {
    const { enter, all, clock, faults } = world()
    const first = await enter(0, [atOnce(1)])
    const others = Array.from({ length: 11_000 }, (_, each): Meter => ({ ...perMinute(10), key: `rate ${each}` }))
    await Promise.all(others.map((meter) => enter(0, [meter])))
    for (const afterMs of [3_000, 3_000]) {
      clock.nowMs += afterMs
      await all[0]?.renew()
    }
    expect(clock.drops).toBeGreaterThan(0)
    expect((await enter(0, [atOnce(1)])).ok).toBe(false)
    if (first.ok) first.leave?.()
    clock.nowMs += 1_100
    expect((await enter(0, [atOnce(1)])).ok).toBe(true)
    expect(faults).toEqual([])
  })
})
