import type { Pairing } from '../names/align-names.ts'
import type { Likeness } from '../names/compare-tokens.ts'
import type { ParsedName } from '../names/parse-name.ts'
import type { Deduction, NameScore } from '../names/score-names.ts'

/** Why a name has its score. JSON. */
export type NameExplanation = {
  readonly subjectName: string
  readonly listedName: string
  readonly words: readonly {
    readonly subject: string
    readonly listed: string
    readonly likeness: Likeness
    /** From 0 to 1. */
    readonly similarity: number
  }[]
  readonly subjectOnly: readonly string[]
  readonly listedOnly: readonly string[]
  readonly deductions: readonly Deduction[]
}

/** Texts of people are quoted up to this length. */
const quotedMax = 300

type Names = {
  readonly subjectName: string
  readonly listedName: string
  readonly subject: ParsedName
  readonly listed: ParsedName
}

export function explainName({ subjectName, listedName, subject, listed }: Names, result: NameScore): NameExplanation {
  const { pairings, leftAlone, rightAlone } = result.alignment
  const ordered = [...pairings].sort((one, other) => (one.left[0] ?? 0) - (other.left[0] ?? 0))
  return {
    subjectName: subjectName.slice(0, quotedMax),
    listedName,
    words: ordered.map((pairing) => {
      const { left, right, likeness } = pairing
      return {
        subject: textAt(subject, left),
        listed: textAt(listed, right),
        likeness,
        similarity: similarity(pairing, subject, listed),
      }
    }),
    subjectOnly: leftAlone.map((at) => textAt(subject, [at])),
    listedOnly: rightAlone.map((at) => textAt(listed, [at])),
    deductions: result.deductions.map(({ reason, factor }) => ({ reason, factor: rounded(factor) })),
  }
}

function textAt({ tokens }: ParsedName, places: readonly number[]): string {
  return places.map((at) => tokens[at]?.text ?? '').join(' ')
}

function similarity({ left, right, cost }: Pairing, subject: ParsedName, listed: ParsedName): number {
  const length = Math.max(textAt(subject, left).length, textAt(listed, right).length, 1)
  return rounded(Math.max(0, 1 - cost / length))
}

/** Scores have four decimals, so that they are equal wherever they were computed and stored. */
export function rounded(score: number): number {
  return Math.round(score * 10_000) / 10_000
}
