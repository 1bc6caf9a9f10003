import { type MalformedRequest, requestBytes } from './malformed-request.ts'

const posts = ['/v1/transfers', '/v1/transfers/batch', '/v1/accounts', '/v1/assets', '/v1/accounts/world/close']

/** Texts that are not a JSON object. */
const texts = [
  ...[
    '',
    ' ',
    '{',
    '}',
    '{"a"',
    '{"a":',
    '{"a":1,}',
    "{'a':1}",
    '{a:1}',
    '{"a":01}',
    '{"a":+1}',
    '{"a":.5}',
    '{"a":1}}',
  ],
  ...['{"a":NaN}', '{"a":Infinity}', '{"a":undefined}', '{"a":1} // x', '{/* x */}', '{"a":"\n"}', '{"a":"\\x41"}'],
  ...['[]', '[{}]', 'null', 'true', '7', '"text"', '{"a":"\\u12"}', '<xml/>', 'a=1&b=2', '\u0000', '{"a":tru}'],
]

const bytes: readonly (readonly [what: string, bytes: Buffer])[] = [
  ['a byte order mark', Buffer.from('\ufeff{}')],
  ['a lone continuation byte', Buffer.from('{"code":"\x80"}', 'latin1')],
  ['an overlong slash', Buffer.from('{"code":"\xc0\xaf"}', 'latin1')],
  ['a surrogate in UTF-8', Buffer.from('{"code":"\xed\xa0\x80"}', 'latin1')],
  ['a character beyond Unicode', Buffer.from('{"code":"\xf5\x90\x80\x80"}', 'latin1')],
  ['a character cut short', Buffer.from('{"code":"\xe2\x82"}', 'latin1')],
  ['UTF-16', Buffer.from('{"code":"a"}', 'utf16le')],
  ['a NUL between tokens', Buffer.from('{"code"\0:"a"}')],
  ['Latin-1', Buffer.from('{"code":"é"}', 'latin1')],
]

const depths = [33, 500, 100_000]

/** Bodies that are not JSON or not UTF-8, too deep or too large. */
export function malformedBytes(key: string): MalformedRequest[] {
  const post = (what: string, path: string, body: Buffer | string): MalformedRequest => ({
    what: `POST ${path} with ${what}`,
    bytes: requestBytes({ method: 'POST', path, key, body }),
  })
  // An empty body is `{}`, which is valid on some routes: those get only the other texts.
  const notJson = posts.flatMap((path) =>
    texts
      .filter((text) => text !== '' || !path.endsWith('close'))
      .map((text) => post(JSON.stringify(text), path, text)),
  )
  const notText = posts.flatMap((path) => bytes.map(([what, body]) => post(what, path, body)))
  const tooDeep = depths.flatMap((depth) => [
    post(`${depth} arrays`, '/v1/transfers/batch', '['.repeat(depth) + ']'.repeat(depth)),
    post(`${depth} objects`, '/v1/transfers/batch', `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`),
    post(`${depth} open arrays`, '/v1/transfers', '['.repeat(depth)),
  ])
  const mebibyte = 1024 * 1024
  const tooLarge = [
    post('2 MiB of text', '/v1/transfers', `{"reference":"${'x'.repeat(2 * mebibyte)}"}`),
    post('2 MiB of spaces', '/v1/accounts', `{${' '.repeat(2 * mebibyte)}}`),
    post('33 MiB of items', '/v1/transfers/batch', `{"transfers":[${'{},'.repeat(11 * mebibyte)}{}]}`),
    post('10,001 items', '/v1/transfers/batch', `{"transfers":[${'{},'.repeat(10_000)}{}]}`),
  ]
  return [...notJson, ...notText, ...tooDeep, ...tooLarge]
}
