/** An instant: RFC 3339 text (up to microseconds) or a Date. */
export type Instant = string | Date

/** Encodes parameters as a query: lists with commas, pairs as `name[key]=value`. Undefined values are omitted. */
export function toQuery(params: object): URLSearchParams {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(params)) {
    if (value === undefined) continue
    if (value instanceof Date) query.append(name, value.toISOString())
    else if (Array.isArray(value)) query.append(name, value.join(','))
    else if (typeof value === 'object') {
      for (const [key, text] of Object.entries(value)) query.append(`${name}[${key}]`, String(text))
    } else query.append(name, String(value))
  }
  return query
}
