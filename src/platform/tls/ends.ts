import { X509Certificate } from 'node:crypto'
import { listsIn } from './pem.ts'

type Texts = {
  readonly cert: string | undefined
  readonly ca: readonly string[] | undefined
  readonly crl: readonly string[] | undefined
}

export type TlsEnd = { readonly what: 'certificate' | 'authority' | 'revocations'; readonly endsMs: number }

/** When each part stops being valid: of several authorities or lists, the first end. */
export function endsOf({ cert, ca = [], crl = [] }: Texts): readonly TlsEnd[] {
  const certificates = { certificate: cert === undefined ? [] : [cert], authority: ca }
  const ends = Object.entries(certificates).map(([what, texts]) => ({
    what: what as 'certificate' | 'authority',
    all: texts.map((text) => new X509Certificate(text).validToDate.getTime()),
  }))
  const lists = { what: 'revocations', all: crl.flatMap(listsIn).map(endOfList) } as const
  return [...ends, lists].flatMap(({ what, all }) => (all.length === 0 ? [] : [{ what, endsMs: Math.min(...all) }]))
}

/** The time of its next update. Infinity when it has none. Node reads no lists. */
export function endOfList(pem: string): number {
  const der = Buffer.from(pem.replaceAll(/-----[^-]+-----|\s/g, ''), 'base64')
  // CertificateList { TBSCertList { version?, signature, issuer, thisUpdate, nextUpdate?, … } … }
  const [list] = partsOf(der)
  const [content] = list === undefined ? [] : partsOf(list.content)
  const times =
    content === undefined ? [] : partsOf(content.content).filter(({ tag }) => tag === utcTime || tag === longTime)
  const [, next] = times
  return next === undefined ? Number.POSITIVE_INFINITY : timeOf(next)
}

const utcTime = 0x17
const longTime = 0x18

type Part = { readonly tag: number; readonly content: Buffer }

function partsOf(der: Buffer): Part[] {
  const parts: Part[] = []
  for (let at = 0; at + 2 <= der.length; ) {
    const first = der.readUInt8(at + 1)
    const bytes = first < 0x80 ? 0 : first & 0x7f
    const size = bytes === 0 ? first : der.readUIntBE(at + 2, bytes)
    const from = at + 2 + bytes
    parts.push({ tag: der.readUInt8(at), content: der.subarray(from, from + size) })
    at = from + size
  }
  return parts
}

/** `YYMMDDhhmmssZ` of 1950 to 2049, or with four digits of the year. */
function timeOf({ tag, content }: Part): number {
  const text = content.toString('latin1')
  const full = tag === longTime ? text : `${text < '50' ? '20' : '19'}${text}`
  return Date.parse(full.replace(/^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'))
}
