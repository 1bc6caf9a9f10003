import { chmodSync, mkdirSync, readFileSync, renameSync, rmdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { CliFailure } from './failure.ts'

/** What a login at a server has given. The times are in milliseconds since 1970. */
export type Login = {
  readonly access_token: string
  readonly refresh_token: string
  readonly expires_ms: number
}

type Logins = Readonly<Record<string, Login>>

/** A process that takes longer than this with the file is gone. */
const lockedMsMax = 30_000
const lockEveryMs = 50

/** Of this user, by the address of the server. `MUNIM_LOGIN_FILE` names another file. */
export function loginFile(): string {
  const { MUNIM_LOGIN_FILE: given, XDG_CONFIG_HOME: config } = process.env
  return given || join(config || join(homedir(), '.config'), 'munim', 'logins.json')
}

export function readLogin(url: string): Login | undefined {
  return readLogins()[originOf(url)]
}

/** Must be called with the lock. Undefined: the login is forgotten. */
export function storeLogin(url: string, login: Login | undefined): void {
  const { [originOf(url)]: _before, ...others } = readLogins()
  const logins = login === undefined ? others : { ...others, [originOf(url)]: login }
  const path = loginFile()
  const unfinished = `${path}.${process.pid}`
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  try {
    writeFileSync(unfinished, `${JSON.stringify(logins, null, 2)}\n`, { mode: 0o600 })
    // The mode of a file that was there before stays as it was.
    chmodSync(unfinished, 0o600)
    renameSync(unfinished, path)
  } catch (error) {
    rmSync(unfinished, { force: true })
    throw error
  }
}

/**
 * Runs `work` while no other process of this user does: a refresh token counts once, and the second use of one ends the
 * login.
 */
export async function withLogins<Value>(work: () => Promise<Value>): Promise<Value> {
  const lock = `${loginFile()}.lock`
  mkdirSync(dirname(lock), { recursive: true, mode: 0o700 })
  while (!tryLock(lock)) await sleep(lockEveryMs)
  try {
    return await work()
  } finally {
    rmSync(lock, { recursive: true, force: true })
  }
}

function tryLock(lock: string): boolean {
  try {
    mkdirSync(lock)
    return true
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error
  }
  try {
    if (Date.now() - statSync(lock).mtimeMs > lockedMsMax) rmdirSync(lock)
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error
  }
  return false
}

function readLogins(): Logins {
  const path = loginFile()
  try {
    const logins: unknown = JSON.parse(readFileSync(path, 'utf8'))
    if (typeof logins === 'object' && logins !== null) return logins as Logins
  } catch (cause) {
    if (hasCode(cause, 'ENOENT')) return {}
    if (!(cause instanceof SyntaxError)) throw new CliFailure(`${path} cannot be read`, { cause })
  }
  throw new CliFailure(`${path} is not a file of logins; remove it, and log in again`)
}

function originOf(url: string): string {
  return new URL(url).origin
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
