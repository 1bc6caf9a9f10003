const units: readonly (readonly [string, number])[] = [
  ['day', 86_400_000_000],
  ['hour', 3_600_000_000],
  ['minute', 60_000_000],
]

/** A length of time for people, in the largest unit that it has two of, rounded up: `3 days`, `36 hours`, `1 minute`. */
export function durationText(micros: number): string {
  for (const [name, size] of units) {
    if (micros < 2 * size && name !== 'minute') continue
    const count = Math.max(1, Math.ceil(micros / size))
    return `${count} ${name}${count === 1 ? '' : 's'}`
  }
  return ''
}

export function countText(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

export function percentText(bps: number): string {
  return `${Math.floor(bps / 100)}%`
}
