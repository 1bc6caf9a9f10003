import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, request } from 'node:http'
import type { AddressInfo } from 'node:net'

export type LosingServer = {
  readonly url: string
  /** Loses the answer to the next POST, once it is there, and passes on what follows with these headers. */
  readonly loseNext: (headersThen: IncomingHttpHeaders) => void
  /** The status of each answer, lost or not. */
  readonly answered: number[]
  readonly stop: () => Promise<void>
}

/** Stands before an API: its client learns nothing of what was done. */
export async function startLosingServer(target: string): Promise<LosingServer> {
  const answered: number[] = []
  let isLosing = false
  let headersThen: IncomingHttpHeaders = {}
  const server = createServer((asked, response) => {
    const isLost = isLosing && asked.method === 'POST'
    const headers = isLosing ? asked.headers : { ...asked.headers, ...headersThen }
    if (isLost) isLosing = false
    const passed = request(new URL(asked.url ?? '/', target), { method: asked.method ?? 'GET', headers }, (answer) => {
      answered.push(answer.statusCode ?? 0)
      if (isLost) return void answer.resume().on('end', () => asked.socket.destroy())
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    passed.on('error', () => response.destroy())
    asked.pipe(passed)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    loseNext: (then) => {
      isLosing = true
      headersThen = then
    },
    answered,
    stop: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
