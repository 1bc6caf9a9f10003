export type JsonFlaw = { readonly kind: 'repeated_field' | 'inexact_number'; readonly path: string }

type Level = { readonly fields: Set<string> | undefined; place: string | number; awaitsField: boolean }

/** The text must be valid JSON. The scan is slow, so call it only when a body probably has a flaw. */
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

/** No regular expression: it may backtrack, and bodies are long. */
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

/** A double is exact only when its odd part has at most 53 bits, and that of ten to the 23rd has 54. */
const exactPowerMax = 22

const decimal = /^-?([0-9]+)(?:\.([0-9]+))?(?:[eE]([+-]?[0-9]+))?$/

/** Accepts numbers that become fractions, which integer fields refuse. `1.0` and `1e3` count as integers. */
export function isExact(source: string): boolean {
  const double = Number(source)
  if (!Number.isInteger(double)) return true
  const [, whole = '', fraction = '', power = '0'] = decimal.exec(source) ?? []
  const digits = `${whole}${fraction}`
  let end = digits.length
  while (end > 0 && digits[end - 1] === '0') end -= 1
  if (end === 0) return true
  // The value is the first `end` digits times ten to this power. A negative power means a fraction.
  const exponent = Number(power) - fraction.length + (digits.length - end)
  if (exponent < 0 || exponent > exactPowerMax) return false
  return BigInt(digits.slice(0, end)) * 10n ** BigInt(exponent) === BigInt(Math.abs(double))
}
