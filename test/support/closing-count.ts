import type { Reporter, SerializedError, TestModule } from 'vitest/node'

/** A module that did not load, and an error outside any test, count as a failure each. */
export type Count = { readonly passed: number; readonly failed: number; readonly skipped: number }

export function countTests(modules: readonly TestModule[], errors: readonly SerializedError[]): Count {
  const tests = modules.flatMap((module) => [...module.children.allTests()])
  const inState = (state: string) => tests.filter((test) => test.result().state === state).length
  const brokenModules = modules.filter((module) => module.errors().length > 0).length
  return {
    passed: inState('passed'),
    failed: inState('failed') + inState('pending') + brokenModules + errors.length,
    skipped: inState('skipped'),
  }
}

export function formatCount(count: Count): string {
  const skipped = count.skipped === 0 ? '' : `${count.skipped} skipped\n`
  return `${skipped}${count.passed} passed, ${count.failed} failed\n`
}

/** Prints the count as the very last line of the run, for readers of that line only. */
export function closingCount(): Reporter {
  return {
    onTestRunEnd(modules, errors) {
      const text = formatCount(countTests(modules, errors))
      process.once('exit', () => process.stdout.write(text))
    },
  }
}
