import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const source = fileURLToPath(new URL('../../src', import.meta.url))

export type FaultPoint = { readonly name: string; readonly file: string }

/** Throws when a fault point has no literal name, or when two have the same. */
export function findFaultPoints(): FaultPoint[] {
  const files = globSync('**/*.ts', { cwd: source, exclude: (path) => path.endsWith('.test.ts') }).sort()
  const points = files
    .filter((file) => file !== join('platform', 'faults', 'fault-point.ts'))
    .flatMap((file) => faultPointsOf(readFileSync(join(source, file), 'utf8')).map((name) => ({ name, file })))
  const seen = new Map<string, string>()
  for (const { name, file } of points) {
    const before = seen.get(name)
    if (before !== undefined) throw new Error(`the fault point ${name} is in ${before} and again in ${file}`)
    seen.set(name, file)
  }
  return points
}

export function faultPointsOf(text: string): string[] {
  const names: string[] = []
  // A comment, string or template is one token, so that its content is skipped.
  const token =
    /\/\/[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`|\bfaultPoint\s*\(\s*(?:'([^']*)')?/g
  for (const [matched, name] of text.matchAll(token)) {
    if (!matched.startsWith('faultPoint')) continue
    if (name === undefined) throw new Error('a fault point needs a literal for its name')
    if (!/^[a-z-]+(\.[a-z-]+)+$/.test(name)) throw new Error(`the fault point "${name}" is not named room.effect.when`)
    names.push(name)
  }
  return names
}
