import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { constants, gzip } from 'node:zlib'
import { type Answer, answerText } from '../http/index.ts'

export type CachedFile = {
  readonly plain: Buffer
  readonly zipped: Buffer
  readonly tag: string
  readonly contentType: string
  readonly maxAgeSeconds: number
}

const zip = promisify(gzip)

export async function cacheFile(
  text: string,
  options: Pick<CachedFile, 'contentType' | 'maxAgeSeconds'>,
): Promise<CachedFile> {
  const plain = Buffer.from(text)
  const tag = createHash('sha256').update(plain).digest('base64url').slice(0, 22)
  return { ...options, plain, zipped: await zip(plain, { level: constants.Z_BEST_COMPRESSION }), tag }
}

export function answerFile(file: CachedFile, header: (name: string) => string | undefined): Answer {
  const zipped = accepts(header('accept-encoding'))
  const caching = {
    'cache-control': `public, max-age=${file.maxAgeSeconds}`,
    vary: 'accept-encoding',
    etag: zipped ? `"${file.tag}-gzip"` : `"${file.tag}"`,
  }
  const known = (header('if-none-match') ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''))
  if (known.some((tag) => tag === caching.etag || tag === '*')) return answerText(304, '', caching)
  const headers = { 'content-type': file.contentType, ...caching, ...(zipped && { 'content-encoding': 'gzip' }) }
  return { status: 200, body: '', bytes: zipped ? file.zipped : file.plain, headers }
}

/** Whether an Accept-Encoding names gzip, and not with a weight of 0. */
function accepts(encodings = ''): boolean {
  return encodings.split(',').some((part) => /^\s*gzip\s*(;\s*q=(?!0(\.0*)?\s*$).*)?$/i.test(part))
}
