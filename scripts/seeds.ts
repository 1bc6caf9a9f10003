// Plays many random histories of the machines: `npm run seeds -- --runs 10000 --seed 7`. With `--planted`, plays them
// against defects of the past, each of which must be found. `--from 6120` begins with the seed's history of that number.
import { spawnSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'

const root = dirname(import.meta.dirname)
const { values } = parseArgs({
  options: {
    runs: { type: 'string' },
    seed: { type: 'string' },
    from: { type: 'string', default: '1' },
    planted: { type: 'boolean', default: false },
  },
})
const { runs = values.planted ? '1000' : '10000', seed = String(Date.now() % 2_147_483_647), from, planted } = values
const [project, ...files] = planted
  ? ['variants', 'test/planted-faults.test.ts']
  : [
      'pure',
      'src/payments/machines/machines.property.test.ts',
      'src/payments/machines/failover.property.test.ts',
      'src/orders/paid-orders.property.test.ts',
    ]
const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs')
const startedAt = performance.now()
const { status } = spawnSync(process.execPath, [vitest, 'run', '--project', project, ...files], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, RUNS: runs, SEED: seed, FROM: from },
})
console.log(
  `${runs} histories of seed ${seed} from ${from} on, ${Math.round((performance.now() - startedAt) / 1000)} s`,
)
process.exitCode = status ?? 1
