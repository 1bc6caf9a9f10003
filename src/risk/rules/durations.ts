const units = [
  ['d', 86_400_000_000],
  ['h', 3_600_000_000],
  ['m', 60_000_000],
  ['s', 1_000_000],
  ['ms', 1000],
] as const

const pattern = /^(-)?(?:(\d{1,7})d)?(?:(\d{1,9})h)?(?:(\d{1,9})m(?!s))?(?:(\d{1,9})s)?(?:(\d{1,9})ms)?$/

/** Microseconds of `1d12h`, `90m`, `-30s`; undefined when the text is no duration. */
export function parseDuration(text: string): number | undefined {
  const match = text.length > 60 ? null : pattern.exec(text)
  if (match === null || !/\d/.test(text)) return undefined
  const [, sign, ...counts] = match
  const micros = units.reduce((sum, [, size], at) => sum + Number(counts[at] ?? 0) * size, 0)
  if (!Number.isSafeInteger(micros)) return undefined
  return sign === undefined || micros === 0 ? micros : -micros
}

/** The shortest form: 36 hours are `1d12h`. Parts below a millisecond are dropped. */
export function formatDuration(micros: number): string {
  let left = Math.abs(micros)
  let text = ''
  for (const [name, size] of units) {
    const count = Math.floor(left / size)
    if (count > 0) text += `${count}${name}`
    left -= count * size
  }
  if (text === '') return '0s'
  return micros < 0 ? `-${text}` : text
}
