import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readConfiguration } from '#platform/config'
import { createConfiguredRails, type RailSettings } from '../create-configured-rails.ts'
import { readRails } from './read-rails.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'munim-rails-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

const secret = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD'

function read(args: readonly string[], environment: Record<string, string> = {}) {
  const configured = readConfiguration(args, environment)
  if (!configured.ok) throw new Error(configured.errors.join(' '))
  const result = readRails(configured.configuration.rails)
  return result.ok ? { rails: result.rails, errors: [] } : { rails: [], errors: result.errors }
}

function readFile(content: unknown) {
  const path = join(folder, 'rails.json')
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
  const { rails, errors } = read(['--rails-config', path])
  return { rails, errors: errors.map((error) => error.replace(path, 'FILE')) }
}

describe('--rail-simulator', () => {
  it('adds the four rails of the simulator', () => {
    const { rails, errors } = read(['--rail-simulator', 'http://127.0.0.1:8090', '--rail-timeout-ms', '500'], {
      MUNIM_RAIL_CALLBACK_SECRET: secret,
    })
    expect(errors).toEqual([])
    const names = ['card', 'upi', 'bank', 'netbank']
    expect(rails).toEqual(
      names.map((name) => ({
        name,
        adapter: name === 'netbank' ? 'netbank' : `simulator-${name}`,
        url: 'http://127.0.0.1:8090',
        callback_secrets: [secret],
        timeout_ms: 500,
      })),
    )
    expect(createConfiguredRails(rails).map(({ name }) => name)).toEqual(names)
  })

  it.each([
    [['--rail-simulator', 'localhost:8090'], '--rail-simulator must be a URL that begins with https:// or http://.'],
    [['--rail-callback-secret', 'hunter2'], '--rail-callback-secret must be whsec_ and the base64 of 16 to 64 bytes.'],
    [['--rail-timeout-ms', '0'], '--rail-timeout-ms must be a whole number from 1 to 86400000, not "0".'],
  ])('refuses %j with one sentence', (args, sentence) => {
    expect(read(args).errors).toEqual([sentence])
  })
})

describe('--rails-config', () => {
  it('names rails, their adapters and their secrets', () => {
    const { rails, errors } = readFile({
      'card-eu': {
        adapter: 'simulator-card',
        url: 'https://rail.example/api',
        timeout_ms: 3000,
        inquire_after_ms: 500,
      },
      upi: { adapter: 'simulator-upi', url: 'https://rail.example', callback_secrets: [secret, secret] },
    })
    expect(errors).toEqual([])
    expect(rails).toMatchObject([
      { name: 'card-eu', adapter: 'simulator-card', timeout_ms: 3000 },
      { name: 'upi', callback_secrets: [secret, secret] },
    ])
    const [card] = createConfiguredRails(rails)
    expect(card?.capabilities.inquiries.default.accepted.firstMs).toBe(500)
  })

  const card = { adapter: 'simulator-card', url: 'https://rail.example' }
  it.each<[unknown, string]>([
    ['{', '--rails-config: FILE is not JSON.'],
    [[], '--rails-config: FILE must hold a JSON object with a rail under each name.'],
    [{ card: 7 }, '--rails-config: the rail "card" must be an object.'],
    [
      { Card: card },
      '--rails-config: the rail "Card" must be named in lower-case letters, digits, - and _, of up to 32 characters.',
    ],
    [{ card: { url: card.url } }, '--rails-config: the rail "card" needs an adapter.'],
    [
      { card: { ...card, adapter: 'x' } },
      '--rails-config: the rail "card" has the adapter "x"; known are simulator-card, simulator-upi, simulator-bank, netbank.',
    ],
    [
      { card: { adapter: card.adapter } },
      '--rails-config: the rail "card" needs a url that begins with https:// or http://.',
    ],
    [
      { card: { ...card, callback_secrets: ['env:MUNIM_NO_SUCH_SECRET'] } },
      '--rails-config: the rail "card" has callback_secrets of which one is missing: the variable MUNIM_NO_SUCH_SECRET is not set.',
    ],
    [
      { card: { ...card, secret: 'x' } },
      '--rails-config: the rail "card" has the field "secret"; known are adapter, url, callback_secrets, timeout_ms, inquire_after_ms, calls_max, credits_book, on_unknown.',
    ],
    [
      { card: { ...card, timeout_ms: '5' } },
      '--rails-config: the rail "card" has a timeout_ms that is not from 1 to 86400000.',
    ],
  ])('refuses %j with one sentence', (content, sentence) => {
    expect(readFile(content)).toEqual({ rails: [], errors: [sentence] })
  })

  it('refuses a plain address in a secure process', () => {
    const path = join(folder, 'plain.json')
    writeFileSync(
      path,
      JSON.stringify({ card: { ...card, url: 'http://rail.example' }, upi: { ...card, adapter: 'simulator-upi' } }),
    )
    const plain = readRails({
      file: path,
      simulator: undefined,
      callbackSecret: undefined,
      timeoutMs: undefined,
      isSecure: true,
    })
    expect(plain).toEqual({ ok: false, errors: ['--secure: the rail "card" needs a url that begins with https://.'] })
  })

  it('does not repeat a secret that it refuses', () => {
    const { errors } = readFile({ card: { ...card, callback_secrets: ['hunter2'] } })
    expect(errors).toEqual([
      '--rails-config: the rail "card" has callback_secrets that are not whsec_ and the base64 of 16 to 64 bytes.',
    ])
  })

  it('does not make a rail of wrong settings', () => {
    const rail = { name: 'card', ...card, timeout_ms: 0 } as RailSettings
    expect(() => createConfiguredRails([rail])).toThrow(
      'The rail card has a timeout_ms that is not from 1 to 86400000.',
    )
  })

  it('reports a missing file', () => {
    expect(read(['--rails-config', join(folder, 'none.json')]).errors).toEqual([
      `--rails-config: ${join(folder, 'none.json')} cannot be read (ENOENT).`,
    ])
  })

  it('refuses two rails of one name', () => {
    const path = join(folder, 'twice.json')
    writeFileSync(path, JSON.stringify({ card }))
    const { errors } = read(['--rails-config', path, '--rail-simulator', 'http://127.0.0.1:1'])
    expect(errors).toEqual(['The rail "card" is configured twice.'])
  })
})
