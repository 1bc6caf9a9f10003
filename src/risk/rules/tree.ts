import { formatTimestamp } from '#kernel'
import { formatDuration, parseDuration } from './durations.ts'
import { type Checked, fine, wrong } from './problems.ts'
import { readAmount, readTime, valueBounds } from './values.ts'

export type Literal =
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'whole'; readonly value: number }
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'boolean'; readonly value: boolean }
  /** Digits of minor units, as everywhere in JSON. */
  | { readonly kind: 'amount'; readonly minor: string; readonly asset: string }
  /** RFC 3339 in UTC. */
  | { readonly kind: 'time'; readonly value: string }
  /** `1d12h`. */
  | { readonly kind: 'duration'; readonly value: string }

export const statistics = ['count', 'sum', 'average', 'min', 'max', 'distinct', 'deviation', 'percentile'] as const

export type Statistic = (typeof statistics)[number]

/** A field of the stream, and what it must be equal to. */
export type KeyPart = { readonly field: string; readonly value: Tree }

export type WindowTree = {
  readonly kind: 'window'
  /** A kind of subject: its recorded ones are counted. */
  readonly stream: string
  readonly last: string
  readonly by: readonly KeyPart[]
  /** Over the fields of what is counted. */
  readonly where?: Tree
  readonly statistic: Statistic
  readonly field?: string
  /** From 1 to 99. Only for `percentile`. */
  readonly percent?: number
  /** Of amounts, those that are counted. */
  readonly asset?: string
}

/** A rule as data. This is what is stored; text is read into it and printed from it. */
export type Tree =
  | Literal
  | { readonly kind: 'field'; readonly name: string }
  | { readonly kind: 'set'; readonly items: readonly Literal[] }
  | { readonly kind: 'and' | 'or'; readonly of: readonly Tree[] }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Tree[] }
  | WindowTree

export const treeBounds = { depthMax: 100, nodesMax: 5000, keysMax: 4, argumentsMax: 4 }

export function isLiteral(tree: Tree): tree is Literal {
  return !['field', 'set', 'and', 'or', 'call', 'window'].includes(tree.kind)
}

export function childrenOf(tree: Tree): readonly Tree[] {
  switch (tree.kind) {
    case 'set':
      return tree.items
    case 'and':
    case 'or':
      return tree.of
    case 'call':
      return tree.args
    case 'window':
      return [...tree.by.map(({ value }) => value), ...(tree.where === undefined ? [] : [tree.where])]
    default:
      return []
  }
}

/** Whether the tree is within the bounds. It walks without recursion, so that no tree is too deep for it. */
export function isWithinBounds(tree: Tree): boolean {
  let level: readonly Tree[] = [tree]
  let nodes = 0
  for (let depth = 1; level.length > 0; depth += 1) {
    nodes += level.length
    if (depth > treeBounds.depthMax || nodes > treeBounds.nodesMax) return false
    level = level.flatMap(childrenOf)
  }
  return true
}

class Malformed extends Error {
  override readonly name = 'Malformed'
  readonly at: Pick<Part, 'path'>

  constructor(message: string, at: Pick<Part, 'path'>) {
    super(message)
    this.at = at
  }
}

type Reading = { nodes: number }
type Part = { readonly json: unknown; readonly path: string; readonly depth: number }

/**
 * Reads a tree from JSON of anybody. Times and durations come back in their one form, so equal trees are equal texts.
 */
export function readTree(json: unknown): Checked<Tree> {
  try {
    return fine(readPart({ nodes: 0 }, { json, path: '', depth: 1 }))
  } catch (error) {
    if (!(error instanceof Malformed)) throw error
    const { message, at } = error
    return wrong({ code: 'not_a_tree', message, ...at, advice: 'See the page of rules for the form of a tree' })
  }
}

function readPart(reading: Reading, part: Part): Tree {
  const { json, path, depth } = part
  reading.nodes += 1
  if (depth > treeBounds.depthMax) throw new Malformed(`deeper than ${treeBounds.depthMax} levels`, { path })
  if (reading.nodes > treeBounds.nodesMax) throw new Malformed(`more than ${treeBounds.nodesMax} parts`, { path })
  if (typeof json !== 'object' || json === null) throw new Malformed('not an object with a kind', { path })
  const given = json as Record<string, unknown>
  const many = (key: string): Tree[] =>
    listOf(given[key], `${path}/${key}`).map((item, at) =>
      readPart(reading, { json: item, path: `${path}/${key}/${at}`, depth: depth + 1 }),
    )
  switch (given.kind) {
    case 'field':
      return { kind: 'field', name: textOf(given.name, `${path}/name`) }
    case 'and':
    case 'or': {
      const of = many('of')
      if (of.length < 2) throw new Malformed(`${given.kind} of fewer than two`, { path })
      return { kind: given.kind, of }
    }
    case 'call': {
      const args = many('args')
      if (args.length > treeBounds.argumentsMax) throw new Malformed('too many arguments', { path })
      return { kind: 'call', name: textOf(given.name, `${path}/name`), args }
    }
    case 'set': {
      const items = many('items')
      if (!items.every(isLiteral)) throw new Malformed('a set has only literals', { path })
      return { kind: 'set', items }
    }
    case 'window':
      return readWindow(reading, part)
    default:
      return readLiteral(given, path)
  }
}

function readWindow(reading: Reading, { json, path, depth }: Part): WindowTree {
  const given = json as Record<string, unknown>
  const inner = (value: unknown, key: string) =>
    readPart(reading, { json: value, path: `${path}/${key}`, depth: depth + 1 })
  const by = listOf(given.by, `${path}/by`).map((item, at) => {
    const key = (typeof item === 'object' && item !== null ? item : {}) as Record<string, unknown>
    return { field: textOf(key.field, `${path}/by/${at}/field`), value: inner(key.value, `by/${at}/value`) }
  })
  const statistic = statistics.find((name) => name === given.statistic)
  if (statistic === undefined) throw new Malformed(`not one of ${statistics.join(', ')}`, { path: `${path}/statistic` })
  const percent = given.percent
  if (percent !== undefined && typeof percent !== 'number')
    throw new Malformed('not a number', { path: `${path}/percent` })
  return {
    kind: 'window',
    stream: textOf(given.stream, `${path}/stream`),
    last: durationOf(given.last, `${path}/last`),
    by,
    ...(given.where !== undefined && { where: inner(given.where, 'where') }),
    statistic,
    ...(given.field !== undefined && { field: textOf(given.field, `${path}/field`) }),
    ...(percent !== undefined && { percent }),
    ...(given.asset !== undefined && { asset: textOf(given.asset, `${path}/asset`) }),
  }
}

function readLiteral(given: Record<string, unknown>, path: string): Literal {
  const { kind, value } = given
  if (kind === 'text') return { kind, value: textOf(value, path) }
  if (kind === 'whole' && Number.isSafeInteger(value)) return { kind, value: (value as number) + 0 }
  if (kind === 'number' && Number.isFinite(value)) return { kind, value: (value as number) + 0 }
  if (kind === 'boolean' && typeof value === 'boolean') return { kind, value }
  if (kind === 'duration') return { kind, value: durationOf(value, path) }
  const time = kind === 'time' && typeof value === 'string' ? readTime(value) : undefined
  if (time !== undefined) return { kind: 'time', value: formatTimestamp(time) }
  const amount = kind === 'amount' ? readAmount(given) : undefined
  if (amount !== undefined) return { kind: 'amount', minor: amount.minor.toString(), asset: amount.asset }
  throw new Malformed(
    `no part of ${typeof kind === 'string' ? `the kind ${JSON.stringify(kind.slice(0, 40))}` : 'a kind'} with such a value`,
    { path },
  )
}

function listOf(json: unknown, path: string): readonly unknown[] {
  if (!Array.isArray(json) || json.length > treeBounds.nodesMax) throw new Malformed('not a list', { path })
  return json
}

function textOf(json: unknown, path: string): string {
  if (typeof json !== 'string' || json.length > valueBounds.textLengthMax) throw new Malformed('not a text', { path })
  return json
}

function durationOf(json: unknown, path: string): string {
  const micros = typeof json === 'string' ? parseDuration(json) : undefined
  if (micros === undefined) throw new Malformed('not a duration such as 24h', { path })
  return formatDuration(micros)
}
