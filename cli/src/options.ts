import { InvalidArgumentError } from 'commander'

type Given<Options> = { -readonly [Name in keyof Options]?: Exclude<Options[Name], undefined> }

/** Without the fields that are undefined. */
export function given<Options extends object>(options: Options): Given<Options> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Given<Options>
}

export async function takeFirst<Item>(list: AsyncIterable<Item>, count: number): Promise<Item[]> {
  const items: Item[] = []
  for await (const item of list) {
    items.push(item)
    if (items.length >= count) break
  }
  return items
}

export function collectPair(text: string, before: Record<string, string> = {}): Record<string, string> {
  const at = text.indexOf('=')
  if (at < 1) throw new InvalidArgumentError('It must be of the form key=value.')
  return { ...before, [text.slice(0, at)]: text.slice(at + 1) }
}

export function parseCount(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('It must be a whole number from 1.')
}

export function parseList(text: string): string[] {
  return text.split(',').map((one) => one.trim())
}
