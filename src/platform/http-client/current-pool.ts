import type { Pool } from 'undici'
import type { Tls, TlsTexts } from '../tls/index.ts'

export type CurrentPool = {
  /** With the certificate that is valid now. */
  readonly get: () => Pool
  readonly destroy: () => Promise<void>
}

/** Connections with an earlier certificate end with the calls that they have. */
export function createCurrentPool(make: (texts: TlsTexts | undefined) => Pool, tls: Tls | undefined): CurrentPool {
  let texts = tls?.()
  let pool = make(texts)
  const ending = new Set<Pool>()
  let isDestroyed = false
  const end = (old: Pool) => {
    ending.add(old)
    const forget = () => ending.delete(old)
    old.close().then(forget, forget)
  }
  return {
    get: () => {
      const now = tls?.()
      if (now !== texts && !isDestroyed) {
        texts = now
        end(pool)
        pool = make(texts)
      }
      return pool
    },
    destroy: async () => {
      isDestroyed = true
      await Promise.all([pool, ...ending].map((one) => one.destroy()))
    },
  }
}
