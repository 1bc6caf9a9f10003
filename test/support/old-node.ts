import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** The machine's own Node when it is older than the project's, else this one. */
export function findOldNode(): string {
  const paths = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, 'node'))
  const versionOf = (path: string) => spawnSync(path, ['--version'], { encoding: 'utf8' }).stdout?.trim() ?? ''
  const old = paths.find((path) => existsSync(path) && /^v2[0-3]\./.test(versionOf(path)))
  return old ?? process.execPath
}
