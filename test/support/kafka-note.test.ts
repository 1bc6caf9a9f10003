import { expect, it } from 'vitest'
import { noteOf } from './kafka-note.ts'

it('says how to run the tests with Kafka, and what is missing for them', () => {
  expect(noteOf([])).toBe('The tests with Kafka did not run; npm run test:kafka runs them.')
  expect(noteOf(['java', 'mvn'])).toBe(
    'The tests with Kafka did not run; npm run test:kafka runs them. It needs Java 17 and Maven; missing: java, mvn.',
  )
})
