import fc from 'fast-check'
import { type MalformedRequest, requestBytes } from './malformed-request.ts'

const lists = [
  '/v1/accounts',
  '/v1/transfers',
  '/v1/assets',
  '/v1/events',
  '/v1/accounts/world/entries',
  '/v1/books',
  '/v1/trial-balance',
  '/v1/payments',
  '/v1/refunds',
  '/v1/payouts',
  '/v1/disputes',
]

/** Queries that every list refuses. */
const wrongEverywhere = [
  ...[
    'limit=0',
    'limit=101',
    'limit=-1',
    'limit=1.5',
    'limit=1e1',
    'limit=',
    'limit=all',
    'limit=%2B5',
    'limit=5&limit=6',
  ],
  ...[
    'limit=00005',
    'limit=9999999999999999999999',
    'cursor=',
    'cursor=!',
    'cursor=bnVsbA',
    'cursor=W10',
    'cursor=e30',
  ],
  ...[
    'cursor=WyJ4Il0&cursor=WyJ4Il0',
    `cursor=${'A'.repeat(600)}`,
    'cursor=W251bGwsbnVsbF0',
    'color=red',
    '__proto__=1',
  ],
  ...['constructor=1', 'a%00b=1', 'limit=%00', 'limit=%ff', 'limit=%zz', 'limit=%', '%ff=1', 'limit[]=5', 'limit[a]=5'],
  ...["limit=5'%20or%201=1", 'toString=1', '$where=1', `${'x'.repeat(300)}=1`],
]

const wrongSomewhere = [
  ...['/v1/accounts?asset=usd', '/v1/accounts?asset=', '/v1/accounts?state=open,closed', '/v1/accounts?code_prefix='],
  ...['/v1/accounts?metadata=1', '/v1/accounts?metadata[]=1', `/v1/accounts?metadata[${'k'.repeat(41)}]=1`],
  ...[
    '/v1/accounts?metadata[a]=1&metadata[a]=2',
    `/v1/accounts?metadata[a]=${'v'.repeat(501)}`,
    '/v1/accounts?metadata[a',
  ],
  ...['/v1/accounts?metadata%5Ba%5D=%00', "/v1/accounts?code_prefix=a'--", '/v1/accounts?code_prefix=%25'],
  ...['/v1/transfers?state=done', '/v1/transfers?account=', '/v1/transfers?source=%20', '/v1/transfers?reference='],
  ...['/v1/transfers?recorded_from=yesterday', '/v1/transfers?recorded_from=2026-02-30T00:00:00Z'],
  ...['/v1/transfers?recorded_to=2026-01-01', '/v1/transfers?recorded_to=0001-01-01T00:00:00Z'],
  ...["/v1/transfers?metadata[a']=1&metadata=2", '/v1/events?types=all', '/v1/events?types=', '/v1/events?after=evt_1'],
  ...['/v1/events?after=trf_01k0a2m4q8f2hn4gm2v7r9w1k6', '/v1/events?after=evt_7zzzzzzzzzzzzzzzzzzzzzzzzz'],
  ...['/v1/payments?state=done', '/v1/payments?vendor=', '/v1/payments?rail=Card', '/v1/payments?created_from=now'],
  ...[
    '/v1/payments?metadata[a]=1&metadata[a]=2',
    '/v1/payments?reference=',
    '/v1/payments?created_to=2026-02-30T00:00:00Z',
  ],
  ...['/v1/refunds?payment=pay_1', '/v1/refunds?state=authorized', '/v1/payouts?source=%20', '/v1/payouts?rail='],
  ...['/v1/disputes?stage=open', '/v1/disputes?due_before=now', '/v1/disputes?payment=dsp_1', '/v1/disputes?rail=Card'],
  ...['/v1/payments/pay_01k0a2m4q8f2hn4gm2v7r9w1k6/timeline?cursor=WyJ4Il0', '/v1/payments?cursor=WzFd'],
  ...['/v1/assets?kind=crypto', '/v1/accounts/world/balance?at=now', '/v1/accounts/world/balance?by=value'],
  ...['/v1/accounts/world/statement?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z', '/v1/trial-balance?asset=usd'],
  ...['/v1/accounts/world/balance?limit=1', '/v1/accounts/world?a=1', '/v1/transfers/batch'],
]

const paths = [
  ...['/v1', '/v1/', '/v2/accounts', '/v1/account', '/v1/accounts/', '//v1/accounts', '/v1//accounts', '/V1/accounts'],
  ...[
    '/v1/accounts/../books/x/y',
    '/v1/accounts/%2e%2e/%2e%2e/etc/passwd',
    '/v1/accounts/..%2f..%2fetc%2fpasswd',
    '/../../etc/passwd',
  ],
  ...[
    '/v1/accounts/%00',
    '/v1/accounts/a%00b',
    '/v1/accounts/%ff',
    '/v1/accounts/%c0%ae',
    '/v1/accounts/%zz',
    '/v1/accounts/%',
  ],
  ...[
    '/v1/accounts/a%2fb',
    '/v1/accounts/a%20b',
    '/v1/accounts/nobody',
    '/v1/accounts/-a',
    '/v1/accounts/a;b',
    '/v1/accounts/%E2%98%83',
  ],
  ...["/v1/accounts/'%20or%201=1--", '/v1/accounts/acc_zzzzzzzzzzzzzzzzzzzzzzzzzz', `/v1/accounts/${'a'.repeat(129)}`],
  ...[`/v1/accounts/${'a'.repeat(2000)}`, `/v1/accounts/${'a'.repeat(9000)}`, `/v1/${'a/'.repeat(3000)}`],
  ...[
    '/v1/transfers/1',
    '/v1/transfers/trf_',
    '/v1/transfers/TRF_01K0A2M4Q8F2HN4GM2V7R9W1K6',
    '/v1/transfers/__proto__',
  ],
  ...['/v1/transfers/trf_8zzzzzzzzzzzzzzzzzzzzzzzzz', '/v1/transfers/acc_01k0a2m4q8f2hn4gm2v7r9w1k6', '/v1/assets/usd'],
  ...[
    '/v1/transfers/trf_01k0a2m4q8f2hn4gm2v7r9w1k6',
    '/v1/transfers/trf_01k0a2m4q8f2hn4gm2v7r9w1k6/post',
    '/v1/assets/$',
  ],
  ...['/v1/payments/1', '/v1/payments/ref_01k0a2m4q8f2hn4gm2v7r9w1k6', '/v1/payments/__proto__/timeline'],
  ...['/v1/disputes/dsp_1', '/v1/disputes/dsp_01k0a2m4q8f2hn4gm2v7r9w1k6'],
  ...['/v1/refunds/pay_01k0a2m4q8f2hn4gm2v7r9w1k6', '/v1/payouts/out_8zzzzzzzzzzzzzzzzzzzzzzzzz', '/v1/payments/%00'],
  ...[
    '/v1/books/none',
    '/v1/api-keys/key_1',
    '/docs/',
    '/docs/..',
    '/openapi.json/x',
    '/metrics/x',
    '/.env',
    '/.git/config',
    '*',
  ],
  ...['/v1/accounts/world/', '/v1/accounts/world/entry', '/v1/accounts/constructor', '/v1/accounts/world%3Flimit=0'],
]

const wrongMethods = [
  ...[
    'DELETE /v1/accounts/world',
    'PUT /v1/accounts/world',
    'POST /v1/events',
    'GET /v1/transfers/batch',
    'PATCH /v1/transfers',
  ],
  ...['TRACE /v1/accounts', 'CONNECT /v1/accounts', 'PROPFIND /v1/accounts', 'DELETE /docs', 'POST /healthz'],
]

/** Invalid paths, queries and methods; the queries of lists are random. */
export function malformedUrls(options: { key: string; seed: number; count: number }): MalformedRequest[] {
  const request = (method: string, path: string): MalformedRequest => ({
    what: `${method} ${path.slice(0, 200)}`,
    bytes: requestBytes({ method, path, key: options.key }),
  })
  const query = fc.tuple(fc.constantFrom(...lists), fc.constantFrom(...wrongEverywhere))
  const drawn = fc
    .sample(query, { seed: options.seed, numRuns: options.count * 3 })
    .map(([list, wrong]) => `${list}?${wrong}`)
  const queries = [...new Set(drawn)].slice(0, options.count)
  return [
    ...[...queries, ...wrongSomewhere, ...paths].map((path) => request('GET', path)),
    ...wrongMethods.map((line) => request(line.split(' ')[0] ?? '', line.split(' ')[1] ?? '')),
  ]
}
