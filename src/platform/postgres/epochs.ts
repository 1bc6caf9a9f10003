import { Fault } from '../faults/index.ts'

/**
 * Which server connections reach. An epoch ends when a connection reaches another server, or the same
 * one restarted, promoted or restored: it may lack what the one before has confirmed, so whatever is
 * remembered about the database belongs to an epoch and is forgotten with it.
 */
export type Epochs = {
  readonly current: () => number
  /** A connection has been made to the server of this identity; answers the connection's epoch. */
  readonly reached: (identity: string) => number
  /** Registers how something remembered about the database is forgotten; returns how to take that back. */
  readonly onNew: (forget: () => void) => () => void
}

export function createEpochs(): Epochs {
  const listeners = new Set<() => void>()
  let epoch = 0
  let known: string | undefined
  return {
    current: () => epoch,
    reached: (identity) => {
      if (known === identity) return epoch
      const isFirst = known === undefined
      known = identity
      if (isFirst) return epoch
      epoch += 1
      for (const forget of listeners) forget()
      return epoch
    },
    onNew: (forget) => {
      listeners.add(forget)
      return () => listeners.delete(forget)
    },
  }
}

/** What was decided in one epoch is not written in another. */
export function epochChanged(): Fault {
  const message = 'The database was changed for another server, or restarted, after this was decided.'
  return new Fault({ code: 'epoch_changed', message, retryable: true })
}
