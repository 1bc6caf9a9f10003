// Runs after `npm pack` at the root and packs the workspaces beside it, so that one command creates all packages
// of a release. The root's prepack has built them. It also writes a bill of materials (CycloneDX) of what they bring along.
import { spawnSync } from 'node:child_process'
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { writeBillOfMaterials } from './bill-of-materials.ts'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const { npm_command, npm_config_dry_run, npm_config_workspaces, npm_config_pack_destination, INIT_CWD } = process.env

// With --workspaces npm packs them itself; `npm publish` publishes one package at a time.
if (npm_command === 'pack' && npm_config_dry_run !== 'true' && npm_config_workspaces !== 'true') {
  const destination = resolve(INIT_CWD ?? root, npm_config_pack_destination ?? '.')
  const workspaces = ['sdk', 'cli', 'rail-simulator'].map((name) => `--workspace=${name}`)
  const args = ['pack', '--ignore-scripts', ...workspaces, `--pack-destination=${destination}`]
  // Scripts read the output of npm pack: the name of one tarball. So this output goes to stderr.
  const { status } = spawnSync('npm', args, {
    cwd: root,
    stdio: ['ignore', 2, 2],
    env: { ...process.env, npm_config_json: 'false' },
  })
  if (status === 0) writeBillOfMaterials({ root, folder: destination })
  process.exit(status ?? 1)
}
