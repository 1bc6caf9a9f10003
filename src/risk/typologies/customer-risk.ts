import type { Timestamp } from '#kernel'
import type { TypologyKind } from './pattern.ts'

/** How customers are rated, as data. Points add up; the highest band that they reach, or that an attribute demands, is the rating. */
export type RiskModel = {
  readonly version: number
  /** By attribute: points of each of its values, and of a value that is not listed or not known. */
  readonly attributes: Readonly<Record<string, AttributeRisk>>
  /** Points of a finding with score 100, by kind. Of a lower score in proportion, rounded down. */
  readonly findings: Readonly<Partial<Record<TypologyKind, number>>>
  /** After this long a finding counts half, after twice of it a quarter. */
  readonly halfAfterSeconds: number
  /** The most that all findings give together. */
  readonly findingsMax: number
  /** From the lowest to the highest; the first begins at 0. */
  readonly bands: readonly RiskBand[]
}

export type AttributeRisk = {
  readonly values: Readonly<Record<string, number>>
  readonly otherwise: number
  /** Values that demand at least a band, whatever the points are. */
  readonly atLeast?: Readonly<Record<string, string>>
}

export type RiskBand = { readonly name: string; readonly from: number }

export type RatedFinding = {
  readonly id: string
  readonly kind: TypologyKind
  readonly score: number
  readonly at: Timestamp
  /** A case that was closed as a false alarm. */
  readonly isDismissed?: boolean
}

export type RiskInput = {
  readonly attributes: Readonly<Record<string, string>>
  readonly findings: readonly RatedFinding[]
  readonly now: Timestamp
}

export type RiskRating = {
  readonly band: string
  readonly points: number
  readonly modelVersion: number
  /** Each with its points, largest first, so that the rating can be explained. */
  readonly reasons: readonly { readonly reason: string; readonly points: number }[]
}

const halvingsMax = 30

/** Pure: the same input, the same rating. */
export function rateCustomer(model: RiskModel, input: RiskInput): RiskRating {
  const reasons: { reason: string; points: number }[] = []
  const demanded: { band: number; reason: string }[] = []
  for (const [attribute, risk] of Object.entries(model.attributes)) {
    const value = ownValue(input.attributes, attribute)
    const points = (value === undefined ? undefined : ownValue(risk.values, value)) ?? risk.otherwise
    reasons.push({ reason: `${attribute} is ${value ?? 'not known'}`, points })
    const name = value === undefined ? undefined : ownValue(risk.atLeast ?? {}, value)
    const band = model.bands.findIndex((candidate) => candidate.name === name)
    if (band >= 0) demanded.push({ band, reason: `${attribute} is ${value}: at least ${name}` })
  }
  let left = model.findingsMax
  for (const finding of input.findings) {
    const points = Math.min(left, pointsOf(model, finding, input.now))
    left -= points
    if (points > 0) reasons.push({ reason: `${finding.kind} of ${finding.id}`, points })
  }
  const points = reasons.reduce((sum, reason) => sum + reason.points, 0)
  const reached = model.bands.findLastIndex(({ from }) => points >= from)
  const band = Math.max(0, reached, ...demanded.map((demand) => demand.band))
  for (const { band: least, reason } of demanded) if (least > reached) reasons.push({ reason, points: 0 })
  reasons.sort((one, other) => other.points - one.points)
  return { band: model.bands[band]?.name ?? '', points, modelVersion: model.version, reasons }
}

function pointsOf(model: RiskModel, finding: RatedFinding, now: Timestamp): number {
  if (finding.isDismissed === true) return 0
  const halvings = Math.floor(Math.max(0, now - finding.at) / (model.halfAfterSeconds * 1_000_000))
  const whole = ((model.findings[finding.kind] ?? 0) * finding.score) / 100
  return Math.floor(whole / 2 ** Math.min(halvings, halvingsMax))
}

function ownValue<Value>(record: Readonly<Record<string, Value>>, key: string): Value | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined
}
