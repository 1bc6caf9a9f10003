import { isIP } from 'node:net'
import { createPeriodic } from '#platform/background'
import { createForwarder } from '#platform/http-client'
import { addressesOf, type FoundAddress } from '#platform/outgoing'
import type { Tls } from '#platform/tls'
import { checkUpstream } from './check-upstream.ts'
import { chooseUpstream, createUpstream, noteCheck, type Upstream } from './upstream.ts'

export type Upstreams = {
  readonly choose: (tried: ReadonlySet<Upstream>) => Upstream | undefined
  readonly all: () => readonly Upstream[]
  readonly isAnyUp: () => boolean
  /** Resolves once each has been asked, or could not be. */
  readonly start: () => Promise<void>
  readonly stop: () => Promise<void>
}

export type UpstreamsOptions = {
  /** A name may have many addresses; each is an upstream. */
  readonly origins: readonly string[]
  readonly tls: Tls | undefined
  readonly requestsMax: number
  readonly onChange: (upstream: Upstream, why: string) => void
  /** One has stopped to answer its checks, and another one is up. */
  readonly onSilent: (upstream: Upstream) => void
  readonly onFault: (error: unknown) => void
  readonly resolve?: (name: string) => Promise<readonly FoundAddress[]>
  readonly random?: () => number
  readonly resolveEveryMs?: number
}

const checkEveryMs = 1_000
const resolveEveryMs = 5_000
const connectTimeoutMs = 2_000
/** For checks, which do not wait behind requests. */
const connectionsMore = 8

export function createUpstreams(options: UpstreamsOptions): Upstreams {
  const { origins, tls, requestsMax, onChange, onFault, resolve = addressesOf, random = Math.random } = options
  const restMs = options.resolveEveryMs ?? resolveEveryMs
  const known = new Map<string, Upstream>()
  const asked = new Set<Upstream>()
  const all = () => [...known.values()]
  const isAnyUp = () => all().some(({ state, isLeaving }) => state === 'up' && !isLeaving)

  const add = (origin: string, address: FoundAddress) => {
    const { hostname, port, protocol } = new URL(origin)
    const host = address.family === 6 ? `[${address.address}]` : address.address
    const name = `${host}:${port || (protocol === 'https:' ? 443 : 80)}`
    const connectionsMax = requestsMax + connectionsMore
    const forwarder = createForwarder({ origin, address, connectionsMax, connectTimeoutMs, tls, role: 'api' })
    const label = isIP(hostname.replace(/^\[|\]$/g, '')) === 0 ? `${hostname} ${name}` : name
    known.set(`${origin} ${address.address}`, createUpstream(label, forwarder))
  }
  const leave = async (key: string, upstream: Upstream) => {
    upstream.isLeaving = true
    if (upstream.running > 0) return
    known.delete(key)
    await upstream.forwarder.close()
  }
  /** Addresses stay while their name cannot be resolved. */
  const resolveOne = async (origin: string) => {
    const host = new URL(origin).hostname.replace(/^\[|\]$/g, '')
    const family = isIP(host)
    const found = family === 0 ? await resolve(host) : [{ address: host, family }]
    const keys = new Set(found.map(({ address }) => `${origin} ${address}`))
    for (const address of found) {
      const before = known.get(`${origin} ${address.address}`)
      if (before === undefined) add(origin, address)
      else before.isLeaving = false
    }
    for (const [key, upstream] of known) {
      if (key.startsWith(`${origin} `) && !keys.has(key)) await leave(key, upstream)
    }
  }
  const resolveAll = async () => {
    await Promise.all(origins.map((origin) => resolveOne(origin).catch(onFault)))
    return undefined
  }
  const check = async (upstream: Upstream) => {
    if (asked.has(upstream)) return
    asked.add(upstream)
    const { result, why } = await checkUpstream(upstream)
    asked.delete(upstream)
    if (!noteCheck(upstream, result)) return
    onChange(upstream, why)
    if (result === 'failed' && isAnyUp()) options.onSilent(upstream)
  }
  const checkAll = async () => {
    await Promise.all(all().map(check))
    return undefined
  }
  const resolving = createPeriodic({ name: 'finding upstreams', restMs, work: resolveAll, onFault })
  const checking = createPeriodic({ name: 'checking upstreams', restMs: checkEveryMs, work: checkAll, onFault })
  return {
    all,
    choose: (tried) => chooseUpstream(all(), tried, random),
    isAnyUp,
    start: async () => {
      await resolving.round()
      await checking.round()
      resolving.start()
      checking.start()
    },
    stop: async () => {
      await Promise.all([resolving.stop(), checking.stop()])
      await Promise.all(all().map(({ forwarder }) => forwarder.close()))
    },
  }
}
