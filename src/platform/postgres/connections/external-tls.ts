import type { Tls } from '../../tls/index.ts'

export type ExternalServer = { readonly url: string; readonly tls?: Tls }

/**
 * How the server at a URL is reached. A socket of this machine needs no TLS. Over the network, `tls` is used as libpq
 * uses `sslmode=verify-full`: the certificate must be of a known authority and have the server's name. A process that is
 * not strict does so when the URL says `sslmode=verify-full` and names no files of its own.
 */
export function externalServer(url: string, tls: Tls | undefined): ExternalServer {
  if (tls === undefined) return { url }
  const { address, parameters } = parse(url)
  if (isSocket(address, parameters)) return { url }
  const modes = parameters.getAll('sslmode')
  const own = [...parameters.keys()].filter((name) => isOfTls(name) && name !== 'sslmode')
  const isAsked = modes.length > 0 && modes.every((mode) => mode === 'verify-full') && own.length === 0
  if (!isAsked && !tls().isStrict) return { url }
  // In a URL, these would take precedence over `tls`.
  for (const name of [...parameters.keys()]) if (isOfTls(name)) parameters.delete(name)
  return { url: parameters.size === 0 ? address : `${address}?${parameters}`, tls }
}

function isOfTls(name: string): boolean {
  return /^(ssl(?!negotiation)|uselibpqcompat)/.test(name)
}

function parse(url: string): { readonly address: string; readonly parameters: URLSearchParams } {
  const at = url.indexOf('?')
  if (at === -1) return { address: url, parameters: new URLSearchParams() }
  return { address: url.slice(0, at), parameters: new URLSearchParams(url.slice(at + 1)) }
}

/** The host is that of pg: the last of the parameters, or else the URL's own. */
function isSocket(address: string, parameters: URLSearchParams): boolean {
  const host = parameters.getAll('host').at(-1) || new URL(address.replace('@/', '@localhost/')).hostname
  return decodeURIComponent(host).startsWith('/')
}
