// Installs missing packages, with any Node from version 20 on. It runs before `npm run demo`, `npm test`, `npm start`,
// `npm run check`, `npm run bench` and `npm run build`, and does nothing when the installed packages match
// package-lock.json.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const marker = join(root, 'node_modules', '.munim-setup')
const fingerprint = createHash('sha256')
  .update(readFileSync(join(root, 'package-lock.json')))
  .update(readFileSync(join(root, 'package.json')))
  .digest('hex')

if (!existsSync(marker) || readFileSync(marker, 'utf8') !== fingerprint) {
  process.stderr.write('Installing packages (once; about a minute) ...\n')
  const install = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  if (install.status !== 0) {
    process.stderr.write('The installation failed. Check the network and run the command again.\n')
    process.exit(1)
  }
  writeFileSync(marker, fingerprint)
}
