import type { DateRange } from './entity.ts'

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const iso = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$/
const spoken = /^(?:(\d{1,2}) )?(?:([a-z]{3})[a-z]* )?(\d{4})$/i

type Parts = { readonly year: number; readonly month: number | undefined; readonly day: number | undefined }

function partsOf(text: string): Parts | undefined {
  const [, isoYear, isoMonth, isoDay] = iso.exec(text) ?? []
  if (isoYear !== undefined) return checked(isoYear, isoMonth, isoDay)
  const [, day, month, year] = spoken.exec(text) ?? []
  if (year === undefined) return undefined
  const number = month === undefined ? undefined : months.indexOf(month.toLowerCase()) + 1
  if (number === 0 || (day !== undefined && number === undefined)) return undefined
  return checked(year, number === undefined ? undefined : String(number), day)
}

function checked(year: string, month: string | undefined, day: string | undefined): Parts | undefined {
  const parts = {
    year: Number(year),
    month: month === undefined ? undefined : Number(month),
    day: day === undefined ? undefined : Number(day),
  }
  const last = lastDay(parts)
  if (parts.month !== undefined && (parts.month < 1 || parts.month > 12)) return undefined
  if (parts.day !== undefined && (parts.day < 1 || parts.day > last)) return undefined
  return parts
}

function lastDay({ year, month }: { readonly year: number; readonly month: number | undefined }): number {
  return new Date(Date.UTC(year, month ?? 12, 0)).getUTCDate()
}

function textOf({ year, month, day }: Required<Parts>): string {
  const padded = [String(year).padStart(4, '0'), String(month).padStart(2, '0'), String(day).padStart(2, '0')]
  return padded.join('-')
}

/** A day, a month or a year, in ISO form or as `08 Sep 1966`. Undefined: it is none. */
export function readDate(text: string): DateRange | undefined {
  const parts = partsOf(text.trim())
  if (parts === undefined) return undefined
  const { year, month, day } = parts
  const from = textOf({ year, month: month ?? 1, day: day ?? 1 })
  return { from, to: textOf({ year, month: month ?? 12, day: day ?? lastDay(parts) }) }
}

/** `circa 1951`, `1961 to 1963`, or a date. */
export function readBirth(text: string): DateRange | undefined {
  const about = /^circa /i.test(text)
  const [first = '', last = first] = text.replace(/^circa /i, '').split(/ to |(?<=^\d{4})-(?=\d{4}$)/)
  const from = readDate(first)
  const to = readDate(last)
  if (from === undefined || to === undefined) return undefined
  return { from: from.from, to: to.to, ...(about && { about: true as const }) }
}
