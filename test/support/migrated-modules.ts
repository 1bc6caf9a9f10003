import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { MigratedModule } from '#platform/postgres'

const source = fileURLToPath(new URL('../../src', import.meta.url))

/** The modules with a `migrations` folder, the platform first, since the tables of others may depend on its tables. */
export async function migratedModules(): Promise<MigratedModule[]> {
  const names = (await readdir(source)).sort()
  const modules: MigratedModule[] = []
  for (const name of ['platform', ...names.filter((other) => other !== 'platform')]) {
    const directory = join(source, name, 'migrations')
    const files = await readdir(directory).catch(() => [])
    if (files.length > 0) modules.push({ name, directory })
  }
  return modules
}
