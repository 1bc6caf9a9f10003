import { open, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { DataDirectory } from './data-directory.ts'

/**
 * The database's files, compared with how the last stop in order left them. `same`: no server has written to them since,
 * and they are of no older copy, even if their owner has changed. `older`: they were replaced by an older copy.
 * Undefined when nothing tells.
 */
export type FilesSinceStop = 'same' | 'older' | undefined

/** Where the log of changes ended, by PostgreSQL's own file. */
type Position = { readonly system: string; readonly checkpoint: string; readonly isShutDown: boolean }

/** A copy of the note has another inode or time of birth than the note says, so it proves nothing. */
type StopNote = Omit<Position, 'isShutDown'> & { readonly inode: string; readonly bornNs: string }

/** Of `ControlFileData`, in PostgreSQL 11 and later. */
const places = { system: 0, state: 16, checkpoint: 32 } as const
const shutDownState = 1

/** Beside the data, so that a copy of `postgres/` alone lacks it. A failure only leaves no note. */
export async function noteStop(where: DataDirectory): Promise<void> {
  const path = notePath(where)
  const temporary = `${path}.${process.pid}`
  try {
    const { isShutDown, ...position } = await readPosition(where)
    if (!isShutDown) return
    const file = await open(temporary, 'wx', 0o600)
    try {
      const { ino, birthtimeNs } = await file.stat({ bigint: true })
      const note: StopNote = { ...position, inode: String(ino), bornNs: String(birthtimeNs) }
      await file.writeFile(JSON.stringify(note))
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, path)
  } catch {
    await rm(temporary, { force: true }).catch(() => undefined)
  }
}

/** Takes the note away: a server that runs makes it untrue. Call it before the server is started. */
export async function takeStopNote(where: DataDirectory): Promise<FilesSinceStop> {
  try {
    const path = notePath(where)
    const file = await open(path, 'r')
    const { text, isGenuine } = await readNote(file).finally(() => file.close())
    await rm(path)
    const note = JSON.parse(text) as StopNote
    if (!isGenuine(note)) return undefined
    const found = await readPosition(where)
    if (found.system !== note.system) return undefined
    const ahead = BigInt(found.checkpoint) - BigInt(note.checkpoint)
    if (ahead < 0n) return 'older'
    return ahead === 0n && found.isShutDown ? 'same' : undefined
  } catch {
    return undefined
  }
}

async function readNote(file: Awaited<ReturnType<typeof open>>) {
  const { ino, birthtimeNs } = await file.stat({ bigint: true })
  const text = await file.readFile('utf8')
  const isGenuine = ({ inode, bornNs }: StopNote) =>
    birthtimeNs > 0n && inode === String(ino) && bornNs === String(birthtimeNs)
  return { text, isGenuine }
}

async function readPosition(where: DataDirectory): Promise<Position> {
  const control = await readFile(join(where.data, 'global', 'pg_control'))
  return {
    system: String(control.readBigUInt64LE(places.system)),
    checkpoint: String(control.readBigUInt64LE(places.checkpoint)),
    isShutDown: control.readUInt32LE(places.state) === shutDownState,
  }
}

function notePath(where: DataDirectory): string {
  return join(where.directory, 'postgres.stopped')
}
