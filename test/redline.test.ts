import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { patience } from '#testing'
import type { RedlineResult } from '../bench/redline/result.ts'

test('a quick run loads the whole system, loses nothing, and writes where time went', {
  timeout: patience(120_000),
}, async () => {
  const out = await mkdtemp(join(tmpdir(), 'munim-redline-out-'))
  const main = join(import.meta.dirname, '../bench/redline/main.ts')
  const args = ['--conditions=munim-source', main, '--quick', '--out', out]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  let said = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  expect(await once(child, 'exit')).toEqual([0, null])
  const result = JSON.parse(await readFile(join(out, 'redline.json'), 'utf8')) as RedlineResult
  expect(said).toContain(`held ${result.heldPerSecond} requests/s`)
  expect(result).toMatchObject({ engine: 'postgres', findings: [], normal: 5 })
  const [first] = result.steps
  expect([first?.sent, first?.failed]).toEqual([20, 0])
  expect(first?.cores).toMatchObject({
    api: expect.any(Number),
    'worker-1': expect.any(Number),
    postgres: expect.any(Number),
  })
  expect(Object.keys(result.stages).sort()).toEqual(['api', 'rails', 'worker-1'])
  expect(result.stages['worker-1']?.map(({ stage }) => stage)).toContain('lanes')
  expect(await readFile(join(out, 'redline.html'), 'utf8')).toContain('<svg ')
  await rm(out, { recursive: true, force: true })
})
