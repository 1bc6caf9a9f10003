import { UnreadableRequest } from '../invalid-request.ts'
import { type BodyPlace, bodyDepthMax, parseJsonBody, stringEnd } from './json-body.ts'

export const sliceBytes = 64 * 1024

/** A quarter more than 10,000 full transfers have. Short values take a hundred times their bytes in memory. */
export const bodyValuesMax = 1_000_000

/** Per item, or outside the list. They are read in one turn. */
export const itemValuesMax = 10_000

/** More than a transfer with all optional fields and every character escaped. */
export const itemBytesMax = 256 * 1024

export const outsideBytesMax = 1024 * 1024

const lookBytes = 1024 * 1024

/**
 * Reads a JSON body as {@link parseJsonBody} does, but yields every few milliseconds so that other requests proceed. A
 * field with a new name takes microseconds to read, and a body may have a million fields. A large body must be an
 * object with one list of small items and little else. Throws {@link UnreadableRequest} for others.
 */
export function* readBody(bytes: Buffer): Generator<undefined, unknown, undefined> {
  if (bytes.length <= sliceBytes) return parseJsonBody(bytes)
  const list = yield* findList(bytes)
  yield
  if (list === undefined || list.cuts.length === 0) return parseJsonBody(bytes)
  const { cuts } = list
  const [start, end] = list.brackets
  const body = parseJsonBody(Buffer.concat([bytes.subarray(0, start + 1), bytes.subarray(end)]))
  const name = JSON.parse(bytes.toString('utf8', ...list.name)) as string
  const items = isRecord(body) ? body[name] : undefined
  if (!Array.isArray(items)) throw notJson()
  let from = start + 1
  for (const to of [...cuts, end]) {
    yield
    const slice = Buffer.concat([openBracket, bytes.subarray(from, to), closeBracket])
    const read = parseJsonBody(slice, { path: name, first: items.length } satisfies BodyPlace) as unknown[]
    if (read.length === 0) throw notJson()
    for (const item of read) items.push(item)
    from = to + 1
  }
  return body
}

const openBracket = Buffer.from('[')
const closeBracket = Buffer.from(']')

type List = {
  readonly name: readonly [from: number, to: number]
  readonly brackets: readonly [start: number, end: number]
  readonly cuts: readonly number[]
}

const quote = 0x22
const comma = 0x2c
const [bracket, brace, closingBracket, closingBrace] = [0x5b, 0x7b, 0x5d, 0x7d]

function* findList(bytes: Buffer): Generator<undefined, List | undefined, undefined> {
  const finder = new ListFinder(bytes[firstOf(bytes)] === brace)
  let pauseAt = lookBytes
  // A string is followed to here at most. One that is longer is refused at the next look.
  let near = bytes.subarray(0, pauseAt + outsideBytesMax)
  for (let at = 0; at < bytes.length; at += 1) {
    if (at >= pauseAt) {
      finder.look(at)
      pauseAt = at + lookBytes
      near = bytes.subarray(0, pauseAt + outsideBytesMax)
      yield
    }
    const byte = bytes[at]
    if (byte === quote) {
      finder.text(at)
      at = stringEnd(near, at)
    } else if (byte === comma) finder.comma(at)
    else if (byte === bracket || byte === brace) finder.open(at, byte === bracket)
    else if (byte === closingBracket || byte === closingBrace) finder.close(at)
  }
  return finder.list(bytes)
}

class ListFinder {
  readonly #isObject: boolean
  #depth = 0
  #values = 0
  #ofItem = 0
  #outside = 0
  #nameStart = 0
  #start = -1
  #end = -1
  #from = 0
  readonly #cuts: number[] = []

  constructor(isObject: boolean) {
    this.#isObject = isObject
  }

  get #isInList(): boolean {
    return this.#start >= 0 && this.#end < 0
  }

  /** The string that begins last before the list is its name. */
  text(at: number): void {
    if (this.#depth !== 1 || this.#start >= 0) return
    this.#nameStart = at
  }

  comma(at: number): void {
    if (this.#depth === 2 && this.#isInList) {
      this.look(at)
      this.#ofItem = 0
      this.#from = at
      if (at - (this.#cuts.at(-1) ?? this.#start) >= sliceBytes) this.#cuts.push(at)
    }
    this.#count()
  }

  open(at: number, isBracket: boolean): void {
    if (isBracket && this.#isObject && this.#depth === 1 && this.#start < 0) {
      this.#start = at
      this.#from = at
    }
    this.#depth += 1
    if (this.#depth > bodyDepthMax) {
      throw new UnreadableRequest('body_too_deep', `The body has more than ${bodyDepthMax} levels.`)
    }
    this.#count()
  }

  close(at: number): void {
    this.#depth -= 1
    if (this.#depth !== 1 || !this.#isInList) return
    this.look(at)
    this.#end = at
  }

  look(at: number): void {
    const inList = this.#start < 0 ? 0 : (this.#isInList ? at : this.#end) - this.#start
    if (this.#isInList && at - this.#from > itemBytesMax)
      throw tooMany(`One item of the body may have ${itemBytesMax} bytes.`)
    if (at - inList <= outsideBytesMax) return
    throw tooMany(`What is not in the list of the body may have ${outsideBytesMax} bytes.`)
  }

  list(bytes: Buffer): List | undefined {
    this.look(bytes.length)
    if (this.#depth !== 0) throw notJson()
    if (this.#start < 0) return undefined
    const name = [this.#nameStart, stringEnd(bytes, this.#nameStart) + 1] as const
    return { name, brackets: [this.#start, this.#end], cuts: this.#cuts }
  }

  #count(): void {
    this.#values += 1
    if (this.#values > bodyValuesMax) throw tooMany(`The body may have ${bodyValuesMax} values.`)
    if (this.#isInList) this.#ofItem += 1
    else this.#outside += 1
    if (this.#ofItem <= itemValuesMax && this.#outside <= itemValuesMax) return
    throw tooMany(`One item of the body, and what is not in its list, may have ${itemValuesMax} values each.`)
  }
}

function firstOf(bytes: Buffer): number {
  let at = 0
  while (at < bytes.length && (bytes[at] as number) <= 0x20) at += 1
  return at
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function tooMany(detail: string): UnreadableRequest {
  return new UnreadableRequest('body_too_large', `${detail} Divide it.`)
}

function notJson(): UnreadableRequest {
  return new UnreadableRequest('malformed_json', 'The body is not JSON: brackets, commas or items are missing.')
}
