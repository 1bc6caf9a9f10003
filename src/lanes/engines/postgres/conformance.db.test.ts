import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import type { Database } from '#platform/postgres'
import { type EngineUnderTest, testEngine } from '#testing'

const engine: EngineUnderTest = {
  newLanes: () => undefined,
  offsets: async () => new Map(),
  loseServer: async ({ database }: { readonly database: Database }) => {
    await database.query({
      text: `select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and application_name like '%lanes%'`,
    })
    return async () => undefined
  },
}

testEngine('of PostgreSQL alone', engine, 'all but the loss of servers')
testEngine('of PostgreSQL alone', engine, 'the loss of servers')

test('the client of Kafka is not loaded by a process that does not use it', () => {
  const script = `
    import { registerHooks } from 'node:module'
    const loaded = []
    registerHooks({ resolve: (name, context, next) => (loaded.push(name), next(name, context)) })
    await import('./src/compose.ts')
    console.log(JSON.stringify(loaded.filter((name) => name === 'fastify' || name.includes('kafka'))))`
  const args = ['--conditions=munim-source', '--input-type=module', '-e', script]
  const loaded: string[] = JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' }))
  expect(loaded).toContain('fastify')
  expect(loaded).not.toContain('@platformatic/kafka')
  expect(loaded).not.toContain('#platform/kafka')
})
