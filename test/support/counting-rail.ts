import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Speaks the simulator's protocol for one charge, and counts the requests. */
export type CountingRail = {
  readonly url: string
  /** How charges are answered: `hang` sends no answer, and `away` does not answer health probes either. */
  readonly behave: (behavior: 'well' | 'away' | 'hang' | 'fail') => void
  readonly counts: () => { readonly charges: number; readonly probes: number }
  readonly release: () => void
  readonly stop: () => Promise<void>
}

export async function startCountingRail(): Promise<CountingRail> {
  let behavior: 'well' | 'away' | 'hang' | 'fail' = 'well'
  let charges = 0
  let probes = 0
  let hanging: (() => void)[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (text: string) => {
      body += text
    })
    request.on('end', () => {
      if (request.url?.endsWith('/healthz')) {
        probes += 1
        return answer(response, behavior === 'away' || behavior === 'fail' ? 503 : 200, {})
      }
      charges += 1
      const succeed = () => answer(response, 201, charged(JSON.parse(body), String(request.headers['idempotency-key'])))
      if (behavior === 'well') return succeed()
      if (behavior === 'hang') return void hanging.push(succeed)
      answer(response, behavior === 'away' ? 503 : 500, {
        code: behavior === 'away' ? 'rail_unavailable' : 'internal_error',
      })
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    behave: (next) => {
      behavior = next
    },
    counts: () => ({ charges, probes }),
    release: () => {
      for (const answerNow of hanging) answerNow()
      hanging = []
    },
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function charged(asked: { amount: string; asset: string }, key: string): object {
  const { amount, asset } = asked
  return { id: `chg_${key}`, operation: 'charge', status: 'succeeded', amount, asset, idempotency_key: key }
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}
