import type { Timestamp } from '#kernel'
import type { Finding } from './finding.ts'
import type { TypologyKind } from './pattern.ts'

/** Findings about accounts that have to do with each other: the subject of one case. JSON. */
export type Alert = {
  /** Made of the id and the revision of its first finding. */
  readonly id: string
  /** The assets and accounts that a finding joins it by, as `asset/account`. */
  readonly accounts: readonly string[]
  /** The latest 200. */
  readonly findings: readonly string[]
  readonly kinds: readonly TypologyKind[]
  readonly score: number
  readonly openedAt: Timestamp
  readonly lastAt: Timestamp
}

/** What a finding did to the alerts. */
export type AlertChange = {
  readonly change: 'opened' | 'extended'
  readonly alert: Alert
  /** Alerts that are now part of this one, because the finding is about accounts of both. */
  readonly merged: readonly string[]
}

export type AlertBounds = {
  /** Open alerts. Beyond it, the one without news for longest is no longer extended. */
  readonly alertsMax: number
  /** Accounts of one alert. A finding that would make it larger opens another. */
  readonly accountsPerAlertMax: number
  /** An alert without news for this long is no longer extended. */
  readonly quietMicros: number
}

const findingsPerAlertMax = 200
const scorePerKind = 5

/** Groups findings by their accounts. */
export class AlertBook {
  readonly #bounds: AlertBounds
  /** The one with the latest news at the end. */
  readonly #alerts = new Map<string, Alert>()
  readonly #byAccount = new Map<string, string>()
  /** Findings that opened an alert of their own because that of their accounts was full. */
  full = 0
  forgotten = 0

  constructor(bounds: AlertBounds, alerts: readonly Alert[]) {
    this.#bounds = bounds
    for (const alert of alerts) this.#put(alert)
  }

  get alerts(): readonly Alert[] {
    return [...this.#alerts.values()]
  }

  /** `accounts`: those of the finding by which others may join it. */
  add(finding: Finding, accounts: readonly string[]): AlertChange {
    const keys = accounts.map((account) => `${finding.asset}/${account}`)
    const joined = this.#joinable(finding, keys)
    const [oldest, ...others] = joined
    if (oldest !== undefined && others.length === 0 && keys.every((key) => this.#byAccount.get(key) === oldest.id)) {
      return { change: 'extended', alert: this.#extend(oldest, finding), merged: [] }
    }
    for (const alert of joined) this.#remove(alert)
    const alert = combine(finding, keys, joined)
    this.#put(alert)
    this.#forget()
    return { change: oldest === undefined ? 'opened' : 'extended', alert, merged: others.map(({ id }) => id) }
  }

  /** Busy groups have many findings on accounts that are all known already. */
  #extend(known: Alert, finding: Finding): Alert {
    const kinds = known.kinds.includes(finding.kind) ? known.kinds : [...known.kinds, finding.kind]
    const isKnown = known.findings.includes(finding.id)
    const alert: Alert = {
      ...known,
      findings: isKnown ? known.findings : [...known.findings, finding.id].slice(-findingsPerAlertMax),
      kinds,
      score: Math.max(finding.score, worstOf(known)) + (kinds.length - 1) * scorePerKind,
      lastAt: Math.max(finding.to, known.lastAt),
    }
    this.#alerts.delete(known.id)
    this.#alerts.set(known.id, alert)
    return alert
  }

  /** Ends an alert, when its case was closed: what comes later opens another. */
  close(id: string): void {
    const alert = this.#alerts.get(id)
    if (alert !== undefined) this.#remove(alert)
  }

  /** Alerts with one of the accounts and recent news, oldest first, as many as fit together. */
  #joinable(finding: Finding, keys: readonly string[]): readonly Alert[] {
    const ids = new Set(keys.flatMap((key) => this.#byAccount.get(key) ?? []))
    const alerts = [...ids]
      .map((id) => this.#alerts.get(id) as Alert)
      .filter((alert) => finding.to - alert.lastAt <= this.#bounds.quietMicros || alert.findings.includes(finding.id))
      .sort((one, other) => one.openedAt - other.openedAt || (one.id < other.id ? -1 : 1))
    const fitting: Alert[] = []
    const all = new Set(keys)
    for (const alert of alerts) {
      const size = all.size + alert.accounts.filter((account) => !all.has(account)).length
      if (size > this.#bounds.accountsPerAlertMax && !alert.findings.includes(finding.id)) {
        this.full += 1
        continue
      }
      for (const account of alert.accounts) all.add(account)
      fitting.push(alert)
    }
    return fitting
  }

  #put(alert: Alert): void {
    this.#alerts.set(alert.id, alert)
    for (const account of alert.accounts) this.#byAccount.set(account, alert.id)
  }

  #remove(alert: Alert): void {
    this.#alerts.delete(alert.id)
    for (const account of alert.accounts) {
      if (this.#byAccount.get(account) === alert.id) this.#byAccount.delete(account)
    }
  }

  #forget(): void {
    if (this.#alerts.size <= this.#bounds.alertsMax) return
    let left = Math.max(1, this.#bounds.alertsMax >> 3)
    for (const alert of this.#alerts.values()) {
      if (left === 0) return
      this.#remove(alert)
      this.forgotten += 1
      left -= 1
    }
  }
}

function combine(finding: Finding, keys: readonly string[], joined: readonly Alert[]): Alert {
  const kinds = [...new Set([...joined.flatMap((alert) => alert.kinds), finding.kind])]
  const findings = [...new Set([...joined.flatMap((alert) => alert.findings), finding.id])]
  const worst = Math.max(finding.score, ...joined.map(worstOf))
  return {
    id: joined[0]?.id ?? `alert/${finding.id}/${finding.revision}`,
    accounts: [...new Set([...joined.flatMap((alert) => alert.accounts), ...keys])],
    findings: findings.slice(-findingsPerAlertMax),
    kinds,
    score: worst + (kinds.length - 1) * scorePerKind,
    openedAt: Math.min(finding.to, ...joined.map(({ openedAt }) => openedAt)),
    lastAt: Math.max(finding.to, ...joined.map(({ lastAt }) => lastAt)),
  }
}

/** The score of its worst finding, without what its kinds added. */
function worstOf({ score, kinds }: Alert): number {
  return score - (kinds.length - 1) * scorePerKind
}
