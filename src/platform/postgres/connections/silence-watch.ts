import type pg from 'pg'
import { Slots } from '#kernel'
import type { Backend } from './backend.ts'
import { readWorking } from './silence.ts'

export type WatchedConnection = {
  readonly backend: Backend
  /** The start of the exchange in progress; undefined: none is. */
  readonly askedMs: () => number | undefined
  /** Bytes received, and bytes still to be sent. It changes while data flows. */
  readonly progress: () => string
  readonly giveUp: (reason: string) => void
  /** If the connection is idle, checks whether the server answers, and closes it when not. */
  readonly ask: () => void
}

export type SilenceWatch = {
  readonly add: (connection: WatchedConnection) => () => void
  readonly askAll: () => void
  readonly stop: () => void
}

const lookMs = 1_000
const slowMs = 2_000

/**
 * An answer that never comes would hold a connection until the deadline. A connection is silent when the server does
 * not work for it at two looks and nothing was received between them. This also finds connections to a replaced server.
 */
export function createSilenceWatch(config: pg.ClientConfig): SilenceWatch {
  const connections = new Slots<WatchedConnection>()
  /** Connections that the server did not work for at the last look, and their state then. */
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
