import { randomBytes } from 'node:crypto'
import { link, mkdir, open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Fault } from '#platform/faults'
import { openSecret, type SecretResult } from '#platform/secrets'
import { localKeysOf } from './local-keys.ts'

type KeyFile = {
  readonly dataDirectory: string
  /** It is made when it is missing. */
  readonly isNeeded: boolean
}

/**
 * The key of a data directory: `secrets.key`, for what must be sealed where there is no key outside. The first start makes
 * it, durably and readable by its owner alone (mode 0600). It has the form of `--secrets-key`.
 */
export async function openKeyFile({ dataDirectory, isNeeded }: KeyFile): Promise<SecretResult> {
  const path = join(dataDirectory, 'secrets.key')
  const known = openKeys(path)
  if (known.ok || !isNeeded) return known
  const unfinished = `${path}.${process.pid}`
  try {
    await mkdir(dataDirectory, { recursive: true, mode: 0o700 })
    await writeDurably({ path: unfinished, text: `${randomBytes(32).toString('base64')}\n` })
    // Unlike a rename, a link never replaces the key of a process that was faster.
    await link(unfinished, path)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) return known
  } finally {
    await rm(unfinished, { force: true }).catch(() => undefined)
  }
  return openKeys(path)
}

function openKeys(path: string): SecretResult {
  const opened = openSecret(`file:${path}`)
  if (!opened.ok) return opened
  try {
    localKeysOf(opened.secret)
    return opened
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    return { ok: false, why: `the file ${path} does not hold 32 random bytes in base64` }
  }
}

async function writeDurably({ path, text }: { readonly path: string; readonly text: string }): Promise<void> {
  const file = await open(path, 'w', 0o600)
  try {
    await file.chmod(0o600)
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
}
