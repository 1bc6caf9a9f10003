/** Rows whose transaction began that long before the last reading may have been committed after it. */
const overlapSeconds = 120

export type News = {
  /** `seconds`: rows that are older were read before; undefined: none was. */
  readonly read: <Rows>(query: (seconds: number | undefined) => Promise<Rows>) => Promise<Rows>
  /** Everything is read again. */
  readonly forget: () => void
}

/** Reads what a table has got since it was last read, so that strangers who cause readings make nobody read it all. */
export function createNews(nowMs: () => number): News {
  let readMs: number | undefined
  let epoch = 0
  return {
    read: async (query) => {
      const [begunMs, begun] = [nowMs(), epoch]
      const rows = await query(readMs === undefined ? undefined : (begunMs - readMs) / 1000 + overlapSeconds)
      if (begun === epoch) readMs = begunMs
      return rows
    },
    forget: () => {
      epoch += 1
      readMs = undefined
    },
  }
}
