import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { createDetector, defaultBounds } from './detector.ts'
import type { Pattern } from './pattern.ts'
import { type TransferRow, transferOfRow } from './transfer.ts'

const page = readFileSync(join(import.meta.dirname, '../../../docs/reference/risk-typologies.md'), 'utf8')

type Example = {
  readonly title: string
  readonly pattern: Pattern
  readonly rows: readonly TransferRow[]
  readonly finding: string
}

const examples = page.split(/^## /m).flatMap((section): Example[] => {
  const block = (name: string) => new RegExp(`^\`\`\`${name}\n([\\s\\S]*?)\n\`\`\`$`, 'm').exec(section)?.[1]
  const [pattern, rows, finding] = [block('json pattern'), block('json transfers'), block('text finding')]
  if (pattern === undefined || rows === undefined || finding === undefined) return []
  return [{ title: section.split('\n')[0] ?? '', pattern: JSON.parse(pattern), rows: JSON.parse(rows), finding }]
})

const passThrough = examples.find(({ pattern }) => pattern.kind === 'pass_through')?.pattern

it('has an example of every typology', () => {
  expect(examples.map(({ pattern }) => pattern.kind)).toEqual([
    'structuring',
    'fan_in',
    'fan_out',
    'cycle',
    'pass_through',
    'dormant_woken',
    'round_amounts',
    'mule_cluster',
  ])
})

it.each(examples)('finds what the example of $title says', ({ pattern, rows, finding }) => {
  const needed = pattern.kind === 'mule_cluster' && passThrough !== undefined ? [passThrough] : []
  const detector = createDetector({ patterns: [...needed, pattern], lateSeconds: 0, bounds: defaultBounds })
  const found = rows
    .flatMap((row) => detector.observe(transferOfRow(row)).findings)
    .filter((each) => each.finding.kind === pattern.kind)
    .map((each) => `${each.finding.closedBy}, score ${each.finding.score}: ${each.finding.explanation}`)
  expect(found).toEqual([finding])
})

it.each(examples)('finds nothing in the example of $title when a transfer is missing', ({ pattern, rows, finding }) => {
  const needed = pattern.kind === 'mule_cluster' && passThrough !== undefined ? [passThrough] : []
  const closing = finding.split(',')[0]
  const others = rows.filter(([id]) => id !== closing)
  const detector = createDetector({ patterns: [...needed, pattern], lateSeconds: 0, bounds: defaultBounds })
  const found = others.flatMap((row) => detector.observe(transferOfRow(row)).findings)
  expect(found.filter((each) => each.finding.kind === pattern.kind)).toEqual([])
})
