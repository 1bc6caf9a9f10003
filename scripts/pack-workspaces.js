// Runs after `npm pack` at the root and packs the SDK and the CLI beside it, so that one command
// leaves everything that belongs together. They were built by the root's prepack.
import { spawnSync } from 'node:child_process'
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const { npm_command, npm_config_dry_run, npm_config_workspaces, npm_config_pack_destination, INIT_CWD } = process.env

// With --workspaces npm packs them itself; `npm publish` publishes one package at a time.
if (npm_command === 'pack' && npm_config_dry_run !== 'true' && npm_config_workspaces !== 'true') {
  const destination = resolve(INIT_CWD ?? root, npm_config_pack_destination ?? '.')
  const args = ['pack', '--ignore-scripts', '--workspace=sdk', '--workspace=cli', `--pack-destination=${destination}`]
  // What npm pack prints is read by scripts: the name of one tarball.
  const { status } = spawnSync('npm', args, {
    cwd: root,
    stdio: ['ignore', 2, 2],
    env: { ...process.env, npm_config_json: 'false' },
  })
  process.exit(status ?? 1)
}
