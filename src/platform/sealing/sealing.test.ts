import { randomBytes } from 'node:crypto'
import { afterEach, describe, expect, it } from 'vitest'
import {
  indexed,
  isStale,
  openField,
  openJsonField,
  type Place,
  sealField,
  sealJsonField,
  useKeyring,
} from './keyring.ts'
import { openKeyEncryption } from './open-key-encryption.ts'
import type { DataKey } from './sealed-text.ts'

const [first, second, index] = [1, 2, 3].map((number): DataKey => ({ number, bytes: randomBytes(32) })) as [
  DataKey,
  DataKey,
  DataKey,
]
const keyring = (active: DataKey | undefined, ...keys: readonly DataKey[]) =>
  useKeyring({ active, index, byNumber: new Map(keys.map((key) => [key.number, key])) })
const place = (row: string, column = 'terms'): Place => ({ column: `payments.payments.${column}`, key: [1, row] })

afterEach(() => useKeyring(undefined))

describe('a field', () => {
  it('is sealed, opens at its own place alone, and shows every change', () => {
    keyring(first, first)
    const sealed = sealField(place('a'), 'Asha Rao, Pune')
    expect(sealed).toMatch(/^munim-sealed:1:[\w-]+$/)
    expect(sealField(place('a'), 'Asha Rao, Pune')).not.toBe(sealed)
    expect(openField(place('a'), sealed)).toBe('Asha Rao, Pune')
    for (const other of [place('b'), place('a', 'source_instrument')]) {
      expect(() => openField(other, sealed)).toThrow('cannot be opened')
    }
    const start = 'munim-sealed:1:'.length
    const bytes = Buffer.from(sealed.slice(start), 'base64url')
    for (let at = 0; at < bytes.length; at += 1) {
      const changed = Buffer.from(bytes)
      changed[at] = (changed[at] as number) ^ 1
      expect(() => openField(place('a'), sealed.slice(0, start) + changed.toString('base64url'))).toThrow()
    }
    for (const text of [sealed.slice(0, -4), 'munim-sealed:1:', 'munim-sealed:x', 'munim-sealed:9:aaaa']) {
      expect(() => openField(place('a'), text)).toThrow()
    }
  })

  it('is read alike whether it is plain or sealed, with the active key or an earlier one', () => {
    keyring(first, first)
    const sealed = sealField(place('a'), 'x')
    keyring(second, first, second)
    expect([openField(place('a'), sealed), openField(place('a'), 'x')]).toEqual(['x', 'x'])
    expect([isStale(sealed), isStale('x'), isStale(sealField(place('a'), 'x'))]).toEqual([true, true, false])
  })

  it('is never read as its sealed form by a process without the key', () => {
    keyring(first, first)
    const sealed = sealField(place('a'), 'x')
    useKeyring(undefined)
    expect(() => openField(place('a'), sealed)).toThrow('sealed with data key 1, which this process does not have')
  })

  it('may look like a sealed one', () => {
    for (const text of ['munim-sealed:1:aaaa', 'munim-plain:', 'munim-plain:munim-sealed:', '']) {
      expect(openField(place('a'), sealField(place('a'), text))).toBe(text)
    }
    expect(sealField(place('a'), 'card_visa_ok')).toBe('card_visa_ok')
  })

  it('of type json is a string there when it is sealed', () => {
    const json = '{"corrected":{"instrument":"DE02"}}'
    expect(openJsonField(place('a'), sealJsonField(place('a'), json))).toBe(json)
    keyring(first, first)
    const sealed = sealJsonField(place('a'), json)
    expect(JSON.parse(sealed)).toMatch(/^munim-sealed:1:/)
    expect(openJsonField(place('a'), sealed)).toBe(json)
  })

  it('that is only compared is a hash, which stays the same after a rotation', () => {
    expect(indexed('1 visa_1')).toBeUndefined()
    keyring(first, first)
    const hash = indexed('1 visa_1')
    expect(hash).toMatch(/^munim-index:/)
    keyring(second, first, second)
    expect([indexed('1 visa_1'), indexed('2 visa_1')]).toEqual([hash, expect.not.stringMatching(String(hash))])
  })
})

describe('the key outside the database', () => {
  const [older, newer] = [randomBytes(32).toString('base64'), randomBytes(32).toString('base64')]
  const withKey = (key: string) => {
    process.env.MUNIM_TEST_KEY = key
    return openKeyEncryption({ key: 'env:MUNIM_TEST_KEY' })
  }

  it('unwraps what it wrapped, under the same name', async () => {
    const keys = withKey(older)
    const wrapped = await keys.wrap(first.bytes, 'one')
    expect(await keys.unwrap(wrapped, 'one')).toEqual(first.bytes)
    await expect(keys.unwrap(wrapped, 'two')).rejects.toThrow('A data key in platform.data_keys does not open')
  })

  it('that is another one is named in one sentence, without its text', async () => {
    const wrapped = await withKey(older).wrap(first.bytes, 'one')
    const error = await withKey(newer).unwrap(wrapped, 'one').catch(String)
    expect(error).toMatch(/is sealed|are sealed with the key [0-9a-f]{12}, and --secrets-key has [0-9a-f]{12}\.$/)
    expect(error).not.toContain(newer)
  })

  it.each([
    ['hunter2', '--secrets-key must be env:NAME, file:PATH or transit:URL.'],
    ['env:MUNIM_NO_SUCH_KEY', '--secrets-key cannot be read: the variable MUNIM_NO_SUCH_KEY is not set.'],
    ['transit:vault', '--secrets-key must name a key service like transit:https://vault.example/v1/transit/munim.'],
  ])('%s is refused', (key, sentence) => {
    expect(() => openKeyEncryption({ key })).toThrow(sentence)
  })

  it.each(['hunter2', randomBytes(16).toString('base64'), ` ${'a'.repeat(43)}=`])(
    'of another form is refused',
    (key) => {
      expect(() => withKey(key)).toThrow('--secrets-key must hold 32 random bytes in base64')
    },
  )
})
