import { closeSync, existsSync, openSync, readFileSync, renameSync, writeFileSync, writeSync } from 'node:fs'

/** One JSON text per line. Without a file, nothing is stored. */
export type Journal = {
  readonly write: (line: JournalLine) => void
  /** Call before a change is answered: passes the written lines to the operating system. */
  readonly flush: () => void
  readonly close: () => void
}

export type JournalLine = readonly [kind: string, content: unknown]

const none: Journal = { write: () => undefined, flush: () => undefined, close: () => undefined }

/** The old file stays until the new one is complete. */
export function openJournal(file: string | undefined, kept: Iterable<JournalLine>): Journal {
  if (file === undefined) return none
  const fresh = `${file}.new`
  let lines = ''
  for (const line of kept) lines += `${JSON.stringify(line)}\n`
  writeFileSync(fresh, lines, { mode: 0o600 })
  renameSync(fresh, file)
  const descriptor = openSync(file, 'a')
  let waiting = ''
  const flush = () => {
    if (waiting === '') return
    const text = waiting
    waiting = ''
    writeSync(descriptor, text)
  }
  return {
    write: (line) => {
      if (waiting === '') setImmediate(flush)
      waiting += `${JSON.stringify(line)}\n`
    },
    flush,
    close: () => {
      flush()
      closeSync(descriptor)
    },
  }
}

/** Without a last line that a crash cut short. */
export function readJournal(file: string | undefined): JournalLine[] {
  if (file === undefined || !existsSync(file)) return []
  const text = readFileSync(file, 'utf8')
  return text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .filter((line) => line !== '')
    .map((line): JournalLine => JSON.parse(line))
}
