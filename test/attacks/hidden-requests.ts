const smuggled = 'GET /healthz?smuggled HTTP/1.1\r\nHost: munim\r\n\r\n'
const post = (headers: string, body: string) => (key: string) =>
  `POST /v1/transfers HTTP/1.1\r\nHost: munim\r\nAuthorization: Bearer ${key}\r\nContent-Type: application/json\r\n${headers}\r\n\r\n${body}`

/** Requests whose end a proxy before the server may see elsewhere than the server does. */
export const hiddenRequests: readonly (readonly [what: string, bytes: (key: string) => string])[] = [
  [
    'a length and chunks',
    post(`Content-Length: ${smuggled.length + 5}\r\nTransfer-Encoding: chunked`, `0\r\n\r\n${smuggled}`),
  ],
  ['chunks and a length', post('Transfer-Encoding: chunked\r\nContent-Length: 4', `2\r\n{}\r\n0\r\n\r\n${smuggled}`)],
  ['two lengths', post(`Content-Length: 2\r\nContent-Length: ${smuggled.length + 2}`, `{}${smuggled}`)],
  ['a list of lengths', post('Content-Length: 2, 2', `{}${smuggled}`)],
  ['a length with a sign', post('Content-Length: +2', `{}${smuggled}`)],
  ['a space before the colon', post('Transfer-Encoding : chunked', `0\r\n\r\n${smuggled}`)],
  ['an unknown coding', post('Transfer-Encoding: xchunked', `0\r\n\r\n${smuggled}`)],
  ['chunks that are not last', post('Transfer-Encoding: chunked, identity', `0\r\n\r\n${smuggled}`)],
  ['a folded header', post('X-A: b\r\n Transfer-Encoding: chunked\r\nContent-Length: 4', `{}  ${smuggled}`)],
  ['a bare line feed', post(`X-A: b\nTransfer-Encoding: chunked\r\nContent-Length: 4`, `{}  ${smuggled}`)],
  ['a bare carriage return', post('X-A: b\rTransfer-Encoding: chunked\r\nContent-Length: 4', `{}  ${smuggled}`)],
  ['a size in another form', post('Transfer-Encoding: chunked', `0x2\r\n{}\r\n0\r\n\r\n${smuggled}`)],
  ['a size beyond all numbers', post('Transfer-Encoding: chunked', `${'f'.repeat(17)}2\r\n{}\r\n0\r\n\r\n${smuggled}`)],
  ['a chunk without its end', post('Transfer-Encoding: chunked', `2\r\n{}0\r\n\r\n${smuggled}`)],
]
