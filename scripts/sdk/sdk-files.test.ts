import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { OpenApiDocument } from '#platform/openapi'
import { sdkFiles } from './sdk-files.ts'

const root = join(import.meta.dirname, '..', '..')
let place: string
beforeAll(() => {
  place = mkdtempSync(join(tmpdir(), 'munim-sdk-'))
})
afterAll(() => rmSync(place, { recursive: true, force: true }))

// biome-ignore lint/suspicious/noExplicitAny: the tests change parts of the contract.
type Changeable = any

const amount = { type: 'string', pattern: '^(0|-?[1-9][0-9]*)$' }
const share = { $ref: '#/components/schemas/Share' }

function changedContract(change: (document: Changeable) => void): OpenApiDocument {
  const document = JSON.parse(readFileSync(join(root, 'api', 'openapi.json'), 'utf8'))
  change(document)
  return document
}

function run(...args: readonly string[]): string {
  const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: place, encoding: 'utf8' })
  return `${stdout}${stderr}`
}

/** Uses fields that the contract does not have. */
const program = `
import { Munim, type Payment } from './index.ts'

const digits = '9007199254740993'
const answer = {
  id: 'pay_1', amount: '1', tip: digits, no_tip: null, tips: [{ account: 'a', amount: digits }], note: digits,
}
const urls: string[] = []
const fetch = async (url: string | URL | Request, init?: RequestInit) => {
  urls.push(String(url) + ' ' + String(init?.body))
  return Response.json(String(url).includes('?') ? { data: [answer], has_more: false, next_cursor: null } : answer)
}
const munim = new Munim({ url: 'http://server', apiKey: 'key', fetch })

const payment: Payment = await munim.payments.get('pay_1')
const [tip, none, note]: [bigint, bigint | null, string] = [payment.tip, payment.no_tip, payment.note]
const [listed] = (await munim.payments.list({ tip_max: 7, tipped: true, tipped_from: new Date(0) }).page()).data
await munim.payments.create({ amount: 1n, asset: 'USD', source: { wallet: 'a' }, destination: 'b', tip: 2n })
console.log([tip, none, note, payment.tips[0]?.amount, listed?.tip, listed?.tips], urls)
`

test('a field that is added to the contract comes out of the SDK, typed and decoded', async () => {
  const document = changedContract(({ paths, components: { schemas } }) => {
    const { Payment, CreatePayment } = schemas
    const added = { tip: amount, no_tip: { ...amount, type: ['string', 'null'] }, note: { type: 'string' } }
    Object.assign(Payment.properties, added, { tips: { type: 'array', items: share } })
    Payment.required.push(...Object.keys(added), 'tips')
    CreatePayment.properties.tip = CreatePayment.properties.amount
    paths['/v1/payments'].get.parameters.push(
      { in: 'query', name: 'tip_max', schema: { type: 'integer' } },
      { in: 'query', name: 'tipped', schema: { type: 'boolean' } },
      { in: 'query', name: 'tipped_from', schema: { type: 'string', format: 'date-time' } },
    )
  })
  cpSync(join(root, 'sdk', 'src'), place, { recursive: true, filter: (path) => !path.endsWith('.test.ts') })
  for (const [name, text] of await sdkFiles(document)) writeFileSync(join(place, name), text)
  writeFileSync(join(place, 'package.json'), JSON.stringify({ type: 'module' }))
  writeFileSync(join(place, 'program.ts'), program)
  const compilerOptions = { typeRoots: [join(root, 'node_modules', '@types')] }
  const configuration = { extends: join(root, 'tsconfig.json'), compilerOptions, include: ['*.ts'] }
  writeFileSync(join(place, 'tsconfig.json'), JSON.stringify(configuration))
  expect(run(join(root, 'node_modules', 'typescript7', 'bin', 'tsc'), '-p', '.')).toBe('')
  expect(run('program.ts')).toBe(`[
  9007199254740993n,
  null,
  '9007199254740993',
  9007199254740993n,
  9007199254740993n,
  [ { account: 'a', amount: 9007199254740993n } ]
] [
  'http://server/v1/payments/pay_1 undefined',
  'http://server/v1/payments?tip_max=7&tipped=true&tipped_from=1970-01-01T00%3A00%3A00.000Z undefined',
  'http://server/v1/payments {"amount":"1","asset":"USD","source":{"wallet":"a"},"destination":"b","tip":"2"}'
]
`)
})

test.each([
  ['in a map', { tips: { type: 'object', additionalProperties: amount } }, 'additionalProperties'],
  ['in parts of a map', { tips: { type: 'object', additionalProperties: share } }, 'additionalProperties'],
  ['in a composition', { tip: { allOf: [share] } }, 'allOf'],
  ['of a variant that no type tells', { tip: { anyOf: [share, { type: 'string' }] } }, 'has no types'],
])('amounts %s, which would not be decoded, are an error', async (_, added, message) => {
  const document = changedContract(({ components }) => Object.assign(components.schemas.Payment.properties, added))
  await expect(sdkFiles(document)).rejects.toThrow(message)
})

test('variants whose types begin alike are an error', async () => {
  const document = changedContract(({ components: { schemas } }) => {
    schemas.RefundEvent.properties.type.enum.push('payment.refunded')
  })
  await expect(sdkFiles(document)).rejects.toThrow('one type')
})

test('a query and a schema of one name are an error', async () => {
  const document = changedContract(({ components: { schemas } }) => {
    schemas.ListPayments = schemas.Payment
  })
  await expect(sdkFiles(document)).rejects.toThrow('two schemas are named ListPayments')
})
