import { expect, it } from 'vitest'
import { readConfiguration } from './configuration.ts'

const read = (args: readonly string[], environment: Record<string, string> = {}) => {
  const result = readConfiguration(args, environment)
  return result.ok ? result.configuration : result.errors
}

it('reads the issuer as an address without a path', () => {
  expect(read(['--issuer', 'https://pay.example.com/'])).toMatchObject({ oauth: { issuer: 'https://pay.example.com' } })
  expect(read([], { MUNIM_ISSUER: 'http://127.0.0.1:8080' })).toMatchObject({
    oauth: { issuer: 'http://127.0.0.1:8080' },
  })
  for (const wrong of ['pay.example.com', 'https://a.example/munim', 'https://u:p@a.example', 'https://a.example?x']) {
    expect(read(['--issuer', wrong])).toEqual([
      '--issuer must be the address of the API without a path, such as https://payments.example.com.',
    ])
  }
})

it('reads the seal key by reference, and refuses short ones without showing them', () => {
  const long = 'k'.repeat(32)
  const settings = read(['--seal-key', 'env:SEAL'], { SEAL: long })
  expect('oauth' in settings && settings.oauth.sealKey?.versions()).toEqual([long])
  expect(read(['--seal-key', long])).toEqual(['--seal-key must be a reference, env:NAME or file:PATH.'])
  expect(read(['--seal-key', 'env:SEAL'])).toEqual(['--seal-key: the variable SEAL is not set.'])
  expect(read(['--seal-key', 'env:SEAL'], { SEAL: 'short' })).toEqual([
    '--seal-key must lead to values of 32 characters or more.',
  ])
})
