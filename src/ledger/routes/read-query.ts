import type { Timestamp } from '#kernel'
import { readTime } from '#platform/fields'

/** `names` maps the result's names to query parameters. */
export function readTimes<Name extends string>(
  query: object,
  names: Readonly<Record<Name, string>>,
): { [Each in Name]?: Timestamp } {
  const times: { [Each in Name]?: Timestamp } = {}
  const values = query as Readonly<Record<string, string | undefined>>
  for (const name in names) {
    const param = names[name]
    const value = values[param]
    if (value !== undefined) times[name] = readTime({ value, param })
  }
  return times
}
