/** Runs one `read` at a time for all callers and reuses its value for `goodMs`. A failure is not reused. */
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

/** Resolves to `late` when the work takes longer than `ms`. The work goes on. */
export async function withinMs<Value>(work: Promise<Value>, ms: number, late: Value): Promise<Value> {
  const { promise: over, resolve } = Promise.withResolvers<Value>()
  const timer = setTimeout(resolve, ms, late)
  work.catch(() => undefined)
  return Promise.race([work, over]).finally(() => clearTimeout(timer))
}
