import { expect, it } from 'vitest'
import { isCardNumber, noCardNumber } from './card-number.ts'
import { createSchemaCompiler } from './validation.ts'

it.each([
  '4242424242424242',
  '4242 4242 4242 4242',
  '4242-4242-4242-4242',
  ' 4242 42424242 4242 ',
  '378282246310005',
  '5555555555554444',
  '6304000000000000',
  '6799990100000000019',
  '500000000009',
])('%s is a card number', (text) => {
  expect(isCardNumber(text)).toBe(true)
})

it.each([
  'card_visa_ok',
  'asha@upi',
  '9876543210@upi',
  'GB33BUKB20201555555555',
  '4242424242424241',
  '42424242424',
  '42424242424242424242',
  'tok_4242424242424242',
  '4242.4242.4242.4242',
  '',
])('%s is none', (text) => {
  expect(isCardNumber(text)).toBe(false)
})

it('names the field, also within a choice of forms, and never the number', () => {
  const instrument = { type: 'string', minLength: 1, [noCardNumber]: true }
  const forms = [
    { type: 'object', properties: { wallet: { type: 'string' } }, required: ['wallet'], additionalProperties: false },
    { type: 'object', properties: { instrument }, required: ['instrument'], additionalProperties: false },
  ]
  const check = createSchemaCompiler()({ type: 'object', properties: { source: { anyOf: forms } } })
  expect(check({ source: { instrument: 'card_ok' } })).toBeUndefined()
  const mismatch = check({ source: { instrument: '4242 4242 4242 4242' } })
  expect(mismatch).toMatchObject({ code: 'card_number_refused', param: 'source.instrument' })
  expect(JSON.stringify(mismatch)).not.toContain('4242')
})
