import { assert, Defect, type Timestamp } from '#kernel'
import { applyItems, type ItemOutcome } from './apply-items.ts'
import { absorb, emptyKey, indexRows, type KeyRows, rowsOf } from './key-rows.ts'
import { createPendingRows, type PendingRows } from './pending-rows.ts'
import { readWindow, type WindowRead } from './read-window.ts'
import type { ChangedRows, HeadRow, Rows } from './rows.ts'
import type { Item, Series } from './series.ts'
import type { WindowValue } from './tally.ts'

export type SeriesKey = Pick<HeadRow, 'series' | 'key'>

export type KeyMemoryOptions = {
  /**
   * Keys in memory, of all series. At the bound, the quarter that was not used for longest is dropped, except
   * for keys with changes that were not taken.
   */
  readonly keysMax?: number
  /** Which keys this process owns: all, if it is not given. See `ownerOf`. */
  readonly owns?: (key: string) => boolean
  /** A database has the rows: a key must be loaded before it is used, and changes are collected for `takeChanges`. */
  readonly isStored?: boolean
}

export type KeyMemory = {
  readonly owns: (key: string) => boolean
  /** Counts as a use: what is here is not dropped by loading the others of a batch. */
  readonly has: (key: SeriesKey) => boolean
  /** A key that the database does not know has a head with 0 events. */
  readonly load: (rows: Rows) => void
  /** Items of a key come in the order of their positions. */
  readonly apply: (key: SeriesKey, item: Item, now: Timestamp) => ItemOutcome | 'not_owned'
  readonly read: (key: SeriesKey, read: WindowRead) => WindowValue
  /** What has changed since the last call, each row once. */
  readonly takeChanges: () => ChangedRows[]
  /** Drops every key that has changed since then, such as after a rollback. Their rows are loaded again. */
  readonly discardChanges: () => void
  readonly rows: () => Generator<Rows>
}

type Kept = {
  readonly member: Member
  readonly rows: KeyRows
  pending: PendingRows | undefined
  /** Its place in the order of uses. */
  usedAt: number
}

type Member = {
  readonly series: Series
  readonly keys: Map<string, Kept>
  /** Used last: several windows of a series are read with one key, and then it counts. */
  last: Kept | undefined
}

const keysDefaultMax = 1_000_000

/**
 * The rows of many keys, in the memory of their one owner. Without a database it is a whole implementation, such as for
 * backtests: a key that it had to drop is known to be incomplete when it comes again.
 */
export function createKeyMemory(series: readonly Series[], options: KeyMemoryOptions = {}): KeyMemory {
  const members = new Map(
    series.map((one): [string, Member] => [one.id, { series: one, keys: new Map(), last: undefined }]),
  )
  const kept = createKeptKeys([...members.values()], options.keysMax ?? keysDefaultMax)
  const changed = new Set<Kept>()
  const owns = options.owns ?? (() => true)
  const memberOf = (id: string): Member => {
    const member = members.get(id)
    assert(member, `series ${id} is not in the plan`)
    return member
  }
  const unknown = (member: Member, key: string): KeyRows => {
    assert(!options.isStored, `the rows of key ${key} must be loaded`)
    return kept.unknown(member, key)
  }

  return {
    owns,
    has: ({ series: id, key }) => kept.use(memberOf(id), key) !== undefined,
    load: (rows) => {
      const member = memberOf(rows.head.series)
      kept.put(member, indexRows(member.series, rows))
    },
    apply: ({ series: id, key }, item, now) => {
      if (!owns(key)) return 'not_owned'
      const member = memberOf(id)
      const entry = kept.use(member, key) ?? kept.put(member, unknown(member, key))
      const applied = applyItems(member.series, entry.rows, { items: [item], now })
      absorb(entry.rows, applied.changed)
      if (options.isStored) {
        entry.pending ??= createPendingRows()
        entry.pending.add(applied.changed)
        changed.add(entry)
      }
      return applied.outcomes[0] as ItemOutcome
    },
    read: ({ series: id, key }, read) => {
      if (!owns(key)) throw new Defect('another process owns this key')
      const member = memberOf(id)
      return readWindow(member.series, kept.use(member, key)?.rows ?? unknown(member, key), read)
    },
    takeChanges: () => {
      const taken = [...changed].map(({ rows, pending }) => (pending ?? createPendingRows()).take(rows))
      for (const entry of changed) entry.pending = undefined
      changed.clear()
      return taken
    },
    discardChanges: () => {
      for (const { member, rows } of changed) kept.drop(member, rows.head.key)
      changed.clear()
    },
    *rows() {
      for (const { keys } of members.values()) for (const { rows } of keys.values()) yield rowsOf(rows)
    },
  }
}

function createKeptKeys(members: readonly Member[], keysMax: number) {
  let uses = 0
  let size = 0
  /** Earlier events of unknown keys may have been dropped. */
  let lostBefore = 0
  /** If changes keep all keys here, not every use looks for one to drop. */
  let sweepAt = 0

  const drop = (member: Member, key: string) => {
    if (!member.keys.delete(key)) return
    size -= 1
    member.last = undefined
  }
  const use = (member: Member, key: string): Kept | undefined => {
    const { last } = member
    const entry = last?.rows.head.key === key ? last : member.keys.get(key)
    uses += 1
    if (entry) {
      entry.usedAt = uses
      member.last = entry
    }
    return entry
  }
  const put = (member: Member, rows: KeyRows): Kept => {
    drop(member, rows.head.key)
    if (size >= keysMax && uses >= sweepAt) dropUnused()
    uses += 1
    const entry: Kept = { member, rows, pending: undefined, usedAt: uses }
    member.keys.set(rows.head.key, entry)
    size += 1
    return entry
  }
  /** A quarter of the keys at once: those that were not used for longest. */
  const dropUnused = () => {
    sweepAt = uses + (keysMax >> 3)
    const places = members.flatMap(({ keys }) => [...keys.values()].map(({ usedAt }) => usedAt))
    const until = places.sort((one, other) => one - other)[keysMax >> 2] ?? 0
    for (const member of members) {
      for (const [key, { rows, usedAt, pending }] of member.keys) {
        if (usedAt > until || pending) continue
        lostBefore = Math.max(lostBefore, (rows.buckets.at(-1)?.lastAt ?? -1) + 1, rows.head.forgottenBefore)
        drop(member, key)
      }
    }
  }
  const unknown = ({ series }: Member, key: string) => emptyKey(series, { key, forgottenBefore: lostBefore })
  return { drop, use, put, unknown }
}
