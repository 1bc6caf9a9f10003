import { mkdir, open, rename, stat } from 'node:fs/promises'
import { join } from 'node:path'

export function firstKeyPath(dataDirectory: string): string {
  return join(dataDirectory, 'admin.key')
}

/** Writes the key atomically and durably, readable by its owner alone (mode 0600). */
export async function writeFirstKey({
  dataDirectory,
  keyText,
}: {
  readonly dataDirectory: string
  readonly keyText: string
}): Promise<void> {
  await mkdir(dataDirectory, { recursive: true, mode: 0o700 })
  const path = firstKeyPath(dataDirectory)
  const unfinished = `${path}.${process.pid}`
  const file = await open(unfinished, 'w', 0o600)
  try {
    await file.chmod(0o600)
    await file.writeFile(`${keyText}\n`)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(unfinished, path)
}

export async function hasFirstKey(dataDirectory: string): Promise<boolean> {
  return stat(firstKeyPath(dataDirectory)).then(
    () => true,
    () => false,
  )
}
