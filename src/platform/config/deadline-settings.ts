export const deadlineOptions = { 'deadline-max': { type: 'string' } } as const

export const deadlineVariables: Readonly<Record<keyof typeof deadlineOptions, string>> = {
  'deadline-max': 'MUNIM_DEADLINE_MAX',
}

const secondsDefault = 60

/** In milliseconds. A later deadline of a client counts as this one. */
export function readDeadlineMax(
  { 'deadline-max': text }: { readonly [Name in keyof typeof deadlineOptions]?: string },
  errors: string[],
): number {
  if (text === undefined) return secondsDefault * 1_000
  if (/^[1-9]\d{0,4}$/.test(text)) return Number(text) * 1_000
  errors.push(`--deadline-max must be a number of seconds from 1 to 99999, not "${text}".`)
  return 0
}
