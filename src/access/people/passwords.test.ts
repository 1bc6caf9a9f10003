import { expect, it } from 'vitest'
import { createPasswords, passwordFlaw } from './passwords.ts'

const passwords = createPasswords()

it('knows a password by its hash alone, however it is typed, and no other', async () => {
  const stored = await passwords.hash('Müller likes ﬁve mugs')
  expect(stored).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/)
  expect(await passwords.verify(stored, 'Mu\u0308ller likes five mugs')).toBe(true)
  expect(await passwords.verify(stored, 'Muller likes five mugs')).toBe(false)
  expect(await passwords.verify(undefined, 'Müller likes five mugs')).toBe(false)
  expect(await passwords.verify('not a hash', 'x')).toBe(false)
  expect(await passwords.hash('Müller likes five mugs')).not.toBe(stored)
})

it('refuses passwords that are short, alike in all characters, or the name of the person', () => {
  const flawOf = (password: string) => passwordFlaw(password, { login: 'adal@example.com' })
  for (const weak of ['short', 'elevenchars', 'aaaaaaaaaaaaaaaa', 'Adal-likes-mugs', 'x'.repeat(257)]) {
    expect(flawOf(weak)).toEqual(expect.any(String))
  }
  expect(flawOf('twelve chars')).toBeUndefined()
})

it('refuses more work than it can do soon', async () => {
  const { verify } = createPasswords(1)
  const ended = await Promise.allSettled([1, 2, 3, 4].map(() => verify(undefined, 'x')))
  expect(ended.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled', 'rejected'])
  expect(await verify(undefined, 'x')).toBe(false)
})
