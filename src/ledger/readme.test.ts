import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ledgerRefusals } from './refusals.ts'
import { eventTypes } from './routes/event-schemas.ts'

const readme = readFileSync(join(import.meta.dirname, 'README.md'), 'utf8')

/** The words in backticks under a heading, in their order. */
function namesUnder(heading: string): string[] {
  const [, section = ''] = readme.split(`## ${heading}\n`)
  const [text = ''] = section.split('\n## ')
  return [...text.matchAll(/`([a-z_.]+)`/g)].map(([, name = '']) => name)
}

test('the page lists the refusals in the order of precedence', () => {
  expect(namesUnder('Refusals, in order of precedence')).toEqual(Object.keys(ledgerRefusals))
})

test('the page names every table of the migrations', () => {
  const folder = join(import.meta.dirname, 'migrations')
  const sql = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'))
  const tables = sql.flatMap((text) => [...text.matchAll(/create table ledger\.(\w+)/g)].map(([, name = '']) => name))
  expect(tables.length).toBeGreaterThan(8)
  for (const table of tables) expect(namesUnder('Owns')).toContain(table)
})

test('the page names the types of events that the contract has', () => {
  expect(namesUnder('Events')).toEqual([...eventTypes.account, ...eventTypes.transfer])
})
