import { expect, it } from 'vitest'
import { readInstrument } from './read-instrument.ts'

it.each<[Record<string, string>, string]>([
  [{ kind: 'token', token: 'card_visa_ok' }, 'card_visa_ok'],
  [{ kind: 'mandate', mandate: 'UMN-1@upi' }, 'UMN-1@upi'],
  [{ kind: 'vpa', vpa: 'asha.rao@okbank', name: 'Asha Rao' }, 'asha.rao@okbank'],
  [{ kind: 'iban', iban: 'GB33BUKB20201555555555', bic: 'BUKBGB22', name: 'Asha Rao' }, 'GB33BUKB20201555555555'],
  [{ kind: 'iban', iban: 'NO9386011117947' }, 'NO9386011117947'],
  [{ kind: 'iban', iban: 'MT84MALT011000012345MTLCAST001S' }, 'MT84MALT011000012345MTLCAST001S'],
  [{ kind: 'ifsc', ifsc: 'HDFC0000123', account: '50100012345678' }, 'HDFC0000123/50100012345678'],
  [{ kind: 'us_account', routing: '021000021', account: '12345', type: 'checking' }, '021000021/12345'],
  [
    { kind: 'chain_address', chain: 'ethereum', address: '0x52908400098527886E0F7030069857D2E4169EE7' },
    'ethereum:0x52908400098527886E0F7030069857D2E4169EE7',
  ],
])('%j is an instrument', (json, instrument) => {
  expect(readInstrument(json)).toEqual({ instrument, typed: json })
})

it.each<[Record<string, string>, string, string]>([
  [{ kind: 'cheque' }, 'kind', 'must be one of token'],
  [{ iban: 'GB33BUKB20201555555555' }, 'kind', 'must be one of token'],
  [{ kind: 'iban' }, 'iban', 'is required'],
  [{ kind: 'iban', iban: 'GB33BUKB20201555555556' }, 'iban', 'must be an IBAN'],
  [{ kind: 'iban', iban: 'gb33bukb20201555555555' }, 'iban', 'must be an IBAN'],
  [{ kind: 'iban', iban: 'GB33BUKB20201555555555', bic: 'BUKB' }, 'bic', 'must be a BIC'],
  [
    { kind: 'iban', iban: 'GB33BUKB20201555555555', account: '1' },
    'account',
    'is not known here; an instrument of the kind iban has',
  ],
  [{ kind: 'ifsc', ifsc: 'HDFC1000123', account: '50100012345678' }, 'ifsc', 'must be an IFSC'],
  [
    { kind: 'us_account', routing: '021000022', account: '12345', type: 'checking' },
    'routing',
    'must be a routing number',
  ],
  [
    { kind: 'us_account', routing: '000000000', account: '12345', type: 'checking' },
    'routing',
    'must be a routing number',
  ],
  [
    { kind: 'us_account', routing: '021000021', account: '12345', type: 'joint' },
    'type',
    'must be checking or savings',
  ],
  [{ kind: 'vpa', vpa: 'asha' }, 'vpa', 'must be an address such as'],
  [{ kind: 'vpa', vpa: 'asha@upi', name: '' }, 'name', 'must be a name'],
])('%j is refused in the field %s', (json, field, problem) => {
  expect(readInstrument(json)).toEqual({ field, problem: expect.stringContaining(problem) })
})
