import { randomBytes } from 'node:crypto'
import { link, mkdir, open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { openSecret, type SecretResult } from './secret.ts'

/** The seal key in a data directory. The first start makes it, durably and readable by its owner alone (mode 0600). */
export async function openSealKeyFile(dataDirectory: string): Promise<SecretResult> {
  const path = join(dataDirectory, 'seal.key')
  const known = openSecret(`file:${path}`)
  if (known.ok) return known
  const unfinished = `${path}.${process.pid}`
  try {
    await mkdir(dataDirectory, { recursive: true, mode: 0o700 })
    await writeDurably({ path: unfinished, text: `${randomBytes(32).toString('base64url')}\n` })
    // Unlike a rename, a link never replaces the key of a process that was faster.
    await link(unfinished, path)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) return known
  } finally {
    await rm(unfinished, { force: true }).catch(() => undefined)
  }
  return openSecret(`file:${path}`)
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
