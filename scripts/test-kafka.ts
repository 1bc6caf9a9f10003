// `npm run test:kafka [-- FILE]`: the tests that need Kafka's brokers, which they start and stop themselves.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { fetchKafka, missingForKafka } from './kafka.ts'

const root = join(import.meta.dirname, '..')
/** EX_UNAVAILABLE of sysexits.h: nothing has run, for the reason that is printed. */
const unavailable = 69

async function whyNot(): Promise<string | undefined> {
  const missing = missingForKafka()
  if (missing.length > 0) return `they need Java 17 and Maven; missing: ${missing.join(', ')}.`
  return fetchKafka().then(
    () => undefined,
    (error: unknown) => String(error),
  )
}

const why = await whyNot()
if (why !== undefined) {
  console.error(`The tests with Kafka did not run: ${why}`)
  process.exitCode = unavailable
} else {
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
