/** How often a key may call: `requests` in every `windowSeconds`, saved up to `burst`. */
export type RatePolicy = { readonly requests: number; readonly windowSeconds: number; readonly burst: number }

export type RateDecision = {
  readonly allowed: boolean
  readonly headers: Readonly<Record<string, string>>
}

/** The most buckets kept. A bucket that has not been used for long is full, and can be dropped. */
const bucketsMax = 10_000

/**
 * A token bucket for each key, in memory. Headers follow draft-ietf-httpapi-ratelimit-headers-10: `RateLimit-Policy`
 * states the rate, `RateLimit` the remaining quota and the seconds until more is available. `nowMs` is a monotonic
 * clock.
 */
export function createRateLimit(policy: RatePolicy, nowMs: () => number = () => performance.now()) {
  const perMs = policy.requests / (policy.windowSeconds * 1000)
  const buckets = new Map<string, { tokens: number; atMs: number }>()
  const policyHeader = `"default";q=${policy.requests};w=${policy.windowSeconds}`

  return {
    take: (key: string): RateDecision => {
      const atMs = nowMs()
      const before = buckets.get(key) ?? { tokens: policy.burst, atMs }
      const tokens = Math.min(policy.burst, before.tokens + (atMs - before.atMs) * perMs)
      const allowed = tokens >= 1
      const left = allowed ? tokens - 1 : tokens
      // Set again, so that the first bucket of the map is the least recently used.
      buckets.delete(key)
      buckets.set(key, { tokens: left, atMs })
      if (buckets.size > bucketsMax) buckets.delete(buckets.keys().next().value ?? key)
      const waitSeconds = Math.ceil(Math.max(0, 1 - left) / perMs / 1000)
      const headers = {
        'ratelimit-policy': policyHeader,
        ratelimit: `"default";r=${Math.floor(left)};t=${waitSeconds}`,
      }
      return { allowed, headers: allowed ? headers : { ...headers, 'retry-after': String(Math.max(1, waitSeconds)) } }
    },
  }
}

export type RateLimit = ReturnType<typeof createRateLimit>
