import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readLock, type ShippedPackage, shippedPackages } from './licenses.ts'

type Component = { readonly 'bom-ref': string; readonly name: string; readonly version: string }

/** As far as it is read here (CycloneDX 1.5). */
export type BillOfMaterials = {
  readonly metadata: { readonly component: Component }
  readonly components: readonly Component[]
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn?: readonly string[] }[]
}

/**
 * The part of npm's bill of everything that ships. npm's own `--omit=dev` also leaves out what ships and is needed for
 * development as well.
 */
export function whatShips<Bill extends BillOfMaterials>(bill: Bill, shipped: readonly ShippedPackage[]): Bill {
  const versions = new Set(shipped.map(({ name, version }) => `${name}@${version}`))
  const components = bill.components
    .map(named)
    .filter(({ name, version }) => versions.has(`${name}@${version}`) || name.startsWith('@munim/'))
  const { component } = bill.metadata
  const kept = new Set([component, ...components].map((one) => one['bom-ref']))
  const dependencies = bill.dependencies
    .filter(({ ref }) => kept.has(ref))
    .map((one) => ({ ...one, ...(one.dependsOn && { dependsOn: one.dependsOn.filter((ref) => kept.has(ref)) }) }))
  return { ...bill, metadata: { ...bill.metadata, component: named(component) }, components, dependencies }
}

/** npm names the root and the workspaces after their folders, and has their names in the references. */
function named<One extends Component>(component: One): One {
  const [, name = component.name] = /^(?:.*\|)?(@?[^@]+)@/.exec(component['bom-ref']) ?? []
  return { ...component, name }
}

/** Writes `munim-VERSION.cdx.json` into the folder. */
export function writeBillOfMaterials({ root, folder }: { readonly root: string; readonly folder: string }): void {
  const args = ['sbom', '--sbom-format=cyclonedx', '--sbom-type=application', '--package-lock-only']
  const { stdout, status } = spawnSync('npm', args, {
    cwd: root,
    stdio: ['ignore', 'pipe', 2],
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    env: { ...process.env, npm_config_json: 'false' },
  })
  if (status !== 0) throw new Error('npm sbom failed')
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const bill = whatShips(JSON.parse(stdout) as BillOfMaterials, shippedPackages(readLock(root)))
  writeFileSync(join(folder, `munim-${version}.cdx.json`), `${JSON.stringify(bill, null, 2)}\n`)
}
