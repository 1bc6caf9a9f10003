import { gzipSync } from 'node:zlib'

export const zeros = gzipSync(Buffer.alloc(64 * 1024 * 1024))

const table: readonly (readonly [what: string, path: string, body: string | Buffer, encoding?: string])[] = [
  ...['/v1/transfers', '/v1/transfers/batch', '/v1/rails/card/callbacks'].map(
    (path) => ['64 MiB of zeros as gzip', path, zeros, 'gzip'] as const,
  ),
  ['gzip within gzip', '/v1/transfers', gzipSync(zeros), 'gzip, gzip'],
  ['gzip that does not say so', '/v1/transfers', zeros],
  ['100,000 levels', '/v1/transfers', `${'{"metadata":'.repeat(80_000)}1`],
  ['100,000 lists', '/v1/transfers/batch', `{"transfers":${'['.repeat(100_000)}${']'.repeat(100_000)}}`],
  ['60,000 fields', '/v1/transfers', `{${Array.from({ length: 60_000 }, (_, at) => `"k${at}":1`).join()}}`],
  [
    '60,000 pairs of metadata',
    '/v1/accounts',
    `{"code":"a","asset":"USD","metadata":{${Array.from({ length: 60_000 }, (_, at) => `"k${at}":"v"`).join()}}}`,
  ],
  ['two million empty lists', '/v1/transfers/batch', `{"transfers":[${'[],'.repeat(2_000_000)}[]]}`],
  ['a number of 900,000 digits', '/v1/transfers', `{"amount":${'9'.repeat(900_000)}}`],
  ['a number beyond all others', '/v1/transfers', '{"amount":1e999999999}'],
  ['a field twice', '/v1/accounts', '{"code":"a","code":"b","asset":"USD"}'],
  ['a field twice, once escaped', '/v1/accounts', '{"code":"a","\\u0063ode":"b","asset":"USD"}'],
  ['__proto__', '/v1/accounts', '{"code":"a","asset":"USD","__proto__":{"isAdmin":true}}'],
  ['__proto__ deep down', '/v1/accounts', '{"code":"a","asset":"USD","metadata":{"__proto__":"x"}}'],
  ['constructor', '/v1/accounts', '{"code":"a","asset":"USD","constructor":{"prototype":{"isAdmin":true}}}'],
  [
    'an address of keys elsewhere',
    '/v1/oauth-clients',
    '{"name":"a","permissions":["ledger:read"],"jwks_uri":"http://127.0.0.1:9/"}',
  ],
]

/** Bodies that are small on the way and large in the program, or not what they seem. */
export const bombs = table.map(([what, path, body, encoding]) => ({ what, path, body, encoding }))
