// `npm run test:kafka [-- FILE]`: the tests that need Kafka's brokers, which they start and stop themselves.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { fetchKafka, missingForKafka } from './kafka.ts'

const root = join(import.meta.dirname, '..')
const missing = missingForKafka()
if (missing.length > 0) {
  console.error(`The tests with Kafka need Java 17 and Maven; missing: ${missing.join(', ')}.`)
  process.exitCode = 1
} else {
  await fetchKafka()
  const vitest = join(root, 'node_modules/vitest/vitest.mjs')
  const child = spawn(process.execPath, [vitest, 'run', '--project', 'kafka', ...process.argv.slice(2)], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, MUNIM_TEST_KAFKA: 'yes' },
  })
  child.on('close', (code) => {
    process.exitCode = code ?? 1
  })
}
