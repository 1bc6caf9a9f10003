import { gzipSync } from 'node:zlib'
import type { Random } from '../../scripts/random.ts'
import { changeBody, refusedValues, unknownMembers, wrongValues } from '../malformed/malformed-bodies.ts'

type Broken = { readonly body: Buffer; readonly how: string }
type Way = (text: string, random: Random) => Broken | undefined

/** Changes one place of a body of JSON, or its bytes. */
export function breakBody(body: Buffer, random: Random): Broken {
  const text = body.toString('utf8')
  const inPlace = [changeValue, changeValue, changeValue]
  return random.pick([...inPlace, ...ofText])(text, random) ?? cut(text, random)
}

const changeValue: Way = (text, random) => {
  const change = {
    sound: { body: JSON.parse(text) as object },
    place: random.below(1000),
    kind: random.pick(['value', 'value', 'refused', 'member', 'missing'] as const),
    ...{ wrong: random.pick(wrongValues), refused: random.pick(refusedValues), member: random.pick(unknownMembers) },
  }
  const changed = changeBody(change)
  return changed === undefined ? undefined : { body: Buffer.from(changed), how: change.kind }
}

const cut = (text: string, random: Random): Broken => ({
  body: Buffer.from(text.slice(0, random.below(text.length))),
  how: 'cut short',
})

const flip: Way = (text, random) => {
  const bytes = Buffer.from(text)
  if (bytes.length === 0) return undefined
  bytes[random.below(bytes.length)] = random.below(256)
  return { body: bytes, how: 'another byte' }
}

const twice: Way = (text) => {
  const member = /"(\w+)":("[^"\\]*"|\d+|true|false|null)/.exec(text)?.[0]
  if (member === undefined) return undefined
  return { body: Buffer.from(text.replace(member, `${member},${member}`)), how: 'a member twice' }
}

const others: readonly (readonly [how: string, make: (text: string) => string | Buffer])[] = [
  ['empty', () => ''],
  ['an array of it', (text) => `[${text}]`],
  ['null', () => 'null'],
  ['more after it', (text) => `${text}{}`],
  ['a comment', (text) => `${text}// x`],
  ['a byte order mark', (text) => `\ufeff${text}`],
  ['UTF-16', (text) => Buffer.from(text, 'utf16le')],
  ['gzip', (text) => gzipSync(text)],
  ['very deep', () => `${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`],
  ['very many members', () => `{${Array.from({ length: 20_000 }, (_, at) => `"k${at}":1`).join()}}`],
  ['a huge number', (text) => text.replace(/\d+/, '9'.repeat(50_000))],
  ['a long text', () => `{"reference":"${'x'.repeat(200_000)}"}`],
  ['white space', (text) => ' '.repeat(3000) + text],
  ['too large', () => `{"reference":"${'x'.repeat(1_100_000)}"}`],
]

const other: Way = (text, random) => {
  const [how, make] = random.pick(others)
  return { body: Buffer.from(make(text)), how }
}

const ofText: readonly Way[] = [cut, flip, twice, other]
