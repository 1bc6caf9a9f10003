import type { Upstream } from './upstream.ts'

const timeoutMs = 2_000

/** Asks whether it can answer requests: `refused` when it says no, `failed` when it says nothing. */
export function checkUpstream({ forwarder }: Pick<Upstream, 'forwarder'>): Promise<{
  readonly result: 'ready' | 'refused' | 'failed'
  readonly why: string
}> {
  return new Promise((resolve) => {
    let status = 0
    const call = forwarder.forward(
      { method: 'GET', path: '/readyz', headers: [], body: undefined },
      {
        onHead: (given) => {
          status = given
        },
        onData: () => true,
        onEnd: () => {
          clearTimeout(timer)
          resolve({ result: status === 200 ? 'ready' : 'refused', why: `/readyz answers ${status}` })
        },
        onFailure: ({ why }) => {
          clearTimeout(timer)
          resolve({ result: 'failed', why })
        },
      },
    )
    const timer = setTimeout(() => call.abort(`no answer within ${timeoutMs} ms`), timeoutMs)
  })
}
