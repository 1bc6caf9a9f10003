import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { CliFailure } from '../failure.ts'
import type { Pair, Reason } from './signing.ts'

/** One certificate that was issued. Times are RFC 3339. */
export type IssuedCertificate = {
  readonly serial: string
  readonly name: string
  readonly roles: readonly string[]
  readonly hosts: readonly string[]
  readonly days: number
  readonly not_before: string
  readonly not_after: string
  readonly revoked_at: string | null
  readonly reason: Reason | null
}

export type AuthorityIndex = { readonly list_number: number; readonly certificates: readonly IssuedCertificate[] }

export type AuthorityFolder = {
  readonly paths: { readonly cert: string; readonly key: string; readonly crl: string }
  readonly pathsOf: (name: string) => { readonly cert: string; readonly key: string }
  readonly readAuthority: () => Pair
  readonly readIndex: () => AuthorityIndex
  readonly writeIndex: (index: AuthorityIndex) => void
  /** Replaces the file in one step, so that no reader sees half of it. */
  readonly write: (file: { readonly path: string; readonly text: string }) => void
  /** One command at a time changes the folder. */
  readonly locked: <Value>(work: () => Promise<Value>) => Promise<Value>
}

const folderMode = 0o700
const fileMode = 0o600

/** A new folder, or an empty one. Throws when there is something in it already. */
export function makeFolder(path: string): AuthorityFolder {
  mkdirSync(path, { recursive: true, mode: folderMode })
  try {
    mkdirSync(join(path, 'issued'), { mode: folderMode })
  } catch (cause) {
    if (codeOf(cause) !== 'EEXIST') throw cause
    throw new CliFailure(`${path} has an authority already; name another folder with --dir`, { cause })
  }
  return folderAt(path)
}

export function openFolder(path: string): AuthorityFolder {
  const folder = folderAt(path)
  try {
    statSync(folder.paths.cert)
    statSync(folder.paths.key)
  } catch (cause) {
    throw new CliFailure(`${path} has no authority (${codeOf(cause)}); "munim certs init" makes one`, { cause })
  }
  return folder
}

function folderAt(path: string): AuthorityFolder {
  const paths = { cert: join(path, 'ca.crt'), key: join(path, 'ca.key'), crl: join(path, 'ca.crl') }
  const index = join(path, 'index.json')
  const lock = join(path, 'lock')
  return {
    paths,
    pathsOf: (name) => ({ cert: join(path, 'issued', `${name}.crt`), key: join(path, 'issued', `${name}.key`) }),
    readAuthority: () => ({ cert: readFileSync(paths.cert, 'utf8'), key: readFileSync(paths.key, 'utf8') }),
    readIndex: () => parseIndex(index),
    writeIndex: (content) => replace({ path: index, text: `${JSON.stringify(content, undefined, 2)}\n` }),
    write: replace,
    locked: async (work) => {
      try {
        closeSync(openSync(lock, 'wx', fileMode))
      } catch (cause) {
        if (codeOf(cause) !== 'EEXIST') throw cause
        throw new CliFailure(`another command changes ${path}; if none does, delete ${lock}`, { cause })
      }
      try {
        return await work()
      } finally {
        rmSync(lock, { force: true })
      }
    },
  }
}

function parseIndex(path: string): AuthorityIndex {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as AuthorityIndex
  } catch (cause) {
    throw new CliFailure(`${path} cannot be read: it should list the certificates that were issued`, { cause })
  }
}

function replace({ path, text }: { readonly path: string; readonly text: string }): void {
  const draft = `${path}.new`
  rmSync(draft, { force: true })
  const file = openSync(draft, 'wx', fileMode)
  try {
    // Unlike writeSync, it writes all or throws, also on a full disk.
    writeFileSync(file, text)
    fsyncSync(file)
  } catch (error) {
    rmSync(draft, { force: true })
    throw new CliFailure(`${path} could not be written (${codeOf(error)}); it is as it was. Is the disk full?`)
  } finally {
    closeSync(file)
  }
  renameSync(draft, path)
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
}
