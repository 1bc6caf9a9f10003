import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

/** The sources of the modules, of the SDK and of the CLI, instead of what a build made of them. */
const resolve = { conditions: ['munim-source', 'node', 'development|production'] }

export default defineConfig({
  resolve,
  ssr: { resolve },
  environments: {
    ssr: { resolve },
    // Where test files and the global set-up are resolved; it takes nothing from the settings above.
    __vitest__: { resolve },
  },
  test: {
    include: ['{src,sdk,cli,test,bench,scripts}/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**'],
    globalSetup: ['test/support/global-setup.ts'],
    setupFiles: ['test/support/leak-check.ts'],
    pool: 'forks',
    maxWorkers: Math.max(1, Math.min(4, availableParallelism())),
    testTimeout: 30_000,
    hookTimeout: 30_000,
    teardownTimeout: 20_000,
  },
})
