import { isUtf8 } from 'node:buffer'
import iconv from 'iconv-lite'
import { CliFailure } from './failure.ts'

/** Replaces bytes that are invalid in the file's encoding. A noncharacter, which no text contains. */
export const undecodable = '\uFFFF'

const byteOrderMarks: readonly (readonly [encoding: string, mark: Buffer])[] = [
  ['utf-8', Buffer.of(0xef, 0xbb, 0xbf)],
  ['utf-32le', Buffer.of(0xff, 0xfe, 0, 0)],
  ['utf-32be', Buffer.of(0, 0, 0xfe, 0xff)],
  ['utf-16le', Buffer.of(0xff, 0xfe)],
  ['utf-16be', Buffer.of(0xfe, 0xff)],
]
const markBytesMax = 4

const notOfFiles: ReadonlySet<string> = new Set(['base64', 'hex', 'utf7', 'utf7imap'])

const plainName = (encoding: string) => encoding.toLowerCase().replaceAll(/[^a-z0-9]/g, '')

export function isFileEncoding(encoding: string): boolean {
  return iconv.encodingExists(encoding) && !notOfFiles.has(plainName(encoding))
}

/** Encodes as UTF-8 without a byte order mark. The mark decides the encoding, then `wanted`, then UTF-8. */
export async function* decodeToUtf8(
  chunks: AsyncIterable<Buffer>,
  wanted: string | undefined,
): AsyncGenerator<Buffer, void, void> {
  let start: Buffer = Buffer.alloc(0)
  let decoder: Decoder | undefined
  for await (const chunk of chunks) {
    if (decoder) yield decoder.write(chunk)
    else {
      start = Buffer.concat([start, chunk])
      if (start.length < markBytesMax) continue
      decoder = createDecoder(start, wanted)
      yield decoder.write(start)
    }
  }
  if (decoder === undefined) {
    decoder = createDecoder(start, wanted)
    yield decoder.write(start)
  }
  yield decoder.end()
}

type Decoder = { readonly write: (chunk: Buffer) => Buffer; readonly end: () => Buffer }

/** Its first `write` takes the start of the file, and skips the byte order mark. */
function createDecoder(start: Buffer, wanted: string | undefined): Decoder {
  const [marked, mark] = byteOrderMarks.find(([, bytes]) => start.subarray(0, bytes.length).equals(bytes)) ?? []
  const name = wanted === undefined ? undefined : plainName(wanted)
  if (name === 'utf16' || name === 'utf32') {
    if (!marked?.startsWith(name.replace('f', 'f-'))) {
      throw new CliFailure(`the file has no byte order mark: say --encoding ${wanted}le or ${wanted}be`)
    }
  } else if (marked !== undefined && name !== undefined && name !== plainName(marked)) {
    throw new CliFailure(`--encoding: the file's byte order mark says ${marked}, not ${wanted}`)
  }
  const encoding = marked ?? wanted ?? 'utf-8'
  const decoder = plainName(encoding) === 'utf8' ? createUtf8Decoder() : createOtherDecoder(encoding)
  let bytesToSkip = mark?.length ?? 0
  return {
    write: (chunk) => {
      const rest = chunk.subarray(bytesToSkip)
      bytesToSkip = 0
      return decoder.write(rest)
    },
    end: decoder.end,
  }
}

function createUtf8Decoder(): Decoder {
  let held: Buffer = Buffer.alloc(0)
  return {
    write: (chunk) => {
      const bytes = held.length === 0 ? chunk : Buffer.concat([held, chunk])
      const whole = wholeCharactersBytes(bytes)
      held = bytes.subarray(whole)
      return markInvalidUtf8(bytes.subarray(0, whole))
    },
    end: () => markInvalidUtf8(held),
  }
}

function wholeCharactersBytes(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0
    if (byte >= 0x80 && byte < 0xc0) continue
    const needs = byte < 0xc0 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4
    return needs > back ? bytes.length - back : bytes.length
  }
  return bytes.length
}

function markInvalidUtf8(bytes: Buffer): Buffer {
  if (isUtf8(bytes)) return bytes
  // Decoding replaces invalid bytes with U+FFFD. So the file's own U+FFFD is kept as U+FFFE meanwhile.
  const aside = bytes.toString('latin1').replaceAll('\u00EF\u00BF\u00BD', '\u00EF\u00BF\u00BE')
  const text = Buffer.from(aside, 'latin1').toString('utf8')
  return Buffer.from(text.replaceAll('\uFFFD', undecodable).replaceAll('\uFFFE', '\uFFFD'))
}

function createOtherDecoder(encoding: string): Decoder {
  const decoder = iconv.getDecoder(encoding, { stripBOM: false })
  const isUtf16 = /^(utf16|ucs2)/.test(plainName(encoding))
  let held = ''
  let bytes = 0
  const take = (text: string): Buffer => {
    // The end of a chunk may split a surrogate pair.
    const whole = /[\uD800-\uDBFF]$/.test(text) ? text.length - 1 : text.length
    held = text.slice(whole)
    return mark(text.slice(0, whole))
  }
  const mark = (text: string) =>
    Buffer.from(isUtf16 ? text.replaceAll(/\p{Cs}/gu, undecodable) : text.replaceAll('\uFFFD', undecodable))
  return {
    write: (chunk) => {
      bytes += chunk.length
      return take(held + decoder.write(chunk))
    },
    end: () => mark(held + (decoder.end() ?? '') + (isUtf16 && bytes % 2 === 1 ? undecodable : '')),
  }
}
