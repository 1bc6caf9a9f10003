import { ListFileError } from './list-file.ts'

export type XmlElement = {
  readonly name: string
  readonly line: number
  readonly attributes: ReadonlyMap<string, string>
  readonly children: readonly XmlElement[]
  /** The text directly in the element, with white space trimmed. */
  readonly text: string
}

const depthMax = 16
const elementsMax = 4_000_000
const textLengthMax = 1_048_576
const tag = /<(\/?)([A-Za-z_][\w.:-]*)((?:\s+[\w.:-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>/y
const attribute = /([\w.:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g
const reference = /&(?:#(\d{1,7})|#x([\da-fA-F]{1,6})|(\w{1,8}));|&/g
const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }
/** What stands between elements and is no text. */
const skipped = [
  ['<!--', '-->'],
  ['<?', '?>'],
] as const
const literal = '<![CDATA['

/**
 * The elements of an XML document. There are no entities but the five of XML itself and numbers, and a document type is
 * refused, so that no text is longer than what was read.
 */
export function readXml(source: Source): XmlElement {
  const reader = new XmlReader(source)
  const tree = new Tree(reader)
  for (;;) {
    tree.addText(reader.readText())
    const found = reader.readTag()
    if (found === undefined) return tree.end()
    if (found.closes) tree.close(found.name)
    else tree.open(found)
  }
}

type Source = { readonly file: string; readonly text: string }
type Tag = Pick<XmlElement, 'name' | 'line' | 'attributes'> & { readonly closes: boolean; readonly empty: boolean }
type Open = Tag & { readonly children: XmlElement[]; text: string }

class Tree {
  // The type is needed for `fail` to end the flow.
  readonly #reader: XmlReader
  readonly #stack: Open[] = []
  #root: XmlElement | undefined
  #count = 0

  constructor(reader: XmlReader) {
    this.#reader = reader
  }

  addText(text: string): void {
    const open = this.#stack.at(-1)
    if (open === undefined) {
      if (text.trim() !== '') this.#reader.fail('text stands outside the root element')
      return
    }
    open.text += text
    if (open.text.length > textLengthMax) this.#reader.fail('an element has too much text')
  }

  open(found: Tag): void {
    if (this.#root !== undefined) this.#reader.fail('there is a second root element')
    this.#count += 1
    if (this.#count > elementsMax) this.#reader.fail('there are too many elements')
    this.#stack.push({ ...found, children: [], text: '' })
    if (this.#stack.length > depthMax) this.#reader.fail(`elements are nested more than ${depthMax} deep`)
    if (found.empty) this.close(found.name)
  }

  close(closed: string): void {
    const open = this.#stack.pop()
    if (open === undefined || open.name !== closed) this.#reader.fail(`</${closed}> closes no element`)
    const { name, line, attributes, children, text } = open
    const element: XmlElement = { name, line, attributes, children, text: text.trim() }
    const parent = this.#stack.at(-1)
    if (parent === undefined) this.#root = element
    else parent.children.push(element)
  }

  end(): XmlElement {
    const open = this.#stack.at(-1)
    if (open !== undefined) return this.#reader.fail(`<${open.name}> of line ${open.line} is not closed`)
    return this.#root ?? this.#reader.fail('there is no element')
  }
}

class XmlReader {
  readonly #source: Source
  #at: number
  #line = 1
  /** Where the line ends. */
  #lineEnd: number

  constructor(source: Source) {
    this.#source = source
    this.#at = source.text.charCodeAt(0) === 0xfeff ? 1 : 0
    this.#lineEnd = this.#nextLineEnd(0)
  }

  fail(problem: string): never {
    throw new ListFileError({ file: this.#source.file, line: this.#line, problem })
  }

  /** The text before the next tag, without comments and instructions. */
  readText(): string {
    const { text } = this.#source
    let collected = ''
    for (;;) {
      const to = text.indexOf('<', this.#at)
      const end = to < 0 ? text.length : to
      collected += this.#resolve(text.slice(this.#at, end))
      this.#advance(end)
      const pair = skipped.find(([start]) => text.startsWith(start, end))
      if (pair !== undefined) this.#skipPast(pair[1])
      else if (text.startsWith(literal, end)) collected += this.#skipPast(']]>').slice(literal.length)
      else if (text.startsWith('<!', end)) this.fail('a document type is not allowed')
      else return collected
    }
  }

  /** Undefined: the document is at its end. */
  readTag(): Tag | undefined {
    if (this.#at >= this.#source.text.length) return undefined
    tag.lastIndex = this.#at
    const match = tag.exec(this.#source.text)
    if (match === null) return this.fail('this is not a well-formed tag')
    const [whole, slash, name = '', list = '', empty] = match
    const line = this.#line
    const pairs = [...list.matchAll(attribute)].map(([, key = '', one, other]) => [key, one ?? other ?? ''] as const)
    this.#advance(this.#at + whole.length)
    const attributes = new Map(pairs.map(([key, value]) => [key, this.#resolve(value)]))
    return { name, line, attributes, closes: slash === '/', empty: empty === '/' }
  }

  #advance(to: number): void {
    while (this.#lineEnd < to) {
      this.#line += 1
      this.#lineEnd = this.#nextLineEnd(this.#lineEnd + 1)
    }
    this.#at = to
  }

  #nextLineEnd(from: number): number {
    const found = this.#source.text.indexOf('\n', from)
    return found < 0 ? Number.POSITIVE_INFINITY : found
  }

  #skipPast(end: string): string {
    const to = this.#source.text.indexOf(end, this.#at)
    if (to < 0) this.fail(`${JSON.stringify(end)} is missing`)
    const text = this.#source.text.slice(this.#at, to)
    this.#advance(to + end.length)
    return text
  }

  #resolve(raw: string): string {
    if (!raw.includes('&')) return raw
    return raw.replaceAll(reference, (whole: string, ...groups: readonly (string | undefined)[]) => {
      const [decimal, hex, name] = groups
      const code = decimal !== undefined ? Number(decimal) : Number.parseInt(hex ?? '', 16)
      if (code > 0 && code <= 0x10ffff) return String.fromCodePoint(code)
      return named[name ?? ''] ?? this.fail(`${whole} is not a known reference`)
    })
  }
}
