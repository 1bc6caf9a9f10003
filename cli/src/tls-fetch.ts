import { readFileSync } from 'node:fs'
import { CliFailure } from './failure.ts'

export type TlsFiles = {
  readonly tlsCert?: string | undefined
  readonly tlsKey?: string | undefined
  readonly tlsCa?: string | undefined
}

type Fetch = typeof globalThis.fetch

/** A fetch that shows the client's certificate; undefined without one. Node's own cannot. */
export function tlsFetch({ tlsCert, tlsKey, tlsCa }: TlsFiles): Fetch | undefined {
  if (tlsCert === undefined && tlsKey === undefined && tlsCa === undefined) return undefined
  if ((tlsCert === undefined) !== (tlsKey === undefined))
    throw new CliFailure('--tls-cert and --tls-key need each other')
  const connect = {
    ...(tlsCert !== undefined && { cert: read(tlsCert) }),
    ...(tlsKey !== undefined && { key: read(tlsKey) }),
    ...(tlsCa !== undefined && { ca: read(tlsCa) }),
  }
  let opened: Promise<Fetch> | undefined
  return async (input, init) => {
    opened ??= open(connect)
    return (await opened)(input, init)
  }
}

async function open(connect: object): Promise<Fetch> {
  const { Agent, fetch } = await import('undici')
  const dispatcher = new Agent({ connect })
  // The types of Node's fetch and of the package's differ in name only.
  const withAgent = (input: string, init: object) => fetch(input, { ...init, dispatcher })
  return withAgent as unknown as Fetch
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : 'unknown'
    throw new CliFailure(`${path} cannot be read (${code})`, { cause })
  }
}
