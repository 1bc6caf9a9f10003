/**
 * However many ask, one reading is under way at a time, and what it gave is good for `goodMs`. One that
 * failed is told to those who waited for it, and not kept.
 */
export function createLatest<Value>(read: () => Promise<Value>, goodMs: number): () => Promise<Value> {
  let running: Promise<Value> | undefined
  let latest: { readonly value: Value; readonly atMs: number } | undefined
  return async () => {
    if (latest !== undefined && performance.now() - latest.atMs < goodMs) return latest.value
    running ??= read()
      .then((value) => {
        latest = { value, atMs: performance.now() }
        return value
      })
      .finally(() => {
        running = undefined
      })
    return running
  }
}

/** What the work gives, or `late` when it takes longer than `ms`; the work goes on. */
export async function withinMs<Value>(work: Promise<Value>, ms: number, late: Value): Promise<Value> {
  const { promise: over, resolve } = Promise.withResolvers<Value>()
  const timer = setTimeout(resolve, ms, late)
  // Its failure, when nobody waits any more, is told to nobody.
  work.catch(() => undefined)
  return Promise.race([work, over]).finally(() => clearTimeout(timer))
}
