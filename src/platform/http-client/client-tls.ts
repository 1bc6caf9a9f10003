import { X509Certificate } from 'node:crypto'
import { createSecureContext } from 'node:tls'
import { openSecretText } from '#platform/secrets'

/** References to PEM texts. `ca`: the authorities that the server's certificate may come from, instead of the usual ones. */
export type ClientTlsReferences = {
  readonly cert?: string | undefined
  readonly key?: string | undefined
  readonly ca?: readonly string[] | undefined
}

export type ClientTlsTexts = {
  readonly cert: string | undefined
  readonly key: string | undefined
  readonly ca: readonly string[] | undefined
}

/** The certificate and authorities that are valid now: the same object until a file has changed. */
export type ClientTls = () => ClientTlsTexts

export type ClientTlsResult =
  | { readonly ok: true; readonly tls: ClientTls }
  | { readonly ok: false; readonly why: string }

/**
 * Changed files are used without a restart. Two files are never changed at once: until a key fits its certificate
 * again, the known pair stays valid. No message contains a value.
 */
export function openClientTls(references: ClientTlsReferences): ClientTlsResult {
  const { cert, key, ca } = references
  if ((cert === undefined) !== (key === undefined))
    return { ok: false, why: 'a cert needs its key, and a key its cert' }
  const opened = [cert, key, ...(ca ?? [])].map((one) => (one === undefined ? undefined : openSecretText(one)))
  const missing = opened.find((one) => one?.ok === false)
  if (missing?.ok === false) return { ok: false, why: missing.why }
  const read = (): ClientTlsTexts => {
    const [certText, keyText, ...caTexts] = opened.map((one) => (one?.ok === true ? one.text() : undefined))
    const authorities = caTexts.filter((text) => text !== undefined)
    return { cert: certText, key: keyText, ca: ca === undefined ? undefined : authorities }
  }
  let known = read()
  const wrong = wrongWith(known)
  if (wrong !== undefined) return { ok: false, why: wrong }
  let seen = known
  return {
    ok: true,
    tls: () => {
      const now = read()
      if (isSame(now, seen)) return known
      seen = now
      if (wrongWith(now) === undefined) known = now
      return known
    },
  }
}

function wrongWith({ cert, key, ca = [] }: ClientTlsTexts): string | undefined {
  try {
    for (const text of ca) new X509Certificate(text)
  } catch {
    return 'a ca is not a certificate in PEM'
  }
  try {
    createSecureContext({ ...(cert !== undefined && { cert }), ...(key !== undefined && { key }) })
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : 'unknown'
    return `cert and key are not a pair in PEM (${code})`
  }
  return undefined
}

function isSame(one: ClientTlsTexts, other: ClientTlsTexts): boolean {
  const texts = ({ cert, key, ca = [] }: ClientTlsTexts) => [cert, key, ...ca]
  const others = texts(other)
  return texts(one).every((text, at) => text === others[at])
}
