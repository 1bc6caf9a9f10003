import type { FuzzRequest, Header } from './fuzz-request.ts'
import { urlOf } from './send.ts'

const triesMax = 60

/** Leaves out what the failure does not need, as long as it still happens. */
export async function shrink(
  request: FuzzRequest,
  fails: (smaller: FuzzRequest) => Promise<boolean>,
): Promise<FuzzRequest> {
  let smallest = request
  let tries = 0
  for (let isSmaller = true; isSmaller && tries < triesMax; ) {
    isSmaller = false
    for (const smaller of smallerOnes(smallest)) {
      tries += 1
      if (tries > triesMax) break
      if (!(await fails(smaller))) continue
      smallest = smaller
      isSmaller = true
      break
    }
  }
  return smallest
}

function* smallerOnes(request: FuzzRequest): Iterable<FuzzRequest> {
  const { headers, query, body } = request
  for (const list of ['query', 'headers'] as const) {
    for (const one of list === 'query' ? query : headers) {
      if (one[0] === 'authorization') continue
      yield { ...request, [list]: (list === 'query' ? query : headers).filter((kept) => kept !== one) }
    }
  }
  if (body === undefined) return
  for (const text of smallerTexts(body.toString('utf8'))) yield { ...request, body: Buffer.from(text) }
}

/** A body of JSON without one of its members; any other one by halves. */
function* smallerTexts(text: string): Iterable<string> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    if (text.length > 1) yield text.slice(0, text.length / 2)
    return
  }
  for (const path of pathsIn(value)) {
    const copy = structuredClone(value)
    let holder = copy as Record<string, unknown>
    for (const name of path.slice(0, -1)) holder = holder[name] as Record<string, unknown>
    const last = path.at(-1) ?? ''
    if (Array.isArray(holder)) holder.splice(Number(last), 1)
    else delete holder[last]
    yield JSON.stringify(copy)
  }
}

function pathsIn(value: unknown, before: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, part]) => [[...before, name], ...pathsIn(part, [...before, name])])
}

const shownMax = 1500

/** As a command, without the secret of the caller. */
export function shown(request: FuzzRequest): string {
  const hidden = ([name, value]: Header) =>
    name === 'authorization' ? `Bearer (${request.caller.name})` : value.slice(0, 300)
  const lines = [
    `${request.method} ${urlOf(request)}`,
    ...request.headers.map((header) => `${header[0]}: ${JSON.stringify(hidden(header)).slice(1, -1)}`),
    ...(request.body === undefined ? [] : ['', request.body.toString('utf8').slice(0, shownMax)]),
  ]
  return lines.map((line) => `    ${line}`).join('\n')
}
