/** Marks a text of a schema in which a card number is refused, before anything of the request is stored. */
export const noCardNumber = 'x-no-card-number'

const digitsMin = 12
const digitsMax = 19

/** Whether a text is a card number by its length and check digit (Luhn). Blanks and dashes between digits count for nothing. */
export function isCardNumber(text: string): boolean {
  if (!/^\d(?:[ -]*\d)*$/.test(text.trim())) return false
  const digits = text.replaceAll(/\D/g, '')
  if (digits.length < digitsMin || digits.length > digitsMax) return false
  let sum = 0
  for (const [place, digit] of [...digits].reverse().entries()) {
    const weighted = Number(digit) * (place % 2 === 0 ? 1 : 2)
    sum += weighted > 9 ? weighted - 9 : weighted
  }
  return sum % 10 === 0
}
