import { Fault } from '../../faults/index.ts'

/**
 * An epoch ends when a connection reaches another server, or the same one restarted, promoted or restored. That server
 * may lack confirmed commits. So all cached data about the database belongs to an epoch and is dropped with it.
 */
export type Epochs = {
  readonly current: () => number
  /** Records a connection to the server of this identity, and returns the connection's epoch. */
  readonly reached: (identity: string) => number
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

/** A decision of one epoch is not written in another. */
export function epochChanged(): Fault {
  const message = 'The database was changed for another server, or restarted, after this was decided.'
  return new Fault({ code: 'epoch_changed', message, retryable: true })
}
