/** Marks a query string whose percent-encoding is not UTF-8, or with too many parameters. */
export const malformedQuery: unique symbol = Symbol('malformed query')

export type Query = Record<string, string | string[]> & { [malformedQuery]?: true }

const parametersMax = 200

export function parseQueryString(text: string): Query {
  const query = Object.create(null) as Query
  if (text === '') return query
  const pairs = text.split('&', parametersMax + 1)
  if (pairs.length > parametersMax) query[malformedQuery] = true
  for (const pair of pairs) if (pair !== '') addPair(query, pair)
  return query
}

function addPair(query: Query, pair: string): void {
  const equals = pair.indexOf('=')
  const name = decode(equals === -1 ? pair : pair.slice(0, equals))
  const value = decode(equals === -1 ? '' : pair.slice(equals + 1))
  if (name === undefined || value === undefined) {
    query[malformedQuery] = true
    return
  }
  const earlier = query[name]
  if (earlier === undefined) query[name] = value
  else if (Array.isArray(earlier)) earlier.push(value)
  else query[name] = [earlier, value]
}

function decode(text: string): string | undefined {
  if (!text.includes('%') && !text.includes('+')) return text
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return undefined
  }
}
