const units =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen'.split(' ')
const tens = 'twenty thirty forty fifty sixty seventy eighty ninety'.split(' ')
const ordinals = 'first second third fourth fifth sixth seventh eighth ninth tenth'.split(' ')

const words = new Map<string, number>([
  ...units.map((word, value) => [word, value] as const),
  ...tens.map((word, at) => [word, (at + 2) * 10] as const),
  ...ordinals.map((word, at) => [word, at + 1] as const),
])

const roman = /^(?=[ivxl]{2,7}$|v$|x$|i$)(x[lc]|l?x{0,3})(i[xv]|v?i{0,3})$/
const romanDigits: Readonly<Record<string, number>> = { i: 1, v: 5, x: 10, l: 50, c: 100 }
const digits = /^(\d{1,9})(st|nd|rd|th)?$/

/** A number in digits, or in words; Roman only where `mayBeRoman`, because single letters are mostly initials. */
export function numberOf(text: string, mayBeRoman: boolean): number | undefined {
  const number = digits.exec(text)?.[1]
  if (number !== undefined) return Number(number)
  return words.get(text) ?? (mayBeRoman && roman.test(text) ? romanValue(text) : undefined)
}

function romanValue(text: string): number {
  let sum = 0
  for (let at = 0; at < text.length; at += 1) {
    const value = romanDigits[text[at] ?? ''] ?? 0
    sum += value < (romanDigits[text[at + 1] ?? ''] ?? 0) ? -value : value
  }
  return sum
}

/** Whether a number in words may be followed by its last digit: forty 4. */
export function isTens(value: number | undefined): boolean {
  return value !== undefined && value >= 20 && value < 100 && value % 10 === 0
}
