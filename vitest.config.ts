import { globSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'
import { closingCount } from './test/support/closing-count.ts'
import { measureSlowness } from './test/support/machine-load.ts'

const outside = (path: string) => /(^|[\\/])(node_modules|dist)$/.test(path)
const files = globSync('{src,sdk,cli,rail-simulator,demo,scripts,bench,test}/**/*.test.ts', {
  cwd: import.meta.dirname,
  exclude: outside,
})

/** A test that is given a database, waits for servers of its own, or runs a whole program: ours, or the rail simulator. */
const isWhole = (path: string) => /^(test\/(?!support\/)|rail-simulator\/)|\.(db|net)\.test\.ts$/.test(path)

/** The sources of the modules, of the SDK and of the CLI, instead of what a build made of them. */
const resolve = { conditions: ['munim-source', 'node', 'development|production'] }

/**
 * Time limits are for what hangs: nothing is asserted by them. They grow with the load of the machine, and have
 * room for a load that begins later.
 */
const slowness = measureSlowness()
const limit = (ms: number) => Math.ceil(ms * Math.max(4, slowness))

export default defineConfig({
  resolve,
  ssr: { resolve },
  environments: {
    ssr: { resolve },
    // Where test files and the global set-up are resolved; it takes nothing from the settings above.
    __vitest__: { resolve },
  },
  test: {
    reporters: ['default', closingCount()],
    pool: 'forks',
    // One more than the cores: many tests wait, such as for a process to start or a time limit to pass.
    maxWorkers: Math.min(4, availableParallelism() + 1),
    testTimeout: limit(120_000),
    hookTimeout: limit(120_000),
    teardownTimeout: limit(60_000),
    expect: { poll: { timeout: limit(40_000), interval: 20 } },
    provide: { slowness },
    projects: [
      // Pure tests keep nothing in their modules, and so share a process: starting one a file took a third of their time.
      { extends: true, test: { name: 'pure', isolate: false, include: files.filter((path) => !isWhole(path)) } },
      {
        extends: true,
        test: {
          name: 'whole',
          include: files.filter(isWhole),
          testTimeout: limit(240_000),
          globalSetup: ['test/support/global-setup.ts'],
          setupFiles: ['test/support/leak-check.ts'],
        },
      },
    ],
  },
})
