import { type MalformedRequest, requestBytes } from './malformed-request.ts'

type Header = readonly [name: string, value: string]

/** Headers with which a valid read is refused. */
const onReads: readonly Header[][] = [
  ...[
    '',
    'Bearer',
    'Bearer ',
    'Basic YTpi',
    'bearer',
    'Token x',
    'Bearer munim_wrong',
    `Bearer ${'x'.repeat(5000)}`,
  ].map((value): Header[] => [['Authorization', value]]),
  ...["Bearer ' or 1=1 --", 'Bearer \xff\xfe', 'Bearer munim_\t', 'Bearer a b', 'Bearer __proto__'].map(
    (value): Header[] => [['Authorization', value]],
  ),
  ...['nobook', '', 'book_1', "' or 1=1 --", '__proto__', '../main', 'x'.repeat(3000), '\xff'].map(
    (value): Header[] => [['Munim-Book', value]],
  ),
  [['X-Padding', 'x'.repeat(20_000)]],
  Array.from({ length: 3000 }, (_, at): Header => [`X-${at}`, '1']),
]

/** Headers with which a valid write is refused. */
const onWrites: readonly Header[][] = [
  ...['', ' ', 'x'.repeat(256), 'caf\xe9', 'a\tb', '\x7f'].map((value): Header[] => [['Idempotency-Key', value]]),
  [
    ['Idempotency-Key', 'one'],
    ['Idempotency-Key', 'two'],
  ],
  ...[
    'text/plain',
    'application/xml',
    'application/x-www-form-urlencoded',
    'multipart/form-data',
    'json',
    '',
    '*/*',
    'a',
  ].map((value): Header[] => [['Content-Type', value]]),
  ...['gzip', 'br', 'deflate, gzip', 'nonsense'].map((value): Header[] => [['Content-Encoding', value]]),
  ...['-1', '1e3', '0x10', '99999999999999999999', 'many', '5, 6'].map((value): Header[] => [
    ['Content-Length', value],
  ]),
  [['Transfer-Encoding', 'chunked']],
  [['Transfer-Encoding', 'gzip']],
]

/** Whole requests that are not HTTP. */
const lines = [
  ...[
    '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
    'hello\r\n\r\n',
    'GET\r\n\r\n',
    'GET /\r\n\r\n',
    '\r\n\r\n\x00\x00\r\n\r\n',
  ],
  ...[
    'GET /v1/accounts HTTP/9.9\r\nHost: x\r\n\r\n',
    'GET /v1/accounts HTTP/1.1\r\nHost x\r\n\r\n',
    'get / HTTP/1.1\r\nHost: x\r\n\r\n',
  ],
  ...[
    'GET /v1/accounts HTTP/1.1\r\nHost: x\r\n : y\r\n\r\n',
    'GET /v1/accounts HTTP/1.1\r\nHost: x\r\nA\x00B: y\r\n\r\n',
  ],
  ...[
    'GET /a b HTTP/1.1\r\nHost: x\r\n\r\n',
    'POST /v1/transfers HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
  ],
  ...['POST /v1/transfers HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
  ...['POST /v1/transfers HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!'],
  ...['PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'GET /v1/accounts\xff HTTP/1.1\r\nHost: x\r\n\r\n'],
]

/** Headers and request lines that a client must not send. */
export function malformedHeaders(key: string): MalformedRequest[] {
  const nameOf = (headers: readonly Header[]) =>
    headers
      .slice(0, 2)
      .map(([name, value]) => `${name}: ${JSON.stringify(value.slice(0, 60))}`)
      .join(', ')
  const body = JSON.stringify({ code: 'header:1', asset: 'USD' })
  return [
    ...onReads.map((headers) => ({
      what: `GET /v1/accounts with ${nameOf(headers)}`,
      bytes: requestBytes({ method: 'GET', path: '/v1/accounts', key, headers }),
    })),
    ...onWrites.map((headers) => ({
      what: `POST /v1/accounts with ${nameOf(headers)}`,
      bytes: requestBytes({ method: 'POST', path: '/v1/accounts', key, headers, body }),
    })),
    ...lines.map((line) => ({ what: JSON.stringify(line), bytes: Buffer.from(line, 'latin1') })),
  ]
}
