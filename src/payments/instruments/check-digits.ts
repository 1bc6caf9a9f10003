/** ISO 13616: 15 to 34 characters, and modulo 97. */
export function isIban(text: string): boolean {
  if (!/^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/.test(text)) return false
  const moved = text.slice(4) + text.slice(0, 4)
  let rest = 0
  for (const sign of moved) {
    const value = sign <= '9' ? sign.charCodeAt(0) - 48 : sign.charCodeAt(0) - 55
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97
  }
  return rest === 1
}

/** The bank, a zero, and the branch. */
export function isIfsc(text: string): boolean {
  return /^[A-Z]{4}0[A-Z0-9]{6}$/.test(text)
}

const weights = [3, 7, 1] as const

/** A routing number of the American Bankers Association. */
export function isRoutingNumber(text: string): boolean {
  if (!/^\d{9}$/.test(text) || /^0+$/.test(text)) return false
  const sum = [...text].reduce((total, digit, at) => total + (digit.charCodeAt(0) - 48) * (weights[at % 3] ?? 1), 0)
  return sum % 10 === 0
}
