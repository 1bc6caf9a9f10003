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
