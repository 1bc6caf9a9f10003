import { UnreadableRequest } from '../invalid-request.ts'
import { type BodyPlace, bodyDepthMax, parseJsonBody, stringEnd } from './json-body.ts'

/** Bytes that are read in one turn: a body up to this size at once, a batch in slices of about this size. */
export const sliceBytes = 64 * 1024

/**
 * Values and fields that a body may have: a quarter more than ten thousand transfers with all optional fields. Values
 * of a byte or two take a hundred times that in memory.
 */
export const bodyValuesMax = 1_000_000

/** Values and fields of one item of a batch, or of everything outside its list. They are read in one turn. */
export const itemValuesMax = 10_000

/** Bytes of one item: more than a transfer with all optional fields and every character escaped. */
export const itemBytesMax = 256 * 1024

/** Bytes of everything outside the list: as many as a body without a list may have. */
export const outsideBytesMax = 1024 * 1024

/** Bytes that are scanned in one turn. */
const lookBytes = 1024 * 1024

/**
 * Reads a JSON body as {@link parseJsonBody} does, with a pause after every few milliseconds of work, in which other
 * requests go on. The pauses are needed: a field with a new name takes microseconds to read, and a body may have a
 * million of them. A large body is an object with one list of items, which is read in slices. Neither an item nor the
 * rest outside the list is large. Throws an {@link UnreadableRequest} for other bodies.
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
    // An item is missing before a comma or after the last one.
    if (read.length === 0) throw notJson()
    for (const item of read) items.push(item)
    from = to + 1
  }
  return body
}

const openBracket = Buffer.from('[')
const closeBracket = Buffer.from(']')

/** The one list of a body: the start and end of its name, its two brackets, and the commas at which it is divided. */
type List = {
  readonly name: readonly [from: number, to: number]
  readonly brackets: readonly [start: number, end: number]
  readonly cuts: readonly number[]
}

const quote = 0x22
const comma = 0x2c
const [bracket, brace, closingBracket, closingBrace] = [0x5b, 0x7b, 0x5d, 0x7d]

/** Scans every byte outside strings once, before anything is allocated for them. */
function* findList(bytes: Buffer): Generator<undefined, List | undefined, undefined> {
  const finder = new ListFinder(bytes[firstOf(bytes)] === brace)
  let pauseAt = lookBytes
  for (let at = 0; at < bytes.length; at += 1) {
    if (at >= pauseAt) {
      finder.look(at)
      pauseAt = at + lookBytes
      yield
    }
    const byte = bytes[at]
    if (byte === quote) {
      const end = stringEnd(bytes, at, at + outsideBytesMax)
      finder.text(at, end + 1)
      at = end
    } else if (byte === comma) finder.comma(at)
    else if (byte === bracket || byte === brace) finder.open(at, byte === bracket)
    else if (byte === closingBracket || byte === closingBrace) finder.close(at)
  }
  return finder.list(bytes.length)
}

class ListFinder {
  readonly #isObject: boolean
  #depth = 0
  #values = 0
  /** Counts of the current item of the list, and of everything outside the list. */
  #ofItem = 0
  #outside = 0
  #nameStart = 0
  #nameEnd = 0
  #start = -1
  #end = -1
  /** Where the current item begins. */
  #from = 0
  readonly #cuts: number[] = []

  constructor(isObject: boolean) {
    this.#isObject = isObject
  }

  get #isInList(): boolean {
    return this.#start >= 0 && this.#end < 0
  }

  text(from: number, to: number): void {
    if (this.#depth !== 1 || this.#start >= 0) return
    this.#nameStart = from
    this.#nameEnd = to
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

  /** Refuses a body that exceeds a limit of bytes by now. */
  look(at: number): void {
    const inList = this.#start < 0 ? 0 : (this.#isInList ? at : this.#end) - this.#start
    if (this.#isInList && at - this.#from > itemBytesMax)
      throw tooMany(`One item of the body may have ${itemBytesMax} bytes.`)
    if (at - inList <= outsideBytesMax) return
    throw tooMany(`What is not in the list of the body may have ${outsideBytesMax} bytes.`)
  }

  list(length: number): List | undefined {
    this.look(length)
    if (this.#depth !== 0) throw notJson()
    if (this.#start < 0) return undefined
    return { name: [this.#nameStart, this.#nameEnd], brackets: [this.#start, this.#end], cuts: this.#cuts }
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

/** The index of the first byte that is not blank. */
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
