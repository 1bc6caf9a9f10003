import { globSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config'
import { closingCount } from './test/support/closing-count.ts'
import { kafkaNote } from './test/support/kafka-note.ts'
import { measureSlowness } from './test/support/machine-load.ts'

const outside = (path: string) => /(^|[\\/])(node_modules|dist)$/.test(path)
const files = globSync('{src,sdk,cli,rail-simulator,demo,scripts,bench,test}/**/*.test.ts', {
  cwd: import.meta.dirname,
  exclude: outside,
})

/** A test that is given a database, waits for servers of its own, or runs a whole program: ours, or the rail simulator. */
const isWhole = (path: string) => /^(test\/(?!support\/)|rail-simulator\/)|\.(db|net)\.test\.ts$/.test(path)

/** A test that replaces modules of the program, and so cannot share its process with others. */
const replacesModules = (path: string) =>
  /from '\.\/support\/[\w-]*(variant|planted-faults)\.ts'/.test(readFileSync(path, 'utf8'))

/** A test that starts Kafka's brokers. `npm run test:kafka` runs these, and no other. */
const needsKafka = (path: string) => path.endsWith('.kafka.test.ts')
const withKafka = process.env.MUNIM_TEST_KAFKA !== undefined

/** The sources of the modules, of the SDK and of the CLI, instead of what a build made of them. */
const resolve = { conditions: ['munim-source', 'node', 'development|production'] }

/**
 * Time limits are for what hangs: nothing is asserted by them. They grow with the load of the machine, and have
 * room for a load that begins later.
 */
const slowness = measureSlowness()
const limit = (ms: number) => Math.ceil(ms * Math.max(4, slowness))

const onDatabase = {
  testTimeout: limit(240_000),
  globalSetup: ['test/support/global-setup.ts'],
  setupFiles: ['test/support/leak-check.ts'],
}

const kafkaProject: TestProjectInlineConfiguration = {
  extends: true,
  test: { ...onDatabase, name: 'kafka', include: files.filter(needsKafka), hookTimeout: limit(240_000) },
}

export default defineConfig({
  resolve,
  ssr: { resolve },
  environments: {
    ssr: { resolve },
    // Where test files and the global set-up are resolved; it takes nothing from the settings above.
    __vitest__: { resolve },
  },
  test: {
    reporters: ['default', ...(withKafka ? [] : [kafkaNote()]), closingCount()],
    pool: 'forks',
    // One more than the cores: many tests wait, such as for a process to start or a time limit to pass.
    maxWorkers: Math.min(4, availableParallelism() + 1),
    testTimeout: limit(120_000),
    hookTimeout: limit(120_000),
    teardownTimeout: limit(60_000),
    expect: { poll: { timeout: limit(40_000), interval: 20 } },
    provide: { slowness },
    projects: [
      // Tests keep nothing in the modules of the program, and so share a process: starting one a file took a third of
      // their time.
      {
        extends: true,
        test: { name: 'pure', isolate: false, include: files.filter((path) => !isWhole(path) && !needsKafka(path)) },
      },
      {
        extends: true,
        test: {
          ...onDatabase,
          name: 'whole',
          isolate: false,
          include: files.filter((path) => isWhole(path) && !needsKafka(path) && !replacesModules(path)),
        },
      },
      {
        extends: true,
        test: {
          ...onDatabase,
          name: 'variants',
          include: files.filter((path) => isWhole(path) && !needsKafka(path) && replacesModules(path)),
        },
      },
      ...(withKafka ? [kafkaProject] : []),
    ],
  },
})
