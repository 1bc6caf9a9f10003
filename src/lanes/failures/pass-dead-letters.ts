import { setTimeout as sleep } from 'node:timers/promises'
import type { Uuid } from '#kernel'
import type { Database } from '#platform/postgres'
import type { Handler } from '../lanes.ts'
import { lockOpenLetters } from './failure-store.ts'

/** Passes the open dead letters to the handlers' `onDeadFound` once, in the background. */
export type LettersPass = {
  readonly start: () => void
  /** Resolves when all have been passed. */
  readonly passed: () => Promise<void>
  readonly stop: () => Promise<void>
}

const lettersMaxDefault = 500
/** The fraction of the time that it may use, unless it waits for locks. */
const busyMax = 0.25
const restMsMax = 500

export function createLettersPass(deps: {
  readonly database: Database
  readonly handlers: ReadonlyMap<string, Handler>
  readonly onFault: (error: unknown) => void
  readonly lettersMax?: number
}): LettersPass {
  const { database, handlers, onFault, lettersMax = lettersMaxDefault } = deps
  const stopping = new AbortController()
  let passing: Promise<void> | undefined

  /** A page may be short: letters that are locked are left out. */
  const passPage = ({ kind, onDeadFound }: Handler, after: Uuid | undefined): Promise<Uuid | undefined> =>
    database.transaction(async (tx) => {
      const letters = await lockOpenLetters(tx, kind, { after, limit: lettersMax })
      if (letters.length > 0) await onDeadFound?.(tx, letters)
      return letters.at(-1)?.id
    })
  const pass = async (handler: Handler): Promise<void> => {
    for (let after: Uuid | undefined; !stopping.signal.aborted; ) {
      const begun = performance.now()
      after = await passPage(handler, after)
      if (after === undefined) return
      const restMs = Math.min(restMsMax, (performance.now() - begun) * (1 / busyMax - 1))
      await sleep(restMs, undefined, { signal: stopping.signal, ref: false }).catch(() => undefined)
    }
  }
  const passAll = async (): Promise<void> => {
    for (const handler of handlers.values()) {
      // The next start passes those that a failure has left out.
      if (handler.onDeadFound !== undefined) await pass(handler).catch(onFault)
    }
  }
  return {
    start: () => {
      passing ??= passAll()
    },
    passed: async () => passing,
    stop: async () => {
      stopping.abort()
      await passing
    },
  }
}
