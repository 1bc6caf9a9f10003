import { constants, type Stats } from 'node:fs'
import { access, readFile, stat } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { dirname } from 'node:path'
import { Fault } from '../faults/index.ts'

/** `borrowed`: another user than ours. Only root can arrange that, and must: PostgreSQL refuses to run as root. */
export type ServerAccount = {
  readonly uid: number
  readonly gid: number
  readonly borrowed: boolean
  /** The users that may log in: root, and the account itself unless it is a shared one such as `nobody`. */
  readonly admitted: readonly string[]
}

/** Used for a directory that belongs to root; a dedicated account is preferred. */
const fallbackAccounts = ['munim', 'nobody']
const accountFile = '/etc/passwd'

/**
 * Without root, our own user. With root, the owner of `path` or of its nearest existing parent, so that a user's data
 * stays theirs; else `munim` or `nobody`. Throws `server_account_missing`.
 */
export async function chooseServerAccount(path: string): Promise<ServerAccount> {
  const uid = process.getuid?.() ?? 0
  if (uid !== 0) {
    return { uid, gid: process.getgid?.() ?? uid, borrowed: false, admitted: ['root', ownName(uid)] }
  }
  const accounts = await readAccounts()
  const owner = await ownerOf(path)
  if (owner !== 0) {
    const account = accounts.find((candidate) => candidate.uid === owner)
    if (account !== undefined) {
      const shared = fallbackAccounts.includes(account.name)
      return { ...account, borrowed: true, admitted: shared ? ['root'] : ['root', account.name] }
    }
  }
  for (const name of fallbackAccounts) {
    const account = accounts.find((candidate) => candidate.name === name && candidate.uid !== 0)
    if (account !== undefined) return { ...account, borrowed: true, admitted: ['root'] }
  }
  throw accountMissing(
    `PostgreSQL cannot run as root and ${accountFile} names neither ${fallbackAccounts.join(' nor ')} to run it as; add a user "munim" or run as another user than root.`,
  )
}

/** Whether `account` may traverse every directory above `path` (judged by mode bits, not by ACLs). */
export async function canReach(account: ServerAccount, path: string): Promise<boolean> {
  if (!account.borrowed) return true
  for (let directory = dirname(path); ; directory = dirname(directory)) {
    if (!allows(account, await stat(directory), 0o1)) return false
    if (directory === dirname(directory)) return true
  }
}

export async function mayRun(account: ServerAccount, path: string): Promise<boolean> {
  if (account.borrowed) return allows(account, await stat(path), 0o5)
  return access(path, constants.R_OK | constants.X_OK).then(
    () => true,
    () => false,
  )
}

function allows(account: ServerAccount, stats: Stats, wanted: number): boolean {
  const shift = stats.uid === account.uid ? 6 : stats.gid === account.gid ? 3 : 0
  return ((stats.mode >> shift) & wanted) === wanted
}

function ownName(uid: number): string {
  try {
    return userInfo().username
  } catch (cause) {
    throw accountMissing(
      `The user with the number ${uid} has no entry in ${accountFile}, which PostgreSQL needs; add one or set DATABASE_URL to a PostgreSQL that runs elsewhere.`,
      cause,
    )
  }
}

async function ownerOf(path: string): Promise<number> {
  for (let at = path; ; at = dirname(at)) {
    const stats = await stat(at).catch(() => undefined)
    if (stats !== undefined) return stats.uid
    if (at === dirname(at)) return 0
  }
}

async function readAccounts(): Promise<{ name: string; uid: number; gid: number }[]> {
  const text = await readFile(accountFile, 'utf8').catch(() => '')
  return text.split('\n').flatMap((line) => {
    const [name, , uid, gid] = line.split(':')
    return name && uid && gid ? [{ name, uid: Number(uid) >>> 0, gid: Number(gid) >>> 0 }] : []
  })
}

function accountMissing(message: string, cause?: unknown): Fault {
  return new Fault({ code: 'server_account_missing', message, retryable: false, cause })
}
