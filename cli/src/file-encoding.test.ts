import fc from 'fast-check'
import iconv from 'iconv-lite'
import { describe, expect, it } from 'vitest'
import { CliFailure } from './failure.ts'
import { decodeToUtf8, isFileEncoding, undecodable } from './file-encoding.ts'

async function* inPieces(bytes: Buffer, size: number) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function decode(bytes: Buffer, encoding?: string, size = 3): Promise<string> {
  const pieces: Buffer[] = []
  for await (const piece of decodeToUtf8(inPieces(bytes, size), encoding)) pieces.push(piece)
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.concat(pieces))
}

const text = 'name,€ \uFFFD 日本 😀\n'

describe('the encoding of a file', () => {
  it.each([
    ['UTF-8', Buffer.from(text), undefined],
    ['UTF-8 with its mark', Buffer.from(`\uFEFF${text}`), undefined],
    ['UTF-8 with its mark, as said', Buffer.from(`\uFEFF${text}`), 'utf8'],
    ['UTF-16LE by its mark', iconv.encode(`\uFEFF${text}`, 'utf-16le'), undefined],
    ['UTF-16BE by its mark', iconv.encode(`\uFEFF${text}`, 'utf-16be'), undefined],
    ['UTF-16LE by its mark, as said', iconv.encode(`\uFEFF${text}`, 'utf-16le'), 'UTF-16'],
    ['UTF-16LE, as said', iconv.encode(text, 'utf-16le'), 'utf-16le'],
    ['UTF-16BE, as said', iconv.encode(text, 'utf-16be'), 'UTF-16BE'],
  ])('%s is read, however the bytes are split', async (_name, bytes, encoding) => {
    for (const size of [1, 2, 3, 5, 1_000]) expect(await decode(bytes, encoding, size)).toBe(text)
  })

  it.each(['windows-1252', 'iso-8859-15', 'cp437', 'Shift_JIS', 'GBK', 'utf-32le'])('reads %s', async (encoding) => {
    const western = encoding === 'Shift_JIS' || encoding === 'GBK' ? '日本, 1\n' : 'Währung;Müller\n'
    for (const size of [1, 3, 1_000]) {
      expect(await decode(iconv.encode(western, encoding), encoding, size)).toBe(western)
    }
  })

  it.each([
    ['a lone byte', [0x61, 0xe9, 0x62], undefined, `a${undecodable}b`],
    ['a character cut off by the end', [0x61, 0xe2, 0x82], undefined, `a${undecodable}`],
    ['a surrogate in UTF-8', [0xed, 0xa0, 0x80, 0x61], undefined, `${undecodable.repeat(3)}a`],
    ['a byte that Windows-1252 lacks', [0x61, 0x81, 0x62], 'windows-1252', `a${undecodable}b`],
    ['half a pair in UTF-16', [0x61, 0, 0x3d, 0xd8, 0x62, 0], 'utf-16le', `a${undecodable}b`],
    ['half a character in UTF-16', [0x61, 0, 0x62, 0, 0x63], 'utf-16le', `ab${undecodable}`],
    [
      'an invalid byte next to a replacement character',
      [0x61, 0x62, 0xe9, 0xef, 0xbf, 0xbd],
      undefined,
      `ab${undecodable}\uFFFD`,
    ],
    ['a pair that is cut in Shift_JIS', [0x61, 0x93], 'Shift_JIS', `a${undecodable}`],
  ])('marks invalid bytes: %s', async (_name, bytes, encoding, decoded) => {
    for (const size of [1, 2, 1_000]) expect(await decode(Buffer.from(bytes), encoding, size)).toBe(decoded)
  })

  it('decodes any valid text without loss, so that different files stay different', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 40 }), fc.integer({ min: 1, max: 9 }), async (bytes, size) => {
        const file = Buffer.concat([Buffer.from('x,y\n'), bytes])
        const decoded = await decode(file, undefined, size)
        if (!decoded.includes(undecodable)) expect(Buffer.from(decoded)).toEqual(file)
        else expect(() => new TextDecoder('utf-8', { fatal: true }).decode(file)).toThrow()
      }),
    )
  })

  it.each([
    ['a mark of another encoding', Buffer.from('\uFEFFa'), 'windows-1252', 'byte order mark says utf-8'],
    ['UTF-16 without a byte order', iconv.encode('a,b', 'utf-16le'), 'utf-16', 'no byte order mark'],
  ])('is not guessed: %s', async (_name, bytes, encoding, sentence) => {
    await expect(decode(bytes, encoding)).rejects.toThrow(CliFailure)
    await expect(decode(bytes, encoding)).rejects.toThrow(sentence)
  })

  it('is an encoding of text, never one such as base64 or hex', () => {
    for (const name of ['utf-8', 'UTF-16LE', 'Windows-1252', 'latin1', 'macroman'])
      expect(isFileEncoding(name)).toBe(true)
    for (const name of ['base64', 'hex', 'utf-7', 'nothing', '']) expect(isFileEncoding(name)).toBe(false)
  })
})
