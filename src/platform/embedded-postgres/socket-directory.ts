import { chmod, chown, mkdtemp, rm, rmdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { Fault } from '../faults/index.ts'
import { canReach, type ServerAccount } from './server-account.ts'

const prefix = 'munim-'
const socketName = '.s.PGSQL.5432'
/** The kernel's limit on the path of a socket: 108 bytes on Linux, 104 on macOS, one of them a zero. */
const pathBytesMax = 103

/** Only `account` and we can enter it. It is not beside the data, whose path may be too long for a socket. */
export async function makeSocketDirectory(account: ServerAccount, dataDirectory: string): Promise<string> {
  const tried: string[] = []
  for (const parent of new Set([tmpdir(), '/tmp', dataDirectory])) {
    const longest = Buffer.byteLength(join(parent, `${prefix}XXXXXX`, socketName))
    tried.push(parent)
    if (longest > pathBytesMax || !(await canReach(account, join(parent, prefix)).catch(() => false))) continue
    const made = await mkdtemp(join(parent, prefix)).catch(() => undefined)
    if (made === undefined) continue
    if (account.borrowed) {
      await chown(made, account.uid, process.getgid?.() ?? 0)
      await chmod(made, 0o710)
    }
    return made
  }
  throw new Fault({
    code: 'socket_directory_missing',
    message: `PostgreSQL needs a place for its socket, and none of ${tried.join(', ')} can take one; set TMPDIR to a writable directory with a short path.`,
    retryable: false,
  })
}

/** Removes the directory of a server's socket, if {@link makeSocketDirectory} made it. */
export async function removeSocketDirectory(directory: string): Promise<void> {
  if (!basename(directory).startsWith(prefix)) return
  await rm(join(directory, socketName), { force: true })
  await rm(join(directory, `${socketName}.lock`), { force: true })
  await rmdir(directory).catch(() => undefined)
}

/** Removes a dead server's socket and lock file from a directory that the next server uses as well. */
export async function removeSocketFiles(dead: {
  readonly socketDirectory: string
  readonly port: number
}): Promise<void> {
  const socket = join(dead.socketDirectory, `.s.PGSQL.${dead.port}`)
  await rm(`${socket}.lock`, { force: true })
  await rm(socket, { force: true })
}
