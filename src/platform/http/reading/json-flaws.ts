/** A flaw that `JSON.parse` silently accepts, and its place: a dotted path such as `transfers.3.amount`. */
export type JsonFlaw = { readonly kind: 'repeated_field' | 'inexact_number'; readonly path: string }

type Level = { readonly fields: Set<string> | undefined; place: string | number; awaitsField: boolean }

/**
 * Finds the first field given twice in one object, or the first number that a double turns into another integer. The
 * text must be valid JSON. It reads the text token by token, so it is only called when a body probably has a flaw.
 */
export function findJsonFlaw(text: string): JsonFlaw | undefined {
  const levels: Level[] = []
  const pathOf = () => levels.map(({ place }) => place).join('.')
  for (const word of tokens(text)) {
    const level = levels.at(-1)
    if (word === '{') levels.push({ fields: new Set(), place: '', awaitsField: true })
    else if (word === '[') levels.push({ fields: undefined, place: 0, awaitsField: false })
    else if (word === '}' || word === ']') levels.pop()
    else if (word === ',') advance(level)
    else if (word.startsWith('"') && level?.fields && level.awaitsField) {
      // Escapes are decoded: "a" and "\u0061" are one field.
      const field = JSON.parse(word) as string
      level.place = field
      level.awaitsField = false
      if (level.fields.has(field)) return { kind: 'repeated_field', path: pathOf() }
      level.fields.add(field)
    } else if (/^[-0-9]/.test(word) && !isExact(word)) return { kind: 'inexact_number', path: pathOf() }
  }
  return undefined
}

function advance(level: Level | undefined): void {
  if (level === undefined) return
  if (typeof level.place === 'number') level.place += 1
  else level.awaitsField = true
}

/** The tokens of valid JSON, without colons. Written by hand: a body is too long for a pattern that may backtrack. */
function* tokens(text: string): Generator<string> {
  let at = 0
  while (at < text.length) {
    const start = at
    const first = text[at] as string
    at += 1
    if (' \t\n\r:'.includes(first)) continue
    if (first === '"') {
      while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1
      at += 1
    } else if (!'{}[],'.includes(first)) {
      while (at < text.length && !' \t\n\r,]}'.includes(text[at] as string)) at += 1
    }
    yield text.slice(start, at)
  }
}

const decimal = /^-?([0-9]+)(?:\.([0-9]+))?(?:[eE]([+-]?[0-9]+))?$/

/**
 * Whether a double represents the number exactly, or turns it into a fraction, which no field accepts as an integer.
 * `1.0` and `1e3` are the integers that they denote.
 */
function isExact(source: string): boolean {
  const double = Number(source)
  if (!Number.isInteger(double)) return true
  const [, whole = '', fraction = '', power = '0'] = decimal.exec(source) ?? []
  const digits = `${whole}${fraction}`
  let end = digits.length
  while (end > 0 && digits[end - 1] === '0') end -= 1
  if (end === 0) return true
  // The value is the digits up to `end` times ten to this power. Below zero it is not an integer.
  const exponent = Number(power) - fraction.length + (digits.length - end)
  if (exponent < 0) return false
  return BigInt(digits.slice(0, end)) * 10n ** BigInt(exponent) === BigInt(Math.abs(double))
}
