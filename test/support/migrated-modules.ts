import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { MigratedModule } from '#platform/postgres'

const source = fileURLToPath(new URL('../../src', import.meta.url))

/** Throws when the program leaves out a folder with migrations. */
export async function migratedModules(): Promise<readonly MigratedModule[]> {
  // Most tests never migrate, and need not load the whole program.
  const { migratedModules: listed } = await import('../../src/roles.ts')
  for (const name of await readdir(source)) {
    const files = await readdir(join(source, name, 'migrations')).catch(() => [])
    if (files.length > 0 && listed.every((module) => module.name !== name)) throw new Error(`${name} is not migrated`)
  }
  return listed
}
