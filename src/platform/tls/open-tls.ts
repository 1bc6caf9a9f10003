import { X509Certificate } from 'node:crypto'
import { createSecureContext, type SecureContext } from 'node:tls'
import { Fault } from '../faults/index.ts'
import { openSecretText } from '../secrets/index.ts'
import { endsOf } from './ends.ts'
import { certificatesIn, listsIn } from './pem.ts'

/** References to PEM texts: `file:PATH`, `env:NAME`, or the text itself. */
export type TlsReferences = {
  readonly cert?: string | undefined
  readonly key?: string | undefined
  /** The authorities that the other side's certificate may come from, instead of the usual ones. */
  readonly ca?: readonly string[] | undefined
  /** What these authorities have revoked. Then each of them needs a list. */
  readonly crl?: readonly string[] | undefined
}

export type TlsTexts = {
  readonly cert: string | undefined
  readonly key: string | undefined
  readonly ca: readonly string[] | undefined
  readonly crl: readonly string[] | undefined
  /** TLS 1.3 only. */
  readonly isStrict: boolean
}

/** What is valid now, for both servers and clients: the same object until a file has changed. */
export type Tls = () => TlsTexts

export type TlsResult = { readonly ok: true; readonly tls: Tls } | { readonly ok: false; readonly why: string }

export type OpenTlsOptions = {
  readonly isStrict?: boolean
  /** Called once for each change that cannot be used. */
  readonly onFault?: (fault: Fault) => void
}

/**
 * Changed files are used without a restart. Two files are never changed at once: until a key fits its certificate
 * again, the known pair stays valid. No message contains a value.
 */
export function openTls(references: TlsReferences, { isStrict = false, onFault }: OpenTlsOptions = {}): TlsResult {
  const { cert, key, ca, crl } = references
  if ((cert === undefined) !== (key === undefined))
    return { ok: false, why: 'a cert needs its key, and a key its cert' }
  if (crl !== undefined && ca === undefined) return { ok: false, why: 'a crl needs the ca that made it' }
  const opened = [cert, key, ...(ca ?? []), ...(crl ?? [])].map((one) =>
    one === undefined ? undefined : openSecretText(one),
  )
  const missing = opened.find((one) => one?.ok === false)
  if (missing?.ok === false) return { ok: false, why: missing.why }
  const read = (): TlsTexts => {
    const [certText, keyText, ...others] = opened.map((one) => (one?.ok === true ? one.text() : undefined))
    const texts = others.filter((text) => text !== undefined)
    const count = ca?.length ?? 0
    return {
      ...{ cert: certText, key: keyText, isStrict },
      ca: ca === undefined ? undefined : texts.slice(0, count),
      crl: crl === undefined ? undefined : texts.slice(count),
    }
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
      const why = wrongWith(now)
      if (why === undefined) known = now
      else onFault?.(unusable(why))
      return known
    },
  }
}

const contexts = new WeakMap<TlsTexts, SecureContext>()

/** Of texts that `openTls` has accepted. */
export function contextOf(texts: TlsTexts): SecureContext {
  const known = contexts.get(texts)
  if (known !== undefined) return known
  const made = createSecureContext(contextOptions(texts))
  contexts.set(texts, made)
  return made
}

export function contextOptions({ cert, key, ca, crl, isStrict }: TlsTexts) {
  return {
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
    ...(ca !== undefined && { ca: [...ca] }),
    // Node reads only the first list of a text.
    ...(crl !== undefined && { crl: crl.flatMap(listsIn) }),
    minVersion: isStrict ? 'TLSv1.3' : 'TLSv1.2',
  } as const
}

function unusable(why: string): Fault {
  const message = `The changed TLS files are not used: ${why}. The ones before stay valid.`
  return new Fault({ code: 'tls_files_unusable', message, retryable: true })
}

function wrongWith(texts: TlsTexts): string | undefined {
  const { ca = [], crl = [], isStrict } = texts
  if (!ca.every(isAuthority)) return 'a ca is not a certificate in PEM'
  if (!crl.every(isRevocationList)) return 'a crl is not a list of revoked certificates in PEM'
  try {
    createSecureContext(contextOptions(texts))
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : 'unknown'
    return `cert and key are not a pair in PEM (${code})`
  }
  return isStrict ? wrongTime(texts) : undefined
}

function isAuthority(text: string): boolean {
  try {
    const certificates = certificatesIn(text)
    for (const certificate of certificates) new X509Certificate(certificate)
    return certificates.length > 0
  } catch {
    return false
  }
}

function isRevocationList(text: string): boolean {
  const lists = listsIn(text)
  try {
    createSecureContext({ crl: lists })
    return lists.length > 0
  } catch {
    return false
  }
}

function wrongTime(texts: TlsTexts): string | undefined {
  const now = Date.now()
  const ended = endsOf(texts).find(({ endsMs }) => endsMs <= now)
  if (ended !== undefined) return `${names[ended.what]} expired at ${new Date(ended.endsMs).toISOString()}`
  const from = texts.cert === undefined ? undefined : new X509Certificate(texts.cert).validFromDate
  return from !== undefined && from.getTime() > now
    ? `the certificate is not valid before ${from.toISOString()}`
    : undefined
}

const names = {
  certificate: 'the certificate',
  authority: 'the certificate of the authority',
  revocations: 'the list of revoked certificates',
} as const

function isSame(one: TlsTexts, other: TlsTexts): boolean {
  const texts = ({ cert, key, ca = [], crl = [] }: TlsTexts) => [cert, key, ...ca, ...crl]
  const others = texts(other)
  return texts(one).every((text, at) => text === others[at])
}
