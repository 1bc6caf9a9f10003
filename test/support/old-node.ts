import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** This process's Node when the machine has no older one. */
export function findOldNode(): string {
  const paths = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, 'node'))
  const versionOf = (path: string) => spawnSync(path, ['--version'], { encoding: 'utf8' }).stdout?.trim() ?? ''
  const old = paths.find((path) => existsSync(path) && /^v2[0-3]\./.test(versionOf(path)))
  return old ?? process.execPath
}
