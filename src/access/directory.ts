import { remember } from './remember.ts'

/** A change by another process takes effect within this time. */
const trustMs = 10_000
const refreshMs = 5000
const knownMax = 10_000

export type DirectoryDeps = { readonly nowMs: () => number; readonly onFault: (error: unknown) => void }

type Source<Id, Value> = DirectoryDeps & {
  readonly readOne: (id: Id) => Promise<Value | undefined>
  /** Called when a reading has found none. */
  readonly onMissing?: (id: Id) => void
}

type Known<Value> = { readonly value: Value; readonly knownMs: number; readonly epoch: number; refreshing: boolean }

/** What this process knows of rows that others may change at any time, such as API keys. */
export type Directory<Id, Value> = {
  /** Undefined when it must be read. What is in use is read again in the background. */
  readonly trusted: (id: Id) => Value | undefined
  /** Returns a promise only when it must be read. */
  readonly find: (id: Id) => Value | undefined | Promise<Value | undefined>
  /** As it was last read, however long ago. */
  readonly lastKnown: (id: Id) => Value | undefined
  /** One reading is for all who ask meanwhile. */
  readonly read: (id: Id) => Promise<Value | undefined>
  readonly isReading: (id: Id) => boolean
  /** Reads many at once, with the oldest first. What was read since stays. */
  readonly learn: (readMany: () => Promise<Iterable<readonly [Id, Value]>>) => Promise<void>
  /** Must be called with what this process has changed. Undefined: it is gone. */
  readonly changed: (id: Id, value: Value | undefined) => void
  /** All are read again before they are trusted. Readings that are under way are not kept. */
  readonly forget: () => void
}

export function createDirectory<Id, Value extends object>(source: Source<Id, Value>): Directory<Id, Value> {
  const { readOne, nowMs, onFault, onMissing } = source
  const entries = new Map<Id, Known<Value>>()
  const running = new Map<Id, Promise<Value | undefined>>()
  let epoch = 0

  const keep = (id: Id, value: Value | undefined, knownMs: number) => {
    if (value === undefined) entries.delete(id)
    else remember(entries, knownMax, id, { value, knownMs, epoch, refreshing: false })
  }

  const read = (id: Id): Promise<Value | undefined> => {
    const begunBefore = running.get(id)
    if (begunBefore) return begunBefore
    // The time of the query: the row may change before the answer arrives.
    const knownMs = nowMs()
    const begun = readOne(id)
      .then((value) => {
        if (running.get(id) !== begun) return value
        keep(id, value, knownMs)
        if (value === undefined) onMissing?.(id)
        return value
      })
      .finally(() => {
        if (running.get(id) === begun) running.delete(id)
      })
    running.set(id, begun)
    return begun
  }

  const trusted = (id: Id): Value | undefined => {
    const known = entries.get(id)
    const ageMs = known?.epoch === epoch ? nowMs() - known.knownMs : Number.POSITIVE_INFINITY
    if (known === undefined || ageMs >= trustMs) return undefined
    if (ageMs > refreshMs && !known.refreshing) {
      known.refreshing = true
      read(id)
        .catch(onFault)
        .finally(() => {
          known.refreshing = false
        })
    }
    return known.value
  }

  return {
    trusted,
    find: (id) => trusted(id) ?? read(id),
    lastKnown: (id) => entries.get(id)?.value,
    read,
    isReading: (id) => running.has(id),
    learn: async (readMany) => {
      const [knownMs, begun] = [nowMs(), epoch]
      const found = await readMany()
      if (begun !== epoch) return
      for (const [id, value] of found) {
        const known = entries.get(id)
        if (known?.epoch !== epoch || known.knownMs <= knownMs) keep(id, value, knownMs)
      }
    },
    changed: (id, value) => {
      running.delete(id)
      keep(id, value, nowMs())
    },
    forget: () => {
      epoch += 1
      running.clear()
    },
  }
}
