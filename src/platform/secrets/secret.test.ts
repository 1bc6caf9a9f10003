import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openSecret } from './secret.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'munim-secrets-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

function versionsOf(reference: string, environment: Record<string, string> = {}) {
  const opened = openSecret(reference, environment)
  return opened.ok ? opened.secret.versions() : opened.why
}

it('reads a secret from a variable, a file of one value per line, or the reference itself', () => {
  const path = join(folder, 'keys')
  writeFileSync(path, 'newer\r\n\nolder\n')
  expect(versionsOf('env:KEY', { KEY: 'k' })).toEqual(['k'])
  expect(versionsOf(`file:${path}`)).toEqual(['newer', 'older'])
  expect(versionsOf('whsec_1')).toEqual(['whsec_1'])
})

it('says which variable or file is missing', () => {
  const path = join(folder, 'empty')
  writeFileSync(path, '\n')
  expect(versionsOf('env:KEY')).toBe('the variable KEY is not set')
  expect(versionsOf('env:KEY', { KEY: '' })).toBe('the variable KEY is not set')
  expect(versionsOf(`file:${join(folder, 'none')}`)).toBe(`the file ${join(folder, 'none')} cannot be read (ENOENT)`)
  expect(versionsOf(`file:${path}`)).toBe(`the file ${path} is empty`)
})

it('reads a changed file again, and keeps the known values while it is missing or empty', async () => {
  const path = join(folder, 'rotated')
  writeFileSync(path, 'first')
  const opened = openSecret(`file:${path}`)
  if (!opened.ok) throw new Error(opened.why)
  const { versions } = opened.secret
  let change = 1
  const write = (text: string) => {
    writeFileSync(path, text)
    change += 60
    utimesSync(path, change, change)
  }
  write('second\nfirst')
  await expect.poll(versions).toEqual(['second', 'first'])
  rmSync(path)
  write('')
  write('third')
  await expect.poll(versions).toEqual(['third'])
})
