import type pg from 'pg'
import { Slots } from '#kernel'
import type { Backend } from './backend.ts'
import { readWorking } from './silence.ts'

/** A connection as it is watched. */
export type WatchedConnection = {
  readonly backend: Backend
  /** Since when an exchange has been under way; undefined: none is. */
  readonly askedMs: () => number | undefined
  /** How much has been heard, and is to be sent still: changes while something passes. */
  readonly progress: () => string
  readonly giveUp: (reason: string) => void
  /** If nothing is under way, finds out whether the server is heard, and gives the connection up when it is not. */
  readonly ask: () => void
}

/** Watches all connections to a database for silence. */
export type SilenceWatch = {
  /** Returns how the connection is left alone. */
  readonly add: (connection: WatchedConnection) => () => void
  /** Asks all on which nothing is under way: they may have gone silent as another one did. */
  readonly askAll: () => void
  readonly stop: () => void
}

const lookMs = 1_000
/** What takes less is not looked at. */
const slowMs = 2_000

/**
 * A statement may take as long as its deadline, and an answer that will never come is waited for as long; meanwhile the
 * connection is one of few. So the server is asked, by a new connection, which of those that have not answered for long
 * it works on. What it does not work on, at two looks, while nothing has been heard, has gone silent, and so have those of
 * a server whose address leads to another one now.
 */
export function createSilenceWatch(config: pg.ClientConfig): SilenceWatch {
  const connections = new Slots<WatchedConnection>()
  /** Those that were not worked on at the look before, and their state then. */
  let suspects = new Map<WatchedConnection, string>()
  let isLooking = false
  let askedAllMs = Number.NEGATIVE_INFINITY
  let timer: NodeJS.Timeout | undefined

  const stateOf = (one: WatchedConnection) => `${one.askedMs()} ${one.progress()}`
  const slow = () => {
    const before = performance.now() - slowMs
    return [...connections.entries()].map(([, one]) => one).filter((one) => (one.askedMs() ?? before) < before)
  }
  const look = async () => {
    const asked = slow()
    const working =
      asked.length === 0
        ? []
        : await readWorking(
            config,
            asked.map(({ backend }) => backend),
          )
    if (working === 'unknown') return
    const isAtWork = ({ backend }: WatchedConnection) =>
      working.some(({ pid, started }) => pid === backend.pid && started === backend.started)
    const silent = asked.filter((one) => !isAtWork(one))
    const before = suspects
    suspects = new Map(silent.map((one) => [one, stateOf(one)]))
    for (const [one, state] of suspects) {
      if (before.get(one) === state) one.giveUp('the server does not work on it any more, and its answer has not come')
    }
  }
  const tick = async () => {
    if (isLooking) return
    isLooking = true
    await look()
    isLooking = false
  }
  return {
    add: (connection) => {
      timer ??= setInterval(() => void tick(), lookMs).unref()
      const slot = connections.add(connection)
      return () => void connections.remove(slot, connection)
    },
    askAll: () => {
      if (performance.now() - askedAllMs < lookMs) return
      askedAllMs = performance.now()
      for (const [, one] of connections.entries()) one.ask()
    },
    stop: () => {
      clearInterval(timer)
      timer = undefined
    },
  }
}
