import type { Reporter } from 'vitest/node'
import { missingForKafka } from '../../scripts/kafka.ts'

/** Says in one line of `npm test` that the tests with Kafka did not run, and what runs them. */
export function kafkaNote(): Reporter {
  return {
    onTestRunEnd() {
      if (process.env.npm_lifecycle_event !== 'test') return
      process.stdout.write(`${noteOf(missingForKafka())}\n`)
    },
  }
}

export function noteOf(missing: readonly string[]): string {
  const needed = missing.length === 0 ? '' : ` It needs Java 17 and Maven; missing: ${missing.join(', ')}.`
  return `The tests with Kafka did not run; npm run test:kafka runs them.${needed}`
}
